// environment.yml (CEP 24): the file as a whole and its small sections.
#include "base/text.hpp"
#include "input/conda_sections.hpp"
#include "input/decode.hpp"
#include "input/formats.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace envlift::input {

namespace {

const std::vector<std::string>& section_names()
{
  static const std::vector<std::string> names = {"category",  "channels", "dependencies", "name",
                                                 "platforms", "prefix",   "variables"};
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
  file.diagnostics().add("EL0213", "`prefix` is a path of the machine that wrote the file; it is ignored",
                         "remove the line", section.key_span);
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
        fmt::format("add `{}` once the environment solves for it", file.subdir()), section.key_span);
  }
}

void warn_unknown_section(const YamlEntry& section, CondaFile& file)
{
  const auto near = text::nearest(section.key, section_names());
  auto& finding = file.diagnostics().add(
      "EL0205", fmt::format("`{}` is no section of an environment file; it is ignored", shown(section.key)),
      near ? fmt::format("did you mean `{}`?", *near) : "remove it", section.key_span);
  finding.notes.push_back("sections: " + text::join(section_names(), ", "));
}

// A conda-lock file has the same ending, and nothing of it can be read as an environment file.
bool refuse_lock(const YamlNode& root, CondaFile& file)
{
  const bool is_lock = root.find("package") != nullptr && root.find("metadata") != nullptr &&
                       root.find("dependencies") == nullptr;
  if (is_lock) {
    file.diagnostics().add("EL0108", "this is a lock file of conda-lock, which envlift does not read",
                           "name the environment.yml that it was made from", root.span);
  }
  return is_lock;
}

void read_sections(const YamlNode& root, CondaFile& file)
{
  std::string_view prefix_platform;
  const YamlEntry* dependencies = nullptr;
  for (const YamlEntry& section : root.entries) {
    if (section.key == "name") {
      read_name(section, file);
    }
    else if (section.key == "prefix") {
      prefix_platform = read_prefix(section, file);
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
    else if (section.key == "dependencies") {
      dependencies = &section;
    }
    else if (section.key != "category") {
      warn_unknown_section(section, file);
    }
  }
  if (dependencies == nullptr) {
    file.diagnostics().add("EL0201", fmt::format("{} has no `dependencies`", file.path),
                           "list the packages below `dependencies:`, one `- NAME` a line",
                           {.file = file.path});
    return;
  }
  read_dependencies(*dependencies, prefix_platform, file);
}

void read_root(const YamlNode& root, CondaFile& file)
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
      if (!refuse_lock(root, file)) {
        read_sections(root, file);
      }
      return;
  }
}

bool is_selector(std::string_view words)
{
  static constexpr std::string_view known[] = {"and",   "or",  "not",    "linux",   "linux64", "linux32",
                                               "unix",  "osx", "osx64",  "arm64",   "win",     "win64",
                                               "win32", "x86", "x86_64", "aarch64", "ppc64le"};
  bool any = false;
  for (const std::string_view word : text::split(words, ' ')) {
    if (!word.empty() && std::ranges::find(known, word) == std::end(known)) {
      return false;
    }
    any = any || !word.empty();
  }
  return any;
}

// Offset of `# [win]` behind an entry of a list; npos when the line has none.
std::size_t find_comment_selector(std::string_view line)
{
  const std::size_t mark = line.find(" #");
  if (mark == std::string_view::npos || !text::trim(line).starts_with('-')) {
    return std::string_view::npos;
  }
  const std::string_view comment = text::trim(line.substr(mark + 2));
  const bool is_bracketed = comment.starts_with('[') && comment.ends_with(']');
  return is_bracketed && is_selector(comment.substr(1, comment.size() - 2)) ? mark + 1
                                                                            : std::string_view::npos;
}

// conda-lock honours comment selectors and conda does not, so one file means two things.
void note_comment_selectors(const std::string& text, CondaFile& file)
{
  const auto lines = text::lines(text);
  std::size_t count = 0;
  diag::Span first;
  for (std::size_t number = 0; number < lines.size(); ++number) {
    const std::size_t at = find_comment_selector(lines[number]);
    if (at != std::string_view::npos && ++count == 1) {
      first = {file.path, number + 1, at + 1, lines[number].size() - at};
    }
  }
  if (count > 0) {
    file.diagnostics().add(
        "EL0221",
        fmt::format("{} comment selector{} not evaluated, as conda does it: the package is taken", count,
                    count == 1 ? " is" : "s are"),
        "remove the entries that are not for Linux", first);
  }
}

}  // namespace

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

void read_conda_environment(const std::string& path, const std::string& bytes, const FileSource& files,
                            const environment::Target& target, ReadResult& result)
{
  CondaFile file{path, files, target, result};
  result.environment.uses_conda = true;
  const Decoded decoded = decode(bytes, Encoding::conda);
  result.sources.add(path, decoded.ok ? decoded.text : bytes);
  if (!decoded.ok) {
    result.diagnostics.add(decoded.problem == "NUL byte" ? "EL0106" : "EL0105",
                           fmt::format("{}: {}", path, decoded.problem), "save the file as UTF-8",
                           {path, decoded.line, decoded.column, 1});
    return;
  }
  const auto root = parse_yaml(path, decoded.text, result.diagnostics);
  if (root) {
    read_root(*root, file);
    note_comment_selectors(decoded.text, file);
  }
}

}  // namespace envlift::input
