// environment.yml (CEP 24): the file as a whole and its small sections.
#include "base/text.hpp"
#include "input/conda_sections.hpp"
#include "input/formats.hpp"
#include "input/locked.hpp"
#include "input/text_file.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace envlift::input {

namespace {

const std::vector<std::string>& section_names()
{
  static const std::vector<std::string> names = {
    "allow-pypi-requests", "category", "channels", "dependencies", "name", "pip-repositories", "platforms", "prefix", "variables"};
  return names;
}

// "Windows" or "macOS" for a path that shows it, else "".
std::string_view platform_of_prefix(std::string_view prefix)
{
  const bool has_drive = prefix.size() > 2 && text::is_alpha(prefix[0]) && prefix[1] == ':' &&
                         (prefix[2] == '\\' || prefix[2] == '/');
  if (has_drive) {
    return "Windows";
  }
  const bool is_mac = prefix.starts_with("/Users/") || prefix.starts_with("/opt/homebrew/") ||
                      prefix.starts_with("/usr/local/Caskroom/");
  return is_mac ? "macOS" : "";
}

void read_name(const YamlEntry& section, CondaFile& file)
{
  const YamlNode& value = section.value;
  if (value.kind == YamlKind::null) {
    return;   // exports of unnamed environments
  }
  if (value.kind != YamlKind::scalar) {
    wrong_kind("`name`", "a single value", value, "write `name: NAME`", file);
    return;
  }
  const auto bad = std::ranges::find_if(value.scalar, [](char c) {
    // CEP 24, and what a shell would act on.
    return static_cast<unsigned char>(c) < 0x21 || c == 0x7f ||
           std::string_view("/:#'\"`$\\").find(c) != std::string_view::npos;
  });
  if (bad != value.scalar.end()) {
    const auto offset = static_cast<std::size_t>(bad - value.scalar.begin());
    file.diagnostics().add("EL0212",
                           "an environment's name has no spaces, quotes, `/`, `:`, `#`, `$` or `\\`",
                           "use letters, digits, `-` and `_`", value.place_of(offset, 1));
    return;
  }
  file.environment().name = value.scalar;
}

// Returns the platform that the prefix shows.
std::string_view read_prefix(const YamlEntry& section, CondaFile& file)
{
  const YamlNode& value = section.value;
  if (value.kind != YamlKind::scalar || value.scalar.empty()) {
    return "";
  }
  if (holds_command(value.scalar)) {
    file.diagnostics().add("EL0210", "`prefix` holds a line break or what a shell would run",
                           "remove the line: the image has a prefix of its own", value.span);
    return "";
  }
  file.diagnostics().add("EL0213", "`prefix` is a path of the machine that wrote the file; it is ignored",
                         "remove the line", section.key_span());
  return platform_of_prefix(value.scalar);
}

void read_platforms(const YamlEntry& section, CondaFile& file)
{
  const YamlNode& value = section.value;
  const auto is_ours = [&](const YamlNode& item) { return item.scalar == file.subdir(); };
  const bool names_ours = is_ours(value) || std::ranges::any_of(value.items, is_ours);
  if (value.kind == YamlKind::map) {
    wrong_kind("`platforms`", "a list", value, fmt::format("write `platforms: [{}]`", file.subdir()), file);
  }
  else if (value.kind != YamlKind::null && !names_ours) {
    file.diagnostics().add(
        "EL0224", fmt::format("`platforms` does not name {}, which the image is", file.subdir()),
        fmt::format("add `{}` once the environment solves for it", file.subdir()), section.key_span());
  }
}

// conda-lock's key: indexes beside PyPI.
void read_pip_repositories(const YamlEntry& section, CondaFile& file)
{
  const YamlNode& value = section.value;
  if (value.kind != YamlKind::sequence && value.kind != YamlKind::null) {
    wrong_kind("`pip-repositories`", "a list", value, "write one `- https://…` a line", file);
  }
  for (const YamlNode& item : value.items) {
    if (item.kind != YamlKind::scalar) {
      wrong_kind("a pip repository", "a URL", item, "write one `- https://…` a line", file);
    }
    else if (!refuse_controls(item, "a pip repository", file)) {
      file.pip_repositories.push_back(
          {"--extra-index-url " + item.scalar, item.place_of(0, item.scalar.size())});
    }
  }
}

// CEP 24: what is not known is passed over with a warning, so that tools can have sections of their own.
void note_unknown_section(const YamlEntry& section, CondaFile& file)
{
  const auto near = text::nearest(section.key, section_names());
  auto& finding = file.diagnostics().add(
      "EL0205", fmt::format("`{}` is no section of an environment file, and not read", shown(section.key)),
      near ? fmt::format("did you mean `{}`?", *near) : "remove it", section.key_span());
  finding.notes.push_back("sections: " + text::join(section_names(), ", "));
}

void read_sections(const YamlNode& root, std::string origin, CondaFile& file)
{
  const YamlEntry* dependencies = nullptr;
  for (const YamlEntry& section : root.entries) {
    if (section.key == "name") {
      read_name(section, file);
    }
    else if (section.key == "prefix") {
      const std::string_view platform = read_prefix(section, file);
      if (origin.empty() && !platform.empty()) {
        origin = fmt::format("the file is an export of {}: its `prefix` is a path there", platform);
      }
    }
    else if (section.key == "channels") {
      read_channels(section, file);
    }
    else if (section.key == "variables") {
      read_variables(section, file);
    }
    else if (section.key == "platforms") {
      read_platforms(section, file);
    }
    else if (section.key == "pip-repositories") {
      read_pip_repositories(section, file);
    }
    else if (section.key == "dependencies") {
      dependencies = &section;
    }
    else if (section.key != "category" && section.key != "allow-pypi-requests") {   // conda-lock's own
      note_unknown_section(section, file);
    }
  }
  if (dependencies == nullptr) {
    file.diagnostics().add("EL0201", fmt::format("{} has no `dependencies`", file.path),
                           "list the packages below `dependencies:`, one `- NAME` a line",
                           {.file = file.path});
    return;
  }
  read_dependencies(*dependencies, origin, file);
}

void read_root(const YamlNode& root, const std::string& origin, CondaFile& file)
{
  switch (root.kind) {
    case YamlKind::null:
      file.diagnostics().add("EL0104", fmt::format("{} holds nothing but space and comments", file.path),
                             "list the packages below `dependencies:`, one `- NAME` a line",
                             {.file = file.path});
      return;
    case YamlKind::scalar:
      wrong_kind(
          "an environment file", "a map with `dependencies`", root,
          "a list for pip is named requirements.txt; for conda write the packages below `dependencies:`",
          file);
      return;
    case YamlKind::sequence:
      wrong_kind("an environment file", "a map with `dependencies`", root,
                 "write `dependencies:` above the list", file);
      return;
    case YamlKind::map:
      read_sections(root, origin, file);
      return;
  }
}

// "one comment in brackets is", "3 comments in brackets are".
std::string counted(std::size_t count, std::string_view one, std::string_view more)
{
  return count == 1 ? fmt::format("one {} is", one) : fmt::format("{} {} are", count, more);
}

// conda reads no comments and conda-lock some, so one file means two things.
void note_comment_selectors(CondaFile& file)
{
  std::vector<const CommentSelector*> unknown;
  for (const auto& [line, selector] : file.selectors) {
    if (!selector.is_known) {
      unknown.push_back(&selector);
    }
  }
  const std::size_t known = file.selectors.size() - unknown.size();
  if (known > 0) {
    const std::string left_out = file.unselected.empty()
                                     ? "nothing is left out"
                                     : counted(file.unselected.size(), "entry", "entries") + " not installed";
    const auto first =
        std::ranges::find_if(file.selectors, [](const auto& one) { return one.second.is_known; });
    auto& finding = file.diagnostics().add(
        "EL0227",
        fmt::format("{} evaluated for {}: {}", counted(known, "comment selector", "comment selectors"),
                    file.subdir(), left_out),
        file.unselected.empty() ? "nothing has to be done; conda itself reads no comments"
                                : "remove the entries that are not for Linux: conda itself installs them all",
        first->second.span);
    finding.notes = notes_of_dropped(file.environment(), file.unselected);
  }
  if (!unknown.empty()) {
    auto& finding = file.diagnostics().add(
        "EL0227",
        fmt::format("{} no selector that envlift knows: what stands before is installed",
                    counted(unknown.size(), "comment in brackets", "comments in brackets")),
        "write a selector of `linux`, `x86_64`, `py<311`, `not`, `and` and `or`; nothing, where a comment is "
        "meant",
        unknown.front()->span);
    for (const CommentSelector* selector : unknown) {
      finding.notes.push_back(fmt::format("line {}: `# [{}]`", selector->span.line, shown(selector->text)));
    }
  }
}

// Of the image, as the file's own entry for Python leads to it: selectors are evaluated before entries are read.
std::string python_of(const YamlNode& root, const CondaFile& file)
{
  environment::Target target = file.target;
  environment::Environment asked;
  const YamlNode* dependencies = root.kind == YamlKind::map ? root.find("dependencies") : nullptr;
  if (dependencies != nullptr && dependencies->kind == YamlKind::sequence) {
    for (const YamlNode& item : dependencies->items) {
      const auto spec =
          item.kind == YamlKind::scalar ? environment::parse_match_spec(item.scalar).spec : std::nullopt;
      if (spec && spec->name == "python") {
        asked.python = spec->version_as_written;
      }
    }
  }
  environment::settle_python(asked, target);
  return target.python_minor;
}

}  // namespace

