#include "plan/environment_files.hpp"

#include "base/text.hpp"
#include "plan/python_choice.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace envlift::plan {

namespace {

constexpr const char* k_folder = "environment/";

std::string last_part(const std::string& path)
{
  const std::size_t slash = path.find_last_of('/');
  return slash == std::string::npos ? path : path.substr(slash + 1);
}

bool is_archive(const std::string& path)
{
  const auto ends = [&](std::string_view suffix) { return path.ends_with(suffix); };
  return ends(".whl") || ends(".zip") || ends(".tar.gz") || ends(".tar.bz2") || ends(".tgz");
}

// The place of a local project or archive in the context. Numbered, so that two folders of one name
// do not meet; an archive keeps its name, because pip reads name and tags from it.
std::string local_place(std::size_t number, const std::string& path)
{
  return is_archive(path) ? fmt::format("local/{}/{}", number, last_part(path))
                          : fmt::format("local/{}", number);
}

std::string requirement_line(const environment::PipPackage& package, const std::string& place)
{
  std::string line = package.requirement;
  if (!place.empty()) {
    // Never editable: an editable install points at this folder, which the final image has not.
    const std::string target = "./" + place;
    line = package.extras.empty() ? target : fmt::format("{}[{}]", target, text::join(package.extras, ","));
  }
  for (const std::string& hash : package.hashes) {
    line += " --hash=" + hash;
  }
  for (const std::string& setting : package.config_settings) {
    line += " --config-settings=" + text::shell_quote(setting);   // pip splits options as a shell does
  }
  return line;
}

struct PipLines {
  std::vector<std::string> lines;
  std::vector<ContextEntry> entries;
};

void add_options(const environment::Environment& environment, PipLines& result)
{
  std::size_t links = 0;
  for (const environment::PipOption& option : environment.pip_options) {
    std::string value = option.value;
    if (option.option == "--find-links" && value.find("://") == std::string::npos) {
      // A folder of the project: pip finds it where the file that names it lies.
      const std::string place = fmt::format("links/{}", ++links);
      result.entries.emplace_back(ProjectFolder{k_folder + place, value});
      value = "./" + place;
    }
    result.lines.push_back(value.empty() ? option.option : option.option + " " + value);
  }
}

void add_constraints(const environment::Environment& environment, PipLines& result)
{
  if (environment.constraints.empty()) {
    return;
  }
  std::string text;
  for (const environment::Constraint& constraint : environment.constraints) {
    text += constraint.requirement;
    for (const std::string& hash : constraint.hashes) {
      text += " --hash=" + hash;
    }
    text += "\n";
  }
  result.entries.emplace_back(TextFile{std::string(k_folder) + "constraints.txt", text});
  result.lines.emplace_back("-c constraints.txt");
}

void add_requirements(const environment::Environment& environment, PipLines& result)
{
  std::size_t number = 0;
  for (const environment::PipPackage& package : environment.pip) {
    std::string place;
    if (!package.path.empty()) {
      place = local_place(++number, package.path);
      if (is_archive(package.path)) {
        result.entries.emplace_back(ProjectFile{k_folder + place, package.path, false});
      }
      else {
        result.entries.emplace_back(ProjectFolder{k_folder + place, package.path});
      }
    }
    result.lines.push_back(requirement_line(package, place));
  }
}

PipLines pip_lines(const environment::Environment& environment)
{
  PipLines result;
  add_options(environment, result);
  add_constraints(environment, result);
  add_requirements(environment, result);
  return result;
}

// YAML takes JSON strings as they are, so quoting is JSON's.
std::string item(std::string_view indent, std::string_view text)
{
  return fmt::format("{}- {}\n", indent, text::json_quote(text));
}

bool solves(const environment::Environment& environment, std::string_view name)
{
  return std::ranges::any_of(environment.conda, [&](const auto& package) { return package.name == name; });
}

}  // namespace

bool adds_python(const environment::Environment& environment, const std::string& python_minor)
{
  return environment.python.empty() || !pins_minor(environment.python, python_minor);
}

bool adds_pip(const environment::Environment& environment)
{
  return !solves(environment, "pip");
}

EnvironmentFiles conda_files(const environment::Environment& environment, const std::string& python_minor,
                             const std::vector<std::string>& channels)
{
  std::string yaml = "channels:\n";
  for (const std::string& channel : channels) {
    yaml += item("  ", channel);
  }
  yaml += "dependencies:\n";
  if (adds_python(environment, python_minor)) {
    yaml += item("  ", "python=" + python_minor);
  }
  for (const environment::CondaPackage& package : environment.conda) {
    yaml += item("  ", package.spec);
  }
  if (adds_pip(environment)) {
    yaml += item("  ", "pip");
  }
  PipLines pip;
  if (!environment.pip.empty()) {
    pip = pip_lines(environment);
    yaml += "  - pip:\n";
    for (const std::string& line : pip.lines) {
      yaml += item("    ", line);
    }
  }
  EnvironmentFiles files{std::move(pip.entries), "environment.yml"};
  files.entries.emplace_back(TextFile{std::string(k_folder) + files.file, yaml});
  return files;
}

EnvironmentFiles pip_files(const environment::Environment& environment)
{
  PipLines pip = pip_lines(environment);
  EnvironmentFiles files{std::move(pip.entries), "requirements.txt"};
  files.entries.emplace_back(
      TextFile{std::string(k_folder) + files.file, text::join(pip.lines, "\n") + "\n"});
  return files;
}

}  // namespace envlift::plan
