// THE LIST of codes; its rows stand in codes_*.cpp. A code never changes its meaning and is never used again.
// Ranges: 01 files and text, 02 conda environment files, 03 requirements files, 04 the environment
// as a whole, 05 handler and code, 06 settings and suites, 07 plan and base, 08 engine, 09 build, 10 invoke, 11 the
// finished image, 12 locks, 13 AWS, 14 pushing.
#pragma once

#include "diag/diag.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace envlift::diag {

// What causes a code, and the same cured. `file` says what the texts are of; "" for no example.
struct Example {
  std::string_view file = {};
  std::string_view bad = {};
  std::string_view good = {};
};

struct CodeInfo {
  std::string_view code;
  Severity severity;
  std::string_view title;   // one line, for the table of all codes
  std::string_view meaning;   // why it is so
  std::string_view cure;   // what to do
  Example example = {};
};

// All codes, ascending.
const std::vector<CodeInfo>& all_codes();
// The row of a code; nullptr when there is none.
const CodeInfo* find_code(std::string_view code);
// The same for a code that envlift itself names; throws std::logic_error for a code that is not in the list.
const CodeInfo& code_info(std::string_view code);

// What `envlift explain CODE` prints, and `envlift explain` for all of them: a line each.
std::string explanation(const CodeInfo& row);
std::string short_list();
// The reference page (docs/diagnostics.md) made from the list.
std::string reference_page();

}   // namespace envlift::diag