// conda-lock and `conda list` write it above everything else.
std::string origin_in_comment(std::string_view text, const CondaFile& file)
{
  std::size_t number = 0;
  for (const std::string_view line : text::lines(text)) {
    ++number;
    if (!text::trim(line).empty() && !text::trim(line).starts_with('#')) {
      break;
    }
    const std::string_view platform = platform_comment(line);
    if (!platform.empty() && platform != "noarch" && platform != file.subdir()) {
      return fmt::format("the file is for {}, as its comment in line {} says", shown(platform), number);
    }
  }
  return "";
}

std::string shown(std::string_view text)
{
  constexpr std::size_t longest = 80;
  std::string out = text::printable(text::redact(text.substr(0, text.find_first_of("\r\n"))));
  if (out.size() > longest) {
    // Not within a UTF-8 sequence.
    std::size_t end = longest;
    while (end > 0 && (static_cast<unsigned char>(out[end]) & 0xC0U) == 0x80U) {
      --end;
    }
    out = out.substr(0, end) + "…";
  }
  return out;
}

bool drop_unselected(std::string_view name, const diag::Span& place, CondaFile& file)
{
  const auto found = file.selectors.find(place.line);
  if (found == file.selectors.end() || found->second.is_true) {
    return false;
  }
  const bool is_arm_of_mac = found->second.text == "arm64";
  file.unselected.push_back(file.environment().dropped.size());
  file.environment().dropped.push_back(
      {std::string(name),
       fmt::format("its selector `# [{}]` is false on {}{}", found->second.text, file.subdir(),
                   is_arm_of_mac ? ": it names macOS, `aarch64` names Linux" : ""),
       place});
  return true;
}

