// A value that some source gives to a setting, before it is checked.
#pragma once

#include "diag/diag.hpp"
#include "settings/settings.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace envlift::settings {

// Where a value comes from; a later one wins.
enum class Level { user_file, project_file, variable, flag };

struct GivenText {
  std::string text;
  diag::Span place;
};

struct Given {
  const Row* row = nullptr;
  Level level = Level::flag;
  std::vector<GivenText> texts;   // one, but for lists
  diag::Span place;               // of the value as a whole
  std::string folder;             // relative paths start here; "" = the current folder
};

// The row of a key, flag or variable; nullptr when there is none.
const Row* find_row(std::string_view Row::* column, std::string_view name);

// The column of the table as candidates for text::nearest.
std::vector<std::string> names_of(std::string_view Row::* column);

// What a settings file gives, in its order. Findings: not YAML, unknown keys, values of a wrong kind.
std::vector<Given> read_file(const File& file, Level level, diag::Diagnostics& diagnostics);

// Checks the value and stores it; with a finding it is not stored. Returns whether it was.
bool store(const Given& given, std::string_view home, Settings& settings, diag::Diagnostics& diagnostics);

}  // namespace envlift::settings
