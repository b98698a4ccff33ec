// Precedence: what every source gives, from the weakest to the strongest, stored in that order.
#include "base/text.hpp"
#include "settings/given.hpp"

#include <algorithm>
#include <iterator>
#include <set>

#include <fmt/format.h>

namespace envlift::settings {

namespace {

// Variables of the test suite's stand-ins and of the lab's scripts, which share the environment.
bool is_of_tests(std::string_view name)
{
  return name.starts_with("ENVLIFT_FAKE_") || name.starts_with("ENVLIFT_LAB_") || name == "ENVLIFT_RECORD" ||
         name == "ENVLIFT_CACHE";
}

bool is_process_variable(std::string_view name)
{
  return std::ranges::find(process_variables(), name, &ProcessVariable::name) != process_variables().end();
}

// A list in a variable is separated by commas: no channel holds one.
std::vector<GivenText> variable_texts(const Row& row, const std::string& value, const diag::Span& place)
{
  if (row.kind != Kind::list) {
    return {{value, place}};
  }
  std::vector<GivenText> texts;
  for (const std::string_view item : text::split(value, ',')) {
    if (!text::trim(item).empty()) {
      texts.push_back({std::string(text::trim(item)), place});
    }
  }
  return texts;
}

void warn_unknown(const std::string& name, diag::Diagnostics& diagnostics)
{
  std::vector<std::string> known = names_of(&Row::variable);
  for (const ProcessVariable& variable : process_variables()) {
    known.emplace_back(variable.name);
  }
  const auto near = text::nearest(name, known);
  diagnostics.add("EL0607", fmt::format("the variable {} names no setting", text::printable(name)),
                  near ? fmt::format("did you mean {}?", *near) : "unset it", {.file = name});
}

std::vector<Given> read_variables(const std::map<std::string, std::string>& variables,
                                  diag::Diagnostics& diagnostics)
{
  std::vector<Given> given;
  for (const auto& [name, value] : variables) {
    if (!name.starts_with("ENVLIFT_") || is_process_variable(name) || is_of_tests(name)) {
      continue;
    }
    const Row* row = find_row(&Row::variable, name);
    if (row == nullptr) {
      warn_unknown(name, diagnostics);
    }
    else if (!value.empty()) {
      const diag::Span place{.file = name};
      given.push_back({row, Level::variable, variable_texts(*row, value, place), place, ""});
    }
  }
  return given;
}

std::vector<Given> read_flags(const std::map<std::string, std::vector<std::string>>& flags)
{
  std::vector<Given> given;
  for (const Row& row : table()) {
    const auto found = flags.find(std::string(row.flag));
    if (found == flags.end() || found->second.empty()) {
      continue;
    }
    const diag::Span place{.file = found->first};
    Given one{&row, Level::flag, {}, place, ""};
    for (const std::string& value : found->second) {
      one.texts.push_back({value, place});
    }
    if (row.kind != Kind::list) {
      one.texts.erase(one.texts.begin(), std::prev(one.texts.end()));   // the last one counts
    }
    given.push_back(std::move(one));
  }
  return given;
}

std::vector<Given> read_all(const Inputs& inputs, diag::Diagnostics& diagnostics, diag::Sources& sources)
{
  std::vector<Given> all;
  const auto add = [&](std::vector<Given> more) {
    std::move(more.begin(), more.end(), std::back_inserter(all));
  };
  const auto add_file = [&](const std::optional<File>& file, Level level) {
    if (file) {
      sources.add(file->name, file->text);
      add(read_file(*file, level, diagnostics));
    }
  };
  add_file(inputs.user_file, Level::user_file);
  add_file(inputs.project_file, Level::project_file);
  add(read_variables(inputs.variables, diagnostics));
  add(read_flags(inputs.flags));
  return all;
}

using Levels = std::map<std::string_view, Level>;

// What is run is never taken without its checksum, and a checksum that a weaker source gives belongs to that source's
// file.
void check_download(const std::string& name, bool has_url, bool has_sha256, const std::string& neither,
                    const Settings& settings, const Levels& levels, diag::Diagnostics& diagnostics)
{
  const std::string url = name + ".url";
  const std::string sha256 = name + ".sha256";
  if (has_sha256 && !has_url) {
    diagnostics.add("EL0604", fmt::format("`{}` is set without `{}`", sha256, url), neither, settings.place_of(sha256));
  }
  else if (has_url && !has_sha256) {
    diagnostics.add("EL0604", fmt::format("`{}` is set without `{}`", url, sha256),
                    fmt::format("give the {0}'s SHA-256 with `--{0}-sha256` or `{1}`", name, sha256),
                    settings.place_of(url));
  }
  else if (has_url && levels.at(sha256) < levels.at(url)) {
    diagnostics.add(
        "EL0604",
        fmt::format("`{}` is set here, but its checksum comes from {}", url, settings.place_of(sha256).file),
        fmt::format("give the SHA-256 of this {} beside its URL", name), settings.place_of(url));
  }
}

void check_emulator(const Settings& settings, const Levels& levels, diag::Diagnostics& diagnostics)
{
  check_download("emulator", !settings.emulator_url.empty(), !settings.emulator_sha256.empty(),
                 "set both, or neither", settings, levels, diagnostics);
}

// An installer is run as root.
void check_installer(const Settings& settings, const Levels& levels, diag::Diagnostics& diagnostics)
{
  const bool has_url = !settings.installer_url.empty();
  if (settings.installer_kind != Settings{}.installer_kind && !has_url) {
    diagnostics.add(
        "EL0604",
        fmt::format("`installer.kind` is {}, and no `installer.url` names one", settings.installer_kind),
        "give the installer's URL and SHA-256 too, or leave `installer.kind` out: the base's own is "
        "Miniconda",
        settings.place_of("installer.kind"));
  }
  check_download("installer", has_url, !settings.installer_sha256.empty(),
                 "set both, or neither: the base's own installer has a checksum already", settings, levels, diagnostics);
}

}  // namespace

const Row* find_row(std::string_view Row::* column, std::string_view name)
{
  const auto row = std::ranges::find(table(), name, column);
  return row == table().end() ? nullptr : &*row;
}

std::vector<std::string> names_of(std::string_view Row::* column)
{
  std::vector<std::string> names;
  for (const Row& row : table()) {
    names.emplace_back(row.*column);
  }
  return names;
}

Settings resolve(const Inputs& inputs, diag::Diagnostics& diagnostics, diag::Sources& sources)
{
  const auto home = inputs.variables.find("HOME");
  const std::string_view home_folder = home == inputs.variables.end() ? "" : std::string_view(home->second);
  Settings settings;
  Levels levels;
  bool installer_is_read = true;
  bool emulator_is_read = true;
  for (const Given& given : read_all(inputs, diagnostics, sources)) {
    const bool stored = store(given, home_folder, settings, diagnostics);
    if (stored) {
      levels[given.row->key] = given.level;
    }
    installer_is_read = installer_is_read && (stored || !given.row->key.starts_with("installer."));
    emulator_is_read = emulator_is_read && (stored || !given.row->key.starts_with("emulator."));
  }
  if (installer_is_read) {   // else the half that is missing has its finding
    check_installer(settings, levels, diagnostics);
  }
  if (emulator_is_read) {
    check_emulator(settings, levels, diagnostics);
  }
  return settings;
}

}  // namespace envlift::settings
