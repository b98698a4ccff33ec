// Pipfile: what pipenv is asked for.
#include "base/text.hpp"
#include "input/conda_sections.hpp"
#include "input/formats.hpp"
#include "input/pipenv.hpp"
#include "input/toml_file.hpp"
#include "input/yaml_members.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

namespace envlift::input {

namespace {

// Tables that are no category of packages.
constexpr std::array<std::string_view, 4> k_other_tables = {"source", "requires", "scripts", "pipenv"};

// Keys of an entry that are variables of markers: `sys_platform = "== 'win32'"`.
constexpr std::array<std::string_view, 11> k_marker_keys = {"os_name",
                                                            "sys_platform",
                                                            "platform_machine",
                                                            "platform_python_implementation",
                                                            "platform_release",
                                                            "platform_system",
                                                            "platform_version",
                                                            "python_version",
                                                            "python_full_version",
                                                            "implementation_name",
                                                            "implementation_version"};

// Categories as Pipfile.lock names them.
std::string category_of(std::string_view table)
{
  return table == "packages" ? "default" : table == "dev-packages" ? "develop" : std::string(table);
}

bool is_category(std::string_view table)
{
  return std::ranges::find(k_other_tables, table) == k_other_tables.end();
}

class PipfileReader {
public:
  PipfileReader(const std::string& path, const toml::table& root, const diag::Sources& sources, PipenvFile& file)
      : root_(root),
        file_(file),
        toml_(path, file.diagnostics(), sources)
  {}

  void read()
  {
    read_python();
    read_sources();
    const toml::table* settings = toml_.table(root_, "pipenv");
    if (settings != nullptr && toml_.boolean(*settings, "allow_prereleases").value_or(false)) {
      file_.add_option("--pre", toml_.place(*settings->get("allow_prereleases")));
    }
    std::vector<std::string> there;
    for (const auto& [key, value] : root_) {
      if (is_category(key.str()) && key.str() != "packages") {
        there.push_back(category_of(key.str()));
      }
    }
    file_.choose_categories(there);
    warn_of_keys();
    note_separate_categories(settings, there);
    read_category("packages");
    // First what is asked for, so that a package of two categories is taken.
    for (const bool asked : {true, false}) {
      for (const auto& [key, value] : root_) {
        if (is_category(key.str()) && key.str() != "packages" &&
            file_.is_asked(category_of(key.str())) == asked) {
          read_category(key.str());
        }
      }
    }
  }

private:
  // Every other table is a category of its own to pipenv.
  void warn_of_keys()
  {
    std::vector<std::string> tables = {"packages", "dev-packages"};
    tables.insert(tables.end(), k_other_tables.begin(), k_other_tables.end());
    for (const auto& [key, value] : root_) {
      const auto near = text::nearest(key.str(), tables, 1);
      if (near && std::ranges::find(tables, key.str()) == tables.end() && !file_.is_asked(category_of(key.str()))) {
        file_.diagnostics().add("EL0356",
                                fmt::format("`{}` is a category of its own to pipenv, and not installed",
                                            shown(key.str())),
                                fmt::format("did you mean `{}`?", *near), toml_.place(key));
      }
    }
    if (const toml::table* required = root_["requires"].as_table()) {
      toml_.warn_misspelt(*required, {"python_version", "python_full_version"}, "[requires]");
    }
    if (const toml::table* settings = root_["pipenv"].as_table()) {
      toml_.warn_misspelt(*settings, {"allow_prereleases", "disable_pip_input", "install_search_all_sources",
                                      "sort_pipfile", "use_default_constraints"}, "[pipenv]");
    }
  }

  // Without its default pipenv may lock a package in two versions, one a category; pip has one.
  void note_separate_categories(const toml::table* settings, const std::vector<std::string>& categories)
  {
    constexpr std::string_view k_key = "use_default_constraints";
    const bool is_one_solve = settings == nullptr || toml_.boolean(*settings, k_key).value_or(true);
    if (!is_one_solve &&
        std::ranges::any_of(categories, [&](const auto& one) { return file_.is_asked(one); })) {
      file_.note_no_effect(fmt::format("pip solves the categories as one, whatever `{}` says", k_key),
                           toml_.place(*settings->get(k_key)));
    }
  }

  void read_python()
  {
    const toml::table* required = toml_.table(root_, "requires");
    if (required == nullptr) {
      return;
    }
    for (const std::string_view key : {"python_version", "python_full_version"}) {
      if (const auto version = toml_.text(*required, key)) {
        file_.set_python(*version, key == "python_full_version", toml_.place(*required->get(key)));
      }
    }
  }

