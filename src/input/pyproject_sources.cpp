// Where packages come from: indexes of uv, poetry and pdm, and [tool.uv.sources].
#include "base/path.hpp"
#include "base/text.hpp"
#include "input/conda_sections.hpp"
#include "input/pyproject.hpp"
#include "input/requirements_direct.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace envlift::input {

namespace {

constexpr std::string_view k_pypi = "https://pypi.org/simple";

// --- Sources of uv ---------------------------------------------------------------------------------

// Whether the source is for the scope and its marker true; nothing when the marker cannot be read.
std::optional<bool> applies(const toml::table& source, const Scope& scope, const ProjectFile& file)
{
  const auto names = [&](std::string_view key, const std::string& here) {
    const auto wanted = file.toml.text(source, key);
    return !wanted ||
           (!here.empty() && environment::normalize_name(*wanted) == environment::normalize_name(here));
  };
  if (!names("extra", scope.extra) || !names("group", scope.group)) {
    return false;
  }
  const auto marker = file.toml.text(source, "marker");
  if (!marker) {
    return true;
  }
  const auto truth = environment::evaluate_marker(*marker, file.target, {});
  return truth ? std::optional(truth->value) : std::nullopt;
}

// The source of the name in the scope; nullptr for the index.
const toml::table* find_source(const std::string& name, const Scope& scope, ProjectFile& file)
{
  const toml::table* sources = table_at(file.root, "tool.uv.sources");
  if (sources == nullptr) {
    return nullptr;
  }
  for (const auto& [key, value] : *sources) {
    if (environment::normalize_name(key.str()) != name) {
      continue;
    }
    const auto fits = [&](const toml::node& node) {
      const toml::table* source = node.as_table();
      const auto is_for = source == nullptr ? std::nullopt : applies(*source, scope, file);
      if (!is_for) {
        file.diagnostics().add("EL0344", fmt::format("the source of `{}` cannot be read", name),
                               "write a table such as `{git = \"https://…\"}`; its marker is one of PEP 508",
                               file.toml.place(node));
      }
      return is_for.value_or(false);
    };
    if (const toml::array* several = value.as_array()) {
      const auto found = std::find_if(several->begin(), several->end(), fits);
      return found == several->end() ? nullptr : found->as_table();
    }
    return fits(value) ? value.as_table() : nullptr;
  }
  return nullptr;
}

// The project's name in a folder's pyproject.toml; "" without one.
std::string project_name(const std::string& folder, const ProjectFile& file)
{
  const auto answer = file.files.read(folder + "/pyproject.toml", k_handwritten_limit_bytes);
  if (answer.problem != FileSource::Problem::none) {
    return "";
  }
  diag::Diagnostics ignored;
  const auto root = parse_toml(folder, answer.bytes, ignored);
  const toml::table* project = root ? table_at(*root, "project") : nullptr;
  const toml::node* name = project == nullptr ? nullptr : project->get("name");
  return name == nullptr ? "" : environment::normalize_name(name->value_or(std::string_view()));
}

// The folders that a member's pattern names: `packages/*`, `libs/core`.
std::vector<std::string> member_folders(const std::string& pattern, const ProjectFile& file)
{
  const std::size_t star = pattern.find('*');
  const auto base =
      path::project_path(path::folder_of(file.path), star == std::string::npos ? pattern : pattern.substr(0, star));
  if (!base) {
    return {};
  }
  if (star == std::string::npos) {
    return {*base};
  }
  const std::size_t slash = pattern.rfind('/', star);
  const std::string front =
      slash == std::string::npos ? pattern.substr(0, star) : pattern.substr(slash + 1, star - slash - 1);
  const std::string back = pattern.substr(star + 1);
  const auto folder =
      path::project_path(path::folder_of(file.path), slash == std::string::npos ? "." : pattern.substr(0, slash));
  std::vector<std::string> found;
  for (const std::string& name : folder ? file.files.list(*folder) : std::vector<std::string>{}) {
    if (name.starts_with(front) && (back.empty() || name.ends_with(back)) && !name.starts_with('.')) {
      found.push_back(*folder == "." ? name : *folder + "/" + name);
    }
  }
  return found;
}

// The folder of the workspace's member, from the project's folder.
std::string find_member(const std::string& name, const ProjectFile& file)
{
  const toml::table* workspace = table_at(file.root, "tool.uv.workspace");
  if (workspace == nullptr) {
    return "";
  }
  for (const std::string& pattern : file.toml.texts(*workspace, "members")) {
    for (const std::string& folder : member_folders(pattern, file)) {
      if (project_name(folder, file) == name) {
        return folder;
      }
    }
  }
  return "";
}

// The path from the file's folder, as lines of requirements have it.
std::string from_file(const std::string& path, const ProjectFile& file)
{
  const std::string_view folder = path::folder_of(file.path);
  return folder.empty() ? path : path.substr(std::min(folder.size() + 1, path.size()));
}

// Whether the source is a place; then its line is added.
bool add_from_place(const environment::Requirement& requirement, const toml::table& source,
                    const diag::Span& place, ProjectFile& file)
{
  const auto text = [&](std::string_view key) { return file.toml.text(source, key).value_or(""); };
  DirectSource direct{
    .git = text("git"), .url = text("url"), .path = text("path"), .subdirectory = text("subdirectory")};
  for (const std::string_view key : {"branch", "tag", "rev"}) {
    direct.rev = text(key).empty() ? direct.rev : text(key);
  }
  if (file.toml.boolean(source, "workspace").value_or(false)) {
    const std::string folder = find_member(environment::normalize_name(requirement.name), file);
    if (folder.empty()) {
      file.diagnostics().add(
          "EL0344", fmt::format("`{}` is no member of the workspace in {}", requirement.name, file.path),
          "name the pyproject.toml of the workspace's root, or export with `uv export`", place);
      list_refused(requirement.name, place, file);
      return true;
    }
    direct.path = from_file(folder, file);
  }
  if (direct.is_given()) {
    add_direct(requirement.name, requirement.extras, requirement.marker, direct, place, file);
  }
  return direct.is_given();
}

// --- Indexes ---------------------------------------------------------------------------------------

struct Index {
  std::string name;
  std::string url;
  bool is_default = false;    // takes PyPI's place
  bool is_explicit = false;   // only for packages that are bound to it
  diag::Span place = {};
  bool is_flat = false;   // a page or folder of files, not an index by name
};

// Of an index's `url`, or its table where it has none.
diag::Span place_of_url(const toml::table& index, const ProjectFile& file)
{
  const toml::node* url = index.get("url");
  return file.toml.place(url == nullptr ? index : *url);
}

void read_uv_indexes(ProjectFile& file, std::vector<Index>& indexes)
{
  const toml::table* uv = table_at(file.root, "tool.uv");
  if (uv == nullptr) {
    return;
  }
  if (const toml::array* tables = file.toml.array(*uv, "index")) {
    for (const toml::node& node : *tables) {
      if (const toml::table* table = node.as_table()) {
        const bool is_default = file.toml.boolean(*table, "default").value_or(false);
        if (is_default && std::ranges::any_of(indexes, &Index::is_default)) {
          file.diagnostics().add("EL0119", "a second index is marked `default = true`", "uv takes one: keep one mark",
                                 file.toml.place(*table->get("default")));
          continue;
        }
        indexes.push_back({file.toml.text(*table, "name").value_or(""),
                           file.toml.text(*table, "url").value_or(""), is_default,
                           file.toml.boolean(*table, "explicit").value_or(false), place_of_url(*table, file),
                           file.toml.text(*table, "format").value_or("simple") == "flat"});
      }
    }
  }
  for (const std::string& place : file.toml.texts(*uv, "find-links")) {
    indexes.push_back({"", place, false, false, file.toml.place(*uv->get("find-links")), true});
  }
  if (file.toml.boolean(*uv, "no-index").value_or(false)) {
    file.lines.push_back({"--no-index", file.toml.place(*uv->get("no-index"))});
  }
  // The legacy setting is behind the tables, of which one may be the default (uv: IndexLocations::default_index).
  const bool has_default = std::ranges::any_of(indexes, &Index::is_default);
  if (const auto url = file.toml.text(*uv, "index-url"); url && !has_default) {
    indexes.push_back({"", *url, true, false, file.toml.place(*uv->get("index-url"))});
  }
  for (const std::string& url : file.toml.texts(*uv, "extra-index-url")) {
    indexes.push_back({"", url, false, false, file.toml.place(*uv->get("extra-index-url"))});
  }
}

// poetry: without a `primary` source PyPI is the first one; with one, PyPI is asked only if it is named.
void read_poetry_indexes(ProjectFile& file, std::vector<Index>& indexes)
{
  const toml::table* poetry = table_at(file.root, "tool.poetry");
  const toml::array* tables = poetry == nullptr ? nullptr : file.toml.array(*poetry, "source");
  if (tables == nullptr) {
    return;
  }
  bool has_default = false;
  for (const toml::node& node : *tables) {
    const toml::table* table = node.as_table();
    if (table == nullptr) {
      continue;
    }
    const std::string name = file.toml.text(*table, "name").value_or("");
    const bool is_pypi = text::to_lower(name) == "pypi";
    const std::string priority = text::to_lower(file.toml.text(*table, "priority").value_or("primary"));
    const std::string url = file.toml.text(*table, "url").value_or(is_pypi ? std::string(k_pypi) : "");
    const bool is_primary = priority == "primary" || priority == "default" ||
                            file.toml.boolean(*table, "default").value_or(false);
    indexes.push_back(
        {name, url, is_primary && !has_default, priority == "explicit", place_of_url(*table, file)});
    has_default = has_default || is_primary;
  }
}

void read_pdm_indexes(ProjectFile& file, std::vector<Index>& indexes)
{
  const toml::table* pdm = table_at(file.root, "tool.pdm");
  const toml::array* tables = pdm == nullptr ? nullptr : file.toml.array(*pdm, "source");
  if (tables == nullptr) {
    return;
  }
  for (const toml::node& node : *tables) {
    const toml::table* table = node.as_table();
    if (table != nullptr) {
      const std::string name = file.toml.text(*table, "name").value_or("");
      indexes.push_back({name, file.toml.text(*table, "url").value_or(""), name == "pypi", false,
                         place_of_url(*table, file)});
    }
  }
}

std::string_view option_of(const Index& index)
{
  return index.is_flat ? "--find-links" : (index.is_default ? "--index-url" : "--extra-index-url");
}

void warn_of_bound(const Index& index, ProjectFile& file)
{
  file.diagnostics().add(
      "EL0346",
      fmt::format("packages are bound to the index `{}`, and pip looks for every package in all "
                  "indexes",
                  shown(index.name)),
      "install from the lock, whose hashes leave no choice: uv.lock or poetry.lock beside this file",
      index.place);
}

void refuse_unknown_indexes(const std::vector<Index>& indexes, ProjectFile& file)
{
  for (const auto& [name, place] : file.bound_indexes) {
    const bool is_there = std::ranges::find(indexes, name, &Index::name) != indexes.end();
    if (!is_there && text::to_lower(name) != "pypi") {
      file.diagnostics().add("EL0344", fmt::format("the index `{}` is named and not defined", shown(name)),
                             "add it to the file's indexes with its URL", place);
    }
  }
}

}  // namespace

