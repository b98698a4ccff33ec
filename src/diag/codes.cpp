#include "diag/codes.hpp"

#include <algorithm>
#include <stdexcept>
#include <string>

namespace envlift::diag {

const std::vector<CodeInfo>& all_codes()
{
  using enum Severity;
  // One row a code, ascending; each section belongs to one part of the program.
  static const std::vector<CodeInfo> codes = {
    // 01: files, text, YAML
    {"EL0101", error, "the file does not exist"},
    {"EL0102", error, "the file or folder cannot be read"},
    {"EL0103", error, "the file is too large"},
    {"EL0104", error, "the file is empty"},
    {"EL0105", error, "the text is not valid UTF-8"},
    {"EL0106", error, "the text holds a NUL byte"},
    {"EL0107", error, "no environment file was found"},
    {"EL0108", error, "the file's format is not known"},
    {"EL0110", error, "the text is not YAML"},
    {"EL0111", error, "a key stands twice"},
    {"EL0112", error, "the YAML is too deep or too large"},
    {"EL0113", error, "the YAML's aliases are cyclic or too many"},
    {"EL0114", error, "the file holds more than one YAML document"},
    {"EL0120", error, "a file could not be written"},
    {"EL0121", error, "the output folder is not ours to overwrite"},
    // 02: conda environment files
    // 03: requirements files
    // 04: the environment as a whole
    // 05: handler and code
    // 06: settings
    // 07: plan and base
    // 08: engine
    // 09: build
    // 10: invoke
  };
  return codes;
}

const CodeInfo& code_info(std::string_view code)
{
  const auto& codes = all_codes();
  const auto row = std::ranges::find(codes, code, &CodeInfo::code);
  if (row == codes.end()) {
    throw std::logic_error("diagnostic code without a row: " + std::string(code));
  }
  return *row;
}

}  // namespace envlift::diag