  void read_sources()
  {
    const toml::array* sources = toml_.array(root_, "source");
    if (sources == nullptr) {
      return;
    }
    for (const toml::node& node : *sources) {
      const toml::table* source = node.as_table();
      if (source == nullptr) {
        toml_.wrong_kind("source", "an array of tables, `[[source]]`", node);
        continue;
      }
      const toml::node* url = source->get("url");
      toml_.warn_misspelt(*source, {"name", "url", "verify_ssl"}, "[[source]]");
      file_.add_source({toml_.text(*source, "name").value_or(""), toml_.text(*source, "url").value_or(""),
                        toml_.boolean(*source, "verify_ssl").value_or(true), toml_.place(url == nullptr ? node : *url)});
    }
  }

  // In the order of the file: tables of the library are sorted by key.
  void read_category(std::string_view table)
  {
    const toml::table* entries = toml_.table(root_, table);
    if (entries == nullptr) {
      return;
    }
    std::vector<std::pair<const toml::key*, const toml::node*>> ordered;
    for (const auto& [key, value] : *entries) {
      ordered.emplace_back(&key, &value);
    }
    std::ranges::sort(ordered, [](const auto& left, const auto& right) {
      const auto& a = left.first->source().begin;
      const auto& b = right.first->source().begin;
      return std::pair(a.line, a.column) < std::pair(b.line, b.column);
    });
    for (const auto& [key, value] : ordered) {
      read_package(*key, *value, category_of(table));
    }
  }

  void read_package(const toml::key& key, const toml::node& value, const std::string& category)
  {
    PipenvPackage package{.name = std::string(key.str()), .span = toml_.place(key)};
    if (const auto version = value.value_exact<std::string>()) {
      package.version = *version;
    }
    else if (const toml::table* entry = value.as_table()) {
      fill(*entry, package);
    }
    else {
      toml_.wrong_kind(key.str(), "a version or a table", value);
      return;
    }
    file_.add(package, category);
  }

  // pipenv writes the index's hashes into the lock, whatever stands here; pip would want one of every package.
  void refuse_hashes(const toml::table& entry, const PipenvPackage& package)
  {
    if (const toml::node* hashes = entry.get("hashes")) {
      file_.diagnostics().add(
          "EL0358", fmt::format("nothing would check `{}` against the hashes of a Pipfile", package.name),
          "run `pipenv lock`: the hashes of a Pipfile.lock are enforced; and remove them here",
          toml_.place(*hashes));
    }
  }

  void fill(const toml::table& entry, PipenvPackage& package)
  {
    const auto text = [&](std::string_view key) { return toml_.text(entry, key).value_or(""); };
    std::vector<std::string> known = {
      "bzr",     "editable",  "extras", "file", "git",           "hashes",       "hg",  "index",
      "markers", "no_binary", "path",   "ref",  "skip_resolver", "subdirectory", "svn", "version"};
    known.insert(known.end(), k_marker_keys.begin(), k_marker_keys.end());
    toml_.warn_unknown(entry, known, package.name);
    package.version = text("version");
    package.index = text("index");
    package.extras = toml_.texts(entry, "extras");
    if (const std::string markers = text("markers"); !text::trim(markers).empty()) {
      package.markers.push_back(markers);
    }
    for (const std::string_view key : k_marker_keys) {
      if (const std::string rest = text(key); !rest.empty()) {
        package.markers.push_back(fmt::format("{} {}", key, rest));
      }
    }
    for (const std::string_view vcs : {"git", "hg", "svn", "bzr"}) {
      if (entry.contains(vcs)) {
        package.vcs = vcs;
        package.url = text(vcs);
      }
    }
    package.editable = toml_.boolean(entry, "editable").value_or(false);
    package.no_binary = toml_.boolean(entry, "no_binary").value_or(false);
    package.skip_resolver = toml_.boolean(entry, "skip_resolver").value_or(false);
    refuse_hashes(entry, package);
    package.ref = text("ref");
    package.subdirectory = text("subdirectory");
    package.file = entry.contains("file") ? text("file") : text("path");
  }

  const toml::table& root_;
  PipenvFile& file_;
  TomlReader toml_;
};

}  // namespace

bool detects_pipfile(std::string_view name, std::string_view text)
{
  const bool has_packages = has_top_key(text, "[packages]") || has_top_key(text, "[dev-packages]");
  return name == "Pipfile" || (has_packages && has_top_key(text, "[[source]]"));
}

void read_pipfile(const std::string& path, std::string bytes, const FileSource& files,
                  environment::Target& target, ReadResult& result)
{
  const auto root = read_toml_file(path, std::move(bytes), TomlVersion::v1_1, result);
  if (!root) {
    return;
  }
  PipenvFile file(path, files, target, result);
  PipfileReader(path, *root, result.sources, file).read();
  file.finish();
}

}  // namespace envlift::input
