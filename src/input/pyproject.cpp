// pyproject.toml: PEP 621, PEP 735, and the tables of poetry, uv, pdm and setuptools.
#include "input/pyproject.hpp"

#include "base/text.hpp"
#include "input/conda_sections.hpp"
#include "input/formats.hpp"
#include "input/yaml_members.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

namespace envlift::input {

namespace {

constexpr std::array<std::string_view, 7> k_tables = {"[project]",
                                                      "[project.",
                                                      "[dependency-groups]",
                                                      "[tool.poetry.dependencies",
                                                      "[tool.poetry.group.",
                                                      "[tool.poetry.dev-dependencies",
                                                      "[tool.pdm.dev-dependencies"};

// --- Dynamic dependencies --------------------------------------------------------------------------

bool is_dynamic(const ProjectFile& file, std::string_view field)
{
  const toml::table* project = table_at(file.root, "project");
  const toml::array* fields = project == nullptr ? nullptr : file.toml.array(*project, "dynamic");
  return fields != nullptr && std::ranges::any_of(*fields, [&](const toml::node& item) {
           return item.value_or(std::string_view()) == field;
         });
}

// setuptools reads the lines of the named files (setuptools: config/expand.py, _parse_requirements_list).
bool include_files(const toml::table& dynamic, std::string_view key, ProjectFile& file)
{
  const toml::table* directive = file.toml.table(dynamic, key);
  const toml::node* named = directive == nullptr ? nullptr : directive->get("file");
  if (named == nullptr) {
    return false;
  }
  const auto include = [&](const toml::node& item) {
    const auto name = item.value_exact<std::string>();
    if (!name || name->find_first_of(" \t\r\n\"'\\") != std::string::npos) {
      file.toml.wrong_kind("file", "a path without spaces and quotes", item);
      return;
    }
    file.lines.push_back({"-r " + *name, file.toml.place(item)});
  };
  if (const toml::array* names = named->as_array()) {
    for (const toml::node& name : *names) {
      include(name);
    }
  }
  else {
    include(*named);
  }
  return true;
}

void read_dynamic_dependencies(ProjectFile& file)
{
  const toml::table* setuptools = table_at(file.root, "tool.setuptools.dynamic");
  if (setuptools != nullptr && include_files(*setuptools, "dependencies", file)) {
    return;
  }
  const toml::table* project = table_at(file.root, "project");
  file.diagnostics().add("EL0340",
                         "the dependencies are dynamic: only a build of the project could tell them",
                         "list them under `dependencies` in [project], or name a lock or a requirements.txt "
                         "with --environment",
                         file.toml.place(*project->get("dynamic")));
}

// --- Main dependencies -----------------------------------------------------------------------------

// What [tool.poetry.dependencies] says of a name: with [project] dependencies it only adds to them.
class PoetryMain {
public:
  explicit PoetryMain(const toml::table* table)
  {
    if (table == nullptr) {
      return;
    }
    for (const auto& [key, value] : *table) {
      const std::string name = environment::normalize_name(key.str());
      if (name != "python") {
        entries_.emplace(name, std::pair(&key, &value));
      }
    }
  }

  bool empty() const { return entries_.empty(); }

  void add_all(ProjectFile& file) const
  {
    for (const auto& [name, entry] : entries_) {
      if (!is_optional_poetry_entry(*entry.second)) {
        add_poetry_entry(*entry.first, *entry.second, file);
      }
    }
  }

