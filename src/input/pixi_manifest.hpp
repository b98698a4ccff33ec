// The parts of a pixi manifest. They turn what the environment installs into lines for the readers of MatchSpecs
// and of requirements.
#pragma once

#include "input/conda_sections.hpp"
#include "input/requirements.hpp"
#include "input/toml.hpp"

#include <map>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>
#include <vector>

namespace envlift::input {

struct PixiFile {
  CondaFile& conda;
  const TomlReader& toml;
  const toml::table& pixi;                       // of the whole file, or `tool.pixi` of a pyproject.toml
  const toml::table* pyproject = nullptr;        // the whole pyproject.toml
  std::vector<SpecLine> specs = {};
  std::vector<RequirementLine> pip_options = {};
  std::vector<RequirementLine> pip = {};
  std::unordered_set<std::string> seen = {};     // specs and requirements: several features may have one
  // Names of local projects, by the line and column of the entry: a path tells no name.
  std::map<std::pair<std::size_t, std::size_t>, std::string> path_names = {};

  diag::Diagnostics& diagnostics() const { return conda.diagnostics(); }
  // `[workspace]`, or `[project]` as older files have it; nullptr when there is none.
  const toml::table* workspace() const;

  void add_spec(std::string text, const diag::Span& place);
  void add_requirement(std::string text, const diag::Span& place);
  // Adds EL0247: "`activation.scripts` …".
  void note_no_effect(std::string_view what, std::string_view why, std::string hint, const diag::Span& place) const;
};

// Adds EL0356 for keys that pixi does not have.
void warn_unknown_keys(const PixiFile& file);

// One entry of a table of conda dependencies: `numpy = ">=1"` or a table.
void add_conda_entry(const std::string& name, const toml::node& value, PixiFile& file);
// One entry of a table of PyPI dependencies.
void add_pypi_entry(const std::string& name, const toml::node& value, PixiFile& file);
// Lists as dropped what a feature, or a part of it for a platform, asks for.
void drop_entries(const toml::table& part, const std::string& reason, PixiFile& file);
// `pypi-options` of the workspace or a feature.
void add_pypi_options(const toml::table& options, PixiFile& file);

// `activation` of a feature or of a part of it for a platform.
void add_activation(const toml::table& part, PixiFile& file);
// Findings for what only pixi's own solve and build can do.
void refuse_rest(const toml::table& part, PixiFile& file);
// Findings for `system-requirements` that Lambda does not meet.
void check_system(const toml::table& system, PixiFile& file);

// [project] of a pyproject.toml: its dependencies, and Python where `has_python` is false.
void add_project_dependencies(bool has_python, PixiFile& file);
// The names of a pyproject.toml's extras and dependency groups, which are features to pixi.
std::vector<std::string> project_features(const PixiFile& file);
void add_project_feature(const std::string& name, PixiFile& file);
// Lists as dropped what it asks for itself; what is included of groups belongs to those.
void drop_project_feature(const std::string& name, const std::string& reason, PixiFile& file);

}  // namespace envlift::input
