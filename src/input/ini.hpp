// ini text as Python's configparser reads it (RawConfigParser, strict, keys as they are written), with places.
#pragma once

#include "diag/diag.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace envlift::input {

// A line of a value, without the space around it.
struct IniLine {
  std::string text;
  diag::Span span;
};

struct IniEntry {
  std::string key;
  std::vector<IniLine> lines;   // the first is what stands behind the `=`; "" where that is nothing
  diag::Span span;   // of the key
};

struct IniSection {
  std::string name;
  std::vector<IniEntry> entries;
  diag::Span span;

  const IniEntry* find(std::string_view key) const;
};

struct IniFile {
  std::vector<IniSection> sections;

  const IniSection* find(std::string_view name) const;
};

// Nothing, with EL0370 or EL0111 at its place, when configparser would refuse the text.
std::optional<IniFile> parse_ini(const std::string& file, std::string_view text,
                                 diag::Diagnostics& diagnostics);

}   // namespace envlift::input