  // Whether the entry tells a place for the requirement that [project] names; then it is added.
  bool add_direct_entry(const std::string& name, ProjectFile& file) const
  {
    const auto found = entries_.find(name);
    if (found == entries_.end() || !is_direct_poetry_entry(*found->second.second)) {
      return false;
    }
    add_poetry_entry(*found->second.first, *found->second.second, file);
    return true;
  }

private:
  std::map<std::string, std::pair<const toml::key*, const toml::node*>> entries_;
};

void read_project_list(const toml::array& items, const PoetryMain& poetry, ProjectFile& file)
{
  for (const toml::node& item : items) {
    const auto text = item.value_exact<std::string>();
    if (!text) {
      file.toml.wrong_kind("dependencies", "an array of strings", item);
      continue;
    }
    const auto parsed = environment::parse_requirement(*text);
    const bool is_plain = parsed.requirement && parsed.requirement->url.empty();
    if (!is_plain || !poetry.add_direct_entry(environment::normalize_name(parsed.requirement->name), file)) {
      add_text(*text, file.toml.place(item), {}, file);
    }
  }
}

void read_main(ProjectFile& file)
{
  const PoetryMain poetry(table_at(file.root, "tool.poetry.dependencies"));
  const toml::table* project = table_at(file.root, "project");
  const toml::array* listed = project == nullptr ? nullptr : file.toml.array(*project, "dependencies");
  const bool dynamic = is_dynamic(file, "dependencies");
  if (listed != nullptr) {
    read_project_list(*listed, poetry, file);
  }
  else if (!poetry.empty()) {
    poetry.add_all(file);
  }
  else if (dynamic && table_at(file.root, "tool.poetry.dependencies") == nullptr) {
    read_dynamic_dependencies(file);
  }
}

void read_python(ProjectFile& file)
{
  const toml::table* project = table_at(file.root, "project");
  const auto python = project == nullptr ? std::nullopt : file.toml.text(*project, "requires-python");
  if (!python) {
    read_poetry_python(file);
    return;
  }
  const toml::node& node = *project->get("requires-python");
  if (!environment::canonical_specifiers(*python)) {
    file.diagnostics().add("EL0119",
                           fmt::format("`requires-python` is no set of versions: `{}`", shown(*python)),
                           "write it as `>=3.11,<3.14`", file.toml.place(node));
    return;
  }
  file.environment().python = text::trim(*python);
  file.environment().python_span = file.toml.place(node);
}

// TOML's strings can hold line breaks, and what follows one would be read as a line of its own.
void refuse_breaks(ProjectFile& file)
{
  std::erase_if(file.lines, [&](const RequirementLine& line) {
    const bool has_break = line.text.find_first_of("\r\n") != std::string::npos;
    if (has_break) {
      file.diagnostics().add("EL0315", "a requirement holds a line break", "remove it", line.span);
    }
    return has_break;
  });
}

// Gives local projects the names that their requirements told.
void name_paths(const ProjectFile& file)
{
  for (environment::PipPackage& package : file.environment().pip) {
    const auto name = file.path_names.find({package.span.line, package.span.column});
    if (package.name.empty() && package.span.file == file.path && name != file.path_names.end()) {
      package.name = name->second;
    }
  }
}

}  // namespace

bool detects_pyproject(std::string_view name, std::string_view text)
{
  // The tables of pixi are looked for where pixi does it: in a file of the usual name.
  const bool may_be =
      name == "pyproject.toml" || (name.ends_with(".toml") && !has_top_key(text, "[tool.pixi"));
  if (!may_be || text.empty()) {
    return name == "pyproject.toml";
  }
  const auto lines = text::lines(text);
  return std::ranges::any_of(lines, [](std::string_view line) {
    line = text::trim(line);
    return std::ranges::any_of(k_tables, [&](std::string_view table) { return line.starts_with(table); }) ||
           line.starts_with("project.") ||
           (line.starts_with("project ") && line.find('{') != std::string_view::npos) ||
           line.starts_with("dev-dependencies");
  });
}

void read_pyproject(const std::string& path, std::string bytes, const FileSource& files,
                    environment::Target& target, ReadResult& result)
{
  const auto root = read_toml_file(path, std::move(bytes), TomlVersion::v1_0, result);
  if (!root) {
    return;
  }
  ProjectFile file{.path = path,
                   .files = files,
                   .target = target,
                   .result = result,
                   .root = *root,
                   .toml = TomlReader(path, result.diagnostics, result.sources),
                   .own_name = ""};
  const toml::table* project = file.toml.table(*root, "project");
  if (project != nullptr) {
    file.own_name = environment::normalize_name(file.toml.text(*project, "name").value_or(""));
  }
  else if (const toml::table* poetry = table_at(*root, "tool.poetry")) {
    file.own_name = environment::normalize_name(file.toml.text(*poetry, "name").value_or(""));
  }
  warn_unknown_keys(*root, file.toml);
  read_python(file);
  read_main(file);
  read_extras_and_groups(file);
  check_uv_environments(file);
  read_uv_constraints(file);
  read_indexes(file);
  refuse_breaks(file);
  read_requirement_lines(file.lines, path, files, target, result);
  name_paths(file);
}

}  // namespace envlift::input
