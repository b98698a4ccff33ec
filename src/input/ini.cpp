#include "input/ini.hpp"

#include "base/text.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace envlift::input {

namespace {

class Reader {
public:
  Reader(const std::string& file, diag::Diagnostics& diagnostics) : file_(file), diagnostics_(diagnostics) {}

  std::optional<IniFile> read(std::string_view text)
  {
    for (const std::string_view line : text::lines(text)) {
      ++number_;
      read_line(line);
    }
    for (IniSection& section : ini_.sections) {
      for (IniEntry& entry : section.entries) {
        while (entry.lines.size() > 1 && entry.lines.back().text.empty()) {
          entry.lines.pop_back();
        }
      }
    }
    return failed_ ? std::nullopt : std::optional(std::move(ini_));
  }

private:
  void read_line(std::string_view line)
  {
    const std::string_view words = text::trim(line);
    const std::size_t indent = words.empty() ? 0 : static_cast<std::size_t>(words.data() - line.data());
    if (words.starts_with('#') || words.starts_with(';')) {
      return;
    }
    const diag::Span place{file_, number_, indent + 1, words.size()};
    IniEntry* const open = entry();
    if (words.empty()) {
      // An empty line belongs to the value if more of it follows.
      if (open != nullptr) {
        open->lines.push_back({"", place});
      }
      return;
    }
    if (open != nullptr && indent > indent_) {
      open->lines.push_back({std::string(words), place});
      return;
    }
    indent_ = indent;
    if (words.starts_with('[') && words.rfind(']') != std::string_view::npos && words.rfind(']') > 1) {
      open_section(words.substr(1, words.rfind(']') - 1), place);
    }
    else if (ini_.sections.empty()) {
      refuse("EL0370", "a line stands before the first section",
             "begin the file with a section, such as `[options]`", place);
    }
    else {
      read_entry(words, place);
    }
  }

  void open_section(std::string_view name, const diag::Span& place)
  {
    has_entry_ = false;
    if (const IniSection* first = ini_.find(name)) {
      refuse("EL0111", fmt::format("the section `[{}]` stands twice", text::printable(name)),
             fmt::format("put its keys into the one in line {}", first->span.line), place);
    }
    ini_.sections.push_back({std::string(name), {}, place});
  }

  void read_entry(std::string_view words, const diag::Span& place)
  {
    const std::size_t mark = words.find_first_of("=:");
    if (mark == std::string_view::npos || mark == 0) {
      has_entry_ = false;
      refuse("EL0370", "this is neither `[SECTION]` nor `KEY = VALUE`",
             "write it as `KEY = VALUE`; indent it if it belongs to the value above", place);
      return;
    }
    const std::string_view key = text::trim(words.substr(0, mark));
    const std::string_view value = text::trim(words.substr(mark + 1));
    IniSection& section = ini_.sections.back();
    diag::Span key_place = place;
    key_place.length = key.size();
    if (const IniEntry* first = section.find(key)) {
      refuse("EL0111",
             fmt::format("`{}` stands twice in [{}]", text::printable(key), text::printable(section.name)),
             fmt::format("keep one of the two; the first is in line {}", first->span.line), key_place);
    }
    diag::Span value_place = place;
    value_place.column += value.empty() ? 0 : static_cast<std::size_t>(value.data() - words.data());
    value_place.length = value.size();
    section.entries.push_back({std::string(key), {{std::string(value), value_place}}, key_place});
    has_entry_ = true;
  }

  IniEntry* entry() { return has_entry_ ? &ini_.sections.back().entries.back() : nullptr; }

  void refuse(std::string_view code, std::string message, std::string hint, const diag::Span& place)
  {
    failed_ = true;
    diagnostics_.add(code, std::move(message), std::move(hint), place);
  }

  const std::string& file_;
  diag::Diagnostics& diagnostics_;
  IniFile ini_;
  std::size_t number_ = 0;
  std::size_t indent_ = 0;     // of the last line that was no continuation
  bool has_entry_ = false;
  bool failed_ = false;
};

}  // namespace

const IniEntry* IniSection::find(std::string_view key) const
{
  const auto found = std::ranges::find(entries, key, &IniEntry::key);
  return found == entries.end() ? nullptr : &*found;
}

const IniSection* IniFile::find(std::string_view name) const
{
  const auto found = std::ranges::find(sections, name, &IniSection::name);
  return found == sections.end() ? nullptr : &*found;
}

std::optional<IniFile> parse_ini(const std::string& file, std::string_view text,
                                 diag::Diagnostics& diagnostics)
{
  return Reader(file, diagnostics).read(text);
}

}  // namespace envlift::input