namespace {

// Adds the line if it is a requirement: what stands in TOML's strings may be anything, line breaks too.
bool add_checked(const std::string& name, const std::string& line, const diag::Span& place, ProjectFile& file)
{
  const auto parsed = environment::parse_requirement(line);
  if (!parsed.requirement) {
    file.diagnostics().add("EL0301",
                           fmt::format("`{}` is not a requirement: {}", shown(line), parsed.problem.message),
                           "correct its name, its extras, its URL or its marker", place);
    list_refused(name, place, file);
    return false;
  }
  file.lines.push_back({parsed.requirement->str(), place});
  return true;
}

void add_path(const std::string& name, const std::string& path, const std::string& rest,
              const diag::Span& place, ProjectFile& file)
{
  if (path.find_first_of(" \t\r\n#;[]\"'") != std::string::npos) {
    file.diagnostics().add(
        "EL0307", fmt::format("the path `{}` cannot be carried into a requirements file", shown(path)),
        "rename the folder: letters, digits and `._-`", place);
    list_refused(name, place, file);
    return;
  }
  if (!add_checked(name, name + rest, place, file)) {
    return;
  }
  const bool is_marked = path.starts_with('.') || path.starts_with('/') || path.starts_with('~');
  file.lines.back().text = (is_marked ? "" : "./") + path + text::replace_all(rest, "\n", " ");
  file.path_names[{place.line, place.column}] = environment::normalize_name(name);
}

}  // namespace

