// The `pip:` section of an environment.yml, which conda hands to pip as a requirements file beside it.
#include "base/text.hpp"
#include "environment/requirement.hpp"
#include "input/conda_sections.hpp"
#include "input/requirements.hpp"

#include <algorithm>
#include <map>
#include <optional>

#include <fmt/format.h>

namespace envlift::input {

namespace {

// `jedi==0.17.0` for `jedi=0.17.0=py38_0`; nothing when the text is not written so.
std::optional<std::string> pip_form_of_conda_pin(std::string_view text)
{
  const std::size_t name_end =
      std::min(text.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_."),
               text.size());
  const std::string_view name = text.substr(0, name_end);
  const std::string_view rest = text::trim(text.substr(name_end));
  if (name.empty() || name.starts_with('-') || rest.size() < 2 || rest[0] != '=' ||
      std::string_view("=<>!~").find(rest[1]) != std::string_view::npos) {
    return std::nullopt;
  }
  const std::string_view version = text::trim(rest.substr(1));
  return fmt::format("{}=={}", name, text::trim(version.substr(0, version.find_first_of("= "))));
}

// The requirement that an entry of the list is; nothing with a finding when it is none.
std::optional<RequirementLine> read_entry(const YamlNode& item, CondaFile& file)
{
  if (item.kind != YamlKind::scalar) {
    file.diagnostics().add(
        "EL0203", fmt::format("an entry of `pip:` must be a requirement, not {}", describe(item.kind)),
        item.kind == YamlKind::map ? "put quotes around the entry: `: ` in it makes it a map"
                                   : "write one `- REQUIREMENT` a line",
        item.span);
    return std::nullopt;
  }
  if (refuse_controls(item, "a requirement", file) || drop_unselected(shown(item.scalar), item.span, file)) {
    return std::nullopt;
  }
  if (const auto pip_form = pip_form_of_conda_pin(item.scalar)) {
    file.diagnostics().add(
        "EL0220", fmt::format("`{}` is written as conda writes it; pip does not read it", shown(item.scalar)),
        fmt::format("write `{}`", *pip_form), item.place_of(0, item.scalar.size()));
    return std::nullopt;
  }
  return RequirementLine{item.scalar, item.place_of(0, item.scalar.size())};
}

// Names that differ between conda's channels and PyPI for one package; by conda's name.
std::string pypi_name(const std::string& conda_name)
{
  static const std::map<std::string_view, std::string_view> names = {
    {"matplotlib-base", "matplotlib"},
    {"msgpack-python", "msgpack"},
    {"opencv", "opencv-python"},
    {"py-opencv", "opencv-python"},
    {"pyqt", "pyqt5"},
    {"pytables", "tables"},
    {"pytorch", "torch"},
  };
  const auto found = names.find(conda_name);
  return environment::normalize_name(found == names.end() ? std::string_view(conda_name) : found->second);
}

}  // namespace

// pip would overwrite files that conda has installed.
void warn_shared_names(CondaFile& file)
{
  std::map<std::string, const environment::CondaPackage*> solved;
  for (const environment::CondaPackage& package : file.environment().conda) {
    solved.emplace(pypi_name(package.name), &package);
  }
  for (const environment::PipPackage& package : file.environment().pip) {
    const auto found = solved.find(package.name);
    if (package.name.empty() || found == solved.end()) {
      continue;
    }
    auto& finding = file.diagnostics().add(
        "EL0402",
        fmt::format("`{}` is asked for from conda, too: pip replaces conda's `{}` unless its version fits",
                    package.name, found->second->name),
        file.environment().conda_locked ? "keep one of the two in the file that was locked, and lock again"
                                        : "keep one of the two",
        package.span);
    finding.notes.push_back(fmt::format("conda's is in line {}", found->second->span.line));
  }
}

bool read_pip_section(const YamlEntry& section, CondaFile& file)
{
  const YamlNode& value = section.value;
  if (value.kind == YamlKind::null) {
    return false;   // all of its entries are commented out
  }
  if (value.kind != YamlKind::sequence) {
    std::string hint = "write one `- REQUIREMENT` a line below `pip:`";
    if (value.kind == YamlKind::scalar) {
      hint = fmt::format("put it on its own line below `pip:`, as `- {}`", shown(value.scalar));
    }
    auto& finding =
        file.diagnostics().add("EL0203", "`pip:` needs a list of requirements", std::move(hint), value.span);
    finding.notes.push_back(fmt::format("it is {}", describe(value.kind)));
    return false;
  }
  std::vector<RequirementLine> lines = file.pip_repositories;
  for (const YamlNode& item : value.items) {
    if (auto line = read_entry(item, file)) {
      lines.push_back(std::move(*line));
    }
  }
  read_requirement_lines(lines, file.path, file.files, file.target, file.result);
  warn_shared_names(file);
  return !value.items.empty();
}

}  // namespace envlift::input
