#include "plan/environment_files.hpp"

#include "base/path.hpp"
#include "base/text.hpp"
#include "environment/requirement.hpp"
#include "plan/python_choice.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace envlift::plan {

namespace {

constexpr const char* k_folder = "environment/";

// The place of a local project or archive in the context. Numbered, so that two folders of one name
// do not meet; an archive keeps its name, because pip reads name and tags from it.
std::string local_place(std::size_t number, const std::string& path)
{
  return environment::is_archive(path) ? fmt::format("local/{}/{}", number, path::file_name(path))
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

// Everything but the requirements.
PipLines pip_head(const environment::Environment& environment)
{
  PipLines result;
  add_options(environment, result);
  add_constraints(environment, result);
  return result;
}

// The requirement's line, and what it installs from the project's folder. `number` counts local places.
std::string add_requirement(const environment::PipPackage& package, std::size_t& number,
                            std::vector<ContextEntry>& entries)
{
  std::string place;
  if (!package.path.empty()) {
    place = local_place(++number, package.path);
    if (environment::is_archive(package.path)) {
      entries.emplace_back(ProjectFile{k_folder + place, package.path, false});
    }
    else {
      entries.emplace_back(ProjectFolder{k_folder + place, package.path});
    }
  }
  return requirement_line(package, place);
}

PipLines pip_lines(const environment::Environment& environment)
{
  PipLines result = pip_head(environment);
  std::size_t number = 0;
  for (const environment::PipPackage& package : environment.pip) {
    result.lines.push_back(add_requirement(package, number, result.entries));
  }
  return result;
}

TextFile environment_file(const std::string& name, const std::vector<std::string>& lines)
{
  return {std::string(k_folder) + name, text::join(lines, "\n") + "\n"};
}

// conda takes a URL's checksum behind `#`: 64 digits are a SHA-256 (conda 24.9 and later), 32 an MD5.
std::string explicit_line(const environment::CondaPackage& package)
{
  const std::string& checksum = package.sha256.empty() ? package.md5 : package.sha256;
  return checksum.empty() ? package.url : package.url + "#" + checksum;
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
  return !environment.conda_locked &&
         (environment.python.empty() || !pins_minor(environment.python, python_minor));
}

bool adds_pip(const environment::Environment& environment)
{
  return !environment.conda_locked && !solves(environment, "pip");
}

namespace {

EnvironmentFiles explicit_files(const environment::Environment& environment)
{
  EnvironmentFiles files = environment.pip.empty() ? EnvironmentFiles{} : pip_files(environment);
  files.conda = "explicit.txt";
  std::vector<std::string> lines = {"@EXPLICIT"};
  for (const environment::CondaPackage& package : environment.conda) {
    lines.push_back(explicit_line(package));
  }
  files.entries.emplace_back(environment_file(files.conda, lines));
  return files;
}

}  // namespace

EnvironmentFiles conda_files(const environment::Environment& environment, const std::string& python_minor,
                             const std::vector<std::string>& channels)
{
  if (environment.conda_locked) {
    return explicit_files(environment);
  }
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
  EnvironmentFiles files;
  if (environment.pip_locked) {
    files = pip_files(environment);   // conda would have pip look at dependencies
  }
  else if (!environment.pip.empty()) {
    PipLines pip = pip_lines(environment);
    files.entries = std::move(pip.entries);
    yaml += "  - pip:\n";
    for (const std::string& line : pip.lines) {
      yaml += item("    ", line);
    }
  }
  files.conda = "environment.yml";
  files.entries.emplace_back(TextFile{std::string(k_folder) + files.conda, yaml});
  return files;
}

EnvironmentFiles pip_files(const environment::Environment& environment)
{
  PipLines head = pip_head(environment);
  std::vector<std::string> hashed = head.lines;
  std::vector<std::string> unhashed = head.lines;
  EnvironmentFiles files{std::move(head.entries), "", {}};
  std::size_t number = 0;
  const bool some_hashed =
      std::ranges::any_of(environment.pip, [](const auto& package) { return !package.hashes.empty(); });
  for (const environment::PipPackage& package : environment.pip) {
    const bool is_apart = environment.pip_locked && some_hashed && package.hashes.empty();
    (is_apart ? unhashed : hashed).push_back(add_requirement(package, number, files.entries));
  }
  const auto add = [&](const char* name, const std::vector<std::string>& lines) {
    files.entries.emplace_back(environment_file(name, lines));
    files.pip.emplace_back(name);
  };
  add("requirements.txt", hashed);
  if (unhashed.size() > head.lines.size()) {
    add("unhashed.txt", unhashed);
  }
  return files;
}

}  // namespace envlift::plan
