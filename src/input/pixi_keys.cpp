// The keys that the tables of a pixi manifest have, so that a misspelt one is said (pixi: schema/model.py).
#include "input/pixi_manifest.hpp"

#include <fmt/format.h>

namespace envlift::input {

namespace {

using Keys = std::vector<std::string>;

// Of a feature's part for a platform.
Keys part_keys()
{
  return {"dependencies", "host-dependencies", "build-dependencies", "constraints", "pypi-dependencies", "dev",
          "tasks", "activation"};
}

Keys feature_keys()
{
  Keys keys = part_keys();
  for (const char* key : {"channels", "channel-priority", "solve-strategy", "platforms", "system-requirements",
                          "target", "pypi-options"}) {
    keys.emplace_back(key);
  }
  return keys;
}

Keys environment_keys()
{
  Keys keys = feature_keys();
  for (const char* key : {"features", "solve-group", "no-default-feature"}) {
    keys.emplace_back(key);
  }
  return keys;
}

Keys root_keys()
{
  Keys keys = part_keys();
  for (const char* key : {"$schema", "workspace", "project", "package", "pypi-options", "system-requirements",
                          "environments", "feature", "target", "tool"}) {
    keys.emplace_back(key);
  }
  return keys;
}

Keys workspace_keys()
{
  return {"name", "version", "description", "authors", "channels", "channel-priority", "solve-strategy",
          "exclude-newer", "platforms", "license", "license-file", "readme", "homepage", "repository",
          "documentation", "conda-pypi-map", "pypi-options", "s3-options", "audit", "preview",
          "build-variants-files", "build-variants", "requires-pixi", "target", "dependencies"};
}

Keys option_keys()
{
  return {"index-url", "extra-index-urls", "find-links", "no-build-isolation", "index-strategy", "no-build",
          "dependency-overrides", "no-binary", "prerelease-mode", "skip-wheel-filename-check"};
}

class KeyChecker {
public:
  explicit KeyChecker(const TomlReader& toml) : toml_(toml) {}

  // A feature with its targets; the manifest itself and an environment are features, too.
  void check(const toml::table& feature, const Keys& keys, const std::string& name) const
  {
    toml_.warn_unknown(feature, keys, name);
    check_options(feature, name);
    const toml::table* targets = table_of(feature, "target");
    if (targets == nullptr) {
      return;
    }
    for (const auto& [selector, part] : *targets) {
      if (const toml::table* table = part.as_table()) {
        toml_.warn_unknown(*table, part_keys(), fmt::format("{}.target.{}", name, selector.str()));
      }
    }
  }

  void check_options(const toml::table& in, const std::string& name) const
  {
    if (const toml::table* options = table_of(in, "pypi-options")) {
      toml_.warn_unknown(*options, option_keys(), name + ".pypi-options");
    }
  }

  void check_each(const toml::table& manifest, const char* kind, const Keys& keys) const
  {
    const toml::table* all = table_of(manifest, kind);
    if (all == nullptr) {
      return;
    }
    for (const auto& [name, value] : *all) {
      if (const toml::table* table = value.as_table()) {
        check(*table, keys, fmt::format("{}.{}", kind, name.str()));
      }
    }
  }

private:
  static const toml::table* table_of(const toml::table& in, std::string_view key)
  {
    const toml::node* node = in.get(key);
    return node == nullptr ? nullptr : node->as_table();
  }

  const TomlReader& toml_;
};

}  // namespace

void warn_unknown_keys(const PixiFile& file)
{
  const KeyChecker checker(file.toml);
  checker.check(file.pixi, root_keys(), file.pyproject == nullptr ? "pixi.toml" : "tool.pixi");
  checker.check_each(file.pixi, "feature", feature_keys());
  checker.check_each(file.pixi, "environments", environment_keys());
  if (const toml::table* workspace = file.workspace()) {
    file.toml.warn_unknown(*workspace, workspace_keys(), "workspace");
    checker.check_options(*workspace, "workspace");
  }
}

}  // namespace envlift::input
