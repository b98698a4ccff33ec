// THE LIST of codes. A code never changes its meaning and is never used again.
// Ranges: 01 files and text, 02 conda environment files, 03 requirements files, 04 the environment
// as a whole, 05 handler and code, 06 settings, 07 plan and base, 08 engine, 09 build, 10 invoke.
#pragma once

#include "diag/diag.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace envlift::diag {

struct CodeInfo {
  std::string_view code;
  Severity severity;
  std::string_view title;   // one line, for the table of all codes
};

// All codes, ascending.
const std::vector<CodeInfo>& all_codes();
// The row of a code; throws std::logic_error for a code that is not in the list.
const CodeInfo& code_info(std::string_view code);

// The reference page (docs/diagnostics.md) made from the list.
std::string reference_page();

}  // namespace envlift::diag
