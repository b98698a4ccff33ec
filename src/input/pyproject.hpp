// The parts of a pyproject.toml. They turn what is asked for into lines for the reader of requirements.
#pragma once

#include "environment/requirement.hpp"
#include "input/asked_parts.hpp"
#include "input/requirements.hpp"
#include "input/toml_file.hpp"

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace envlift::input {

struct ProjectFile {
  const std::string& path;
  const FileSource& files;
  const environment::Target& target;
  ReadResult& result;
  const toml::table& root;
  TomlReader toml;
  std::string own_name;                     // of the project, normalised; "" without one
  std::vector<RequirementLine> lines = {};
  // Names of local projects, by the line and column of the requirement: a path tells no name.
  std::map<std::pair<std::size_t, std::size_t>, std::string> path_names = {};
  std::map<std::string, diag::Span> bound_indexes = {};   // named indexes, and the first package bound to each
  // Extras of the project that its own lists name (`mypackage[a,b]`), normalised, and where.
  std::vector<std::pair<std::string, diag::Span>> own_extras = {};

  diag::Diagnostics& diagnostics() const { return result.diagnostics; }
  environment::Environment& environment() const { return result.environment; }
};

// Where a requirement stands: in the group, in the extra, or, both "", in the main dependencies.
struct Scope {
  std::string group = {};
  std::string extra = {};
};

// What stands behind `name` instead of a version.
struct DirectSource {
  std::string git = {};
  std::string rev = {};
  std::string url = {};
  std::string path = {};
  std::string subdirectory = {};
  bool is_given() const { return !git.empty() || !url.empty() || !path.empty(); }
};

// Adds the line of a package that comes from the place. `extras` as written; `marker` "" for none.
void add_direct(const std::string& name, const std::vector<std::string>& extras, const std::string& marker,
                const DirectSource& source, const diag::Span& place, ProjectFile& file);

// Lists a package that an error was reported for, by its name.
void list_refused(const std::string& name, const diag::Span& place, ProjectFile& file);

// --- Poetry (pyproject_poetry.cpp) -----------------------------------------------------------------

// The python constraint of [tool.poetry.dependencies] as PEP 440; "" when there is none.
void read_poetry_python(ProjectFile& file);
// One entry of a table of dependencies: `requests = "^2"`, a table, or a list of tables.
void add_poetry_entry(const toml::key& key, const toml::node& value, ProjectFile& file);
// Whether the entry comes from a place: a repository, a URL, a path.
bool is_direct_poetry_entry(const toml::node& value);
bool is_optional_poetry_entry(const toml::node& value);

// --- Indexes and uv's sources (pyproject_sources.cpp) ----------------------------------------------

// Options of uv, poetry and pdm that name indexes; after the requirements, which can bind some.
void read_indexes(ProjectFile& file);
// EL0224 where [tool.uv] environments are given and the target is none of them.
void check_uv_environments(ProjectFile& file);
// [tool.uv] constraint-dependencies and override-dependencies.
void read_uv_constraints(ProjectFile& file);
// Adds the requirement's line, from where [tool.uv.sources] says.
void add_requirement(environment::Requirement requirement, const diag::Span& place, const Scope& scope,
                     ProjectFile& file);

// --- Misspelt keys (pyproject_keys.cpp) ------------------------------------------------------------

// Adds EL0356 for keys that the tables of a pyproject.toml do not have: [project], and those of uv and poetry.
void warn_unknown_keys(const toml::table& root, const TomlReader& toml);

// --- Groups and extras (pyproject_groups.cpp) ------------------------------------------------------

// Adds the requirement of a text (PEP 508); the project's own extras are expanded.
void add_text(const std::string& text, const diag::Span& place, const Scope& scope, ProjectFile& file);
// Adds the extras' and the groups' requirements that are asked for; what is not goes to `dropped`.
void read_extras_and_groups(ProjectFile& file);

}  // namespace envlift::input