std::vector<std::string> notes_of_dropped(const environment::Environment& environment,
                                          const std::vector<std::size_t>& indices)
{
  constexpr std::size_t most = 200;
  std::vector<std::string> notes;
  for (std::size_t i = 0; i < std::min(indices.size(), most); ++i) {
    const environment::Dropped& dropped = environment.dropped[indices[i]];
    notes.push_back(fmt::format("{}: {}", dropped.name, dropped.reason));
  }
  if (indices.size() > most) {
    notes.push_back(fmt::format("and {} more", indices.size() - most));
  }
  return notes;
}

void wrong_kind(std::string_view what, std::string_view due, const YamlNode& node, std::string hint,
                CondaFile& file)
{
  file.diagnostics().add("EL0202", fmt::format("{} must be {}, not {}", what, due, describe(node.kind)),
                         std::move(hint), node.span);
}

bool refuse_controls(const YamlNode& node, std::string_view what, CondaFile& file)
{
  const auto bad = std::ranges::find_if(
      node.scalar, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
  if (bad == node.scalar.end()) {
    return false;
  }
  file.diagnostics().add("EL0225", fmt::format("{} holds a line break or another control character", what),
                         "write it on one line, without escapes", node.span);
  return true;
}

bool detects_conda_environment(std::string_view file_name, std::string_view head)
{
  const std::string name = text::to_lower(file_name);
  if (name.ends_with(".yml") || name.ends_with(".yaml")) {
    return true;
  }
  return std::ranges::any_of(text::lines(head),
                             [](std::string_view line) { return line.starts_with("dependencies:"); });
}

void read_conda_environment(const std::string& path, std::string bytes, const FileSource& files,
                            environment::Target& target, ReadResult& result)
{
  CondaFile file{path, files, target, result};
  result.environment.uses_conda = true;
  const auto text = decode_file(path, std::move(bytes), Encoding::conda, result);
  const auto root = text ? parse_yaml(path, *text, result.diagnostics) : std::nullopt;
  if (root) {
    file.selectors = find_comment_selectors(path, *text, {target.arch, python_of(*root, file)});
    read_root(*root, origin_in_comment(*text, file), file);
    note_comment_selectors(file);
  }
}

}  // namespace envlift::input