void add_direct(const std::string& name, const std::vector<std::string>& extras, const std::string& marker,
                const DirectSource& source, const diag::Span& place, ProjectFile& file)
{
  const std::string brackets = extras.empty() ? "" : "[" + text::join(extras, ",") + "]";
  const std::string end = marker.empty() ? "" : " ; " + marker;
  if (!source.path.empty()) {
    add_path(name, source.subdirectory.empty() ? source.path : source.path + "/" + source.subdirectory,
             brackets + end, place, file);
    return;
  }
  std::string url = source.url;
  if (!source.git.empty()) {
    url = source.git.find("://") == std::string::npos ? "ssh://" + text::replace_all(source.git, ":", "/")
                                                      : source.git;
    url = (url.starts_with("git+") ? url : "git+" + url) + (source.rev.empty() ? "" : "@" + source.rev);
  }
  if (!source.subdirectory.empty()) {
    url += (url.find('#') == std::string::npos ? "#subdirectory=" : "&subdirectory=") + source.subdirectory;
  }
  add_checked(name, name + brackets + " @ " + url + end, place, file);
}

void add_requirement(environment::Requirement requirement, const diag::Span& place, const Scope& scope,
                     ProjectFile& file)
{
  const toml::table* source = requirement.url.empty()
                                  ? find_source(environment::normalize_name(requirement.name), scope, file)
                                  : nullptr;
  if (source != nullptr && add_from_place(requirement, *source, place, file)) {
    return;
  }
  if (source != nullptr) {
    if (const auto index = file.toml.text(*source, "index")) {
      file.bound_indexes.emplace(*index, file.toml.place(*source->get("index")));
    }
  }
  file.lines.push_back({requirement.str(), place});
}

