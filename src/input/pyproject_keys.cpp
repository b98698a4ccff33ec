// The keys that the tables of a pyproject.toml have, so that a misspelt one is said.
#include "input/pyproject.hpp"

#include <fmt/format.h>

namespace envlift::input {

namespace {

using Keys = std::vector<std::string>;

// packaging.python.org: specifications/pyproject-toml.
const Keys& root_keys()
{
  static const Keys keys = {"build-system", "project", "dependency-groups", "tool"};
  return keys;
}

const Keys& project_keys()
{
  static const Keys keys = {"name", "version", "description", "readme", "requires-python", "license", "license-files",
                            "authors", "maintainers", "keywords", "classifiers", "urls", "scripts", "gui-scripts",
                            "entry-points", "dependencies", "optional-dependencies", "dynamic", "import-names",
                            "import-namespaces"};
  return keys;
}

// uv 0.13: `unknown field, expected one of`.
const Keys& uv_keys()
{
  static const Keys keys = {
    "required-version", "system-certs", "native-tls", "offline", "no-cache", "cache-dir", "preview",
    "preview-features", "python-preference", "python-downloads", "concurrent-downloads", "concurrent-builds",
    "concurrent-installs", "index", "index-url", "extra-index-url", "no-index", "find-links", "index-strategy",
    "keyring-provider", "http-proxy", "https-proxy", "no-proxy", "allow-insecure-host", "resolution", "prerelease",
    "prerelease-package", "fork-strategy", "dependency-metadata", "config-settings", "config-settings-package",
    "no-build-isolation", "require-build-hashes", "no-build-isolation-package", "extra-build-dependencies",
    "extra-build-variables", "exclude-newer", "exclude-newer-package", "link-mode", "compile-bytecode", "no-sources",
    "no-sources-package", "upgrade", "upgrade-package", "reinstall", "reinstall-package", "no-build",
    "no-build-package", "no-binary", "no-binary-package", "torch-backend", "python-install-mirror",
    "pypy-install-mirror", "graalpy-install-mirror", "pyodide-install-mirror", "python-downloads-json-url",
    "publish-url", "trusted-publishing", "check-url", "add-bounds", "audit", "pip", "cache-keys",
    "override-dependencies", "exclude-dependencies", "constraint-dependencies", "build-constraint-dependencies",
    "environments", "required-environments", "minimum-libc-version", "conflicts", "workspace", "sources", "managed",
    "package", "default-groups", "dependency-groups", "dev-dependencies", "build-backend"};
  return keys;
}

const Keys& uv_index_keys()
{
  static const Keys keys = {"name", "url", "explicit", "default", "origin", "format", "publish-url", "authenticate",
                            "ignore-error-codes", "cache-control", "exclude-newer"};
  return keys;
}

const Keys& uv_source_keys()
{
  static const Keys keys = {"git", "subdirectory", "rev", "tag", "branch", "lfs", "url", "path", "editable",
                            "package", "index", "workspace", "marker", "extra", "group"};
  return keys;
}

// poetry 2.5: json/schemas of poetry and of poetry-core; `include-groups` and older sources' keys of their code.
const Keys& poetry_keys()
{
  static const Keys keys = {"package-mode", "name", "version", "description", "keywords", "homepage", "repository",
                            "documentation", "license", "authors", "maintainers", "readme", "classifiers", "packages",
                            "include", "exclude", "dependencies", "dev-dependencies", "extras", "group", "build",
                            "scripts", "plugins", "urls", "requires-poetry", "requires-plugins", "source",
                            "build-constraints"};
  return keys;
}

const Keys& poetry_group_keys()
{
  static const Keys keys = {"dependencies", "optional", "include-groups"};
  return keys;
}

const Keys& poetry_source_keys()
{
  static const Keys keys = {"name", "url", "priority", "links", "indexed", "default", "secondary"};
  return keys;
}

// Every table of an array of tables, or the table itself.
template <typename Use>
void each_table(const toml::node* node, Use use)
{
  if (node == nullptr) {
    return;
  }
  if (const toml::table* table = node->as_table()) {
    use(*table);
  }
  else if (const toml::array* tables = node->as_array()) {
    for (const toml::node& item : *tables) {
      each_table(&item, use);
    }
  }
}

void warn_of_uv(const toml::table& uv, const TomlReader& toml)
{
  toml.warn_misspelt(uv, uv_keys(), "[tool.uv]");
  each_table(uv.get("index"), [&](const toml::table& index) {
    toml.warn_misspelt(index, uv_index_keys(), "[[tool.uv.index]]");
  });
  if (const toml::table* sources = table_at(uv, "sources")) {
    for (const auto& [name, source] : *sources) {
      each_table(&source, [&](const toml::table& one) { toml.warn_unknown(one, uv_source_keys(), name.str()); });
    }
  }
}

void warn_of_poetry(const toml::table& poetry, const TomlReader& toml)
{
  toml.warn_misspelt(poetry, poetry_keys(), "[tool.poetry]");
  each_table(poetry.get("source"), [&](const toml::table& source) {
    toml.warn_misspelt(source, poetry_source_keys(), "[[tool.poetry.source]]");
  });
  if (const toml::table* groups = table_at(poetry, "group")) {
    for (const auto& [name, group] : *groups) {
      if (const toml::table* table = group.as_table()) {
        toml.warn_misspelt(*table, poetry_group_keys(), fmt::format("[tool.poetry.group.{}]", name.str()));
      }
    }
  }
}

}  // namespace

void warn_unknown_keys(const toml::table& root, const TomlReader& toml)
{
  toml.warn_misspelt(root, root_keys(), "pyproject.toml");
  if (const toml::table* project = table_at(root, "project")) {
    toml.warn_unknown(*project, project_keys(), "[project]");
  }
  if (const toml::table* uv = table_at(root, "tool.uv")) {
    warn_of_uv(*uv, toml);
  }
  if (const toml::table* poetry = table_at(root, "tool.poetry")) {
    warn_of_poetry(*poetry, toml);
  }
}

}  // namespace envlift::input