void list_refused(const std::string& name, const diag::Span& place, ProjectFile& file)
{
  const auto parsed = environment::parse_requirement(name);
  if (parsed.requirement && parsed.requirement->name == name) {
    file.environment().pip.push_back(named_row(name, place));
  }
}

void read_indexes(ProjectFile& file)
{
  std::vector<Index> indexes;
  read_uv_indexes(file, indexes);
  read_poetry_indexes(file, indexes);
  read_pdm_indexes(file, indexes);
  refuse_unknown_indexes(indexes, file);
  for (const Index& index : indexes) {
    const bool is_bound = file.bound_indexes.contains(index.name);
    if (index.is_explicit && !is_bound) {
      continue;
    }
    if (is_bound && !index.is_default) {
      warn_of_bound(index, file);
    }
    if (index.url.empty() || index.url.find_first_of(" \t\r\n") != std::string::npos) {
      file.diagnostics().add(
          "EL0119", fmt::format("the index `{}` has no `url`, or not one without spaces", shown(index.name)),
          "add its https:// URL", index.place);
      continue;
    }
    if (index.is_flat && index.is_default) {   // nothing but its files
      file.lines.push_back({"--no-index", index.place});
    }
    file.lines.push_back({fmt::format("{} {}", option_of(index), index.url), index.place});
  }
}

void check_uv_environments(ProjectFile& file)
{
  const toml::table* uv = table_at(file.root, "tool.uv");
  const toml::node* written = uv == nullptr ? nullptr : uv->get("environments");
  if (written == nullptr) {
    return;
  }
  const auto text = written->value_exact<std::string>();   // of one, which needs no array
  const std::vector<std::string> markers = text ? std::vector{*text} : file.toml.texts(*uv, "environments");
  const auto holds = [&](const std::string& marker) {
    const auto truth = environment::evaluate_marker(marker, file.target, {});
    return !truth || truth->value;
  };
  if (markers.empty() || std::ranges::any_of(markers, holds)) {
    return;
  }
  auto& finding = file.diagnostics().add("EL0224",
                                         fmt::format("`environments` of [tool.uv] has none of Linux {} with "
                                                     "Python {}, for which uv would install nothing",
                                                     file.target.arch, file.target.python_minor),
                                         "add `sys_platform == 'linux'` once the project resolves for it",
                                         file.toml.place(*written));
  for (const std::string& marker : markers) {
    finding.notes.push_back("it has " + shown(marker));
  }
}

void read_uv_constraints(ProjectFile& file)
{
  const toml::table* uv = table_at(file.root, "tool.uv");
  if (uv == nullptr) {
    return;
  }
  for (const std::string& text : file.toml.texts(*uv, "constraint-dependencies")) {
    const auto parsed = environment::parse_requirement(text);
    const diag::Span place = file.toml.place(*uv->get("constraint-dependencies"));
    if (!parsed.requirement) {
      file.diagnostics().add(
          "EL0301", fmt::format("`{}` is not a requirement: {}", shown(text), parsed.problem.message),
          "write it as `NAME<VERSION`", place);
      continue;
    }
    file.environment().constraints.push_back({parsed.requirement->str(), {}, place});
  }
  if (!file.toml.texts(*uv, "override-dependencies").empty()) {
    file.diagnostics().add("EL0347", "pip knows no overrides: `override-dependencies` would be ignored",
                           "install from the uv.lock, or remove them",
                           file.toml.place(*uv->get("override-dependencies")));
  }
}

}  // namespace envlift::input
