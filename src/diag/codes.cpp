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
    {"EL0501", error, "the handler is not MODULE.NAME"},
    {"EL0502", error, "the handler's module is not in the code"},
    {"EL0503", error, "the handler's module does not bind its name"},
    {"EL0504", error, "no handler was found"},
    {"EL0505", warning, "the handler's name cannot be seen in its module"},
    {"EL0506", warning, "the handler's module is compiled"},
    {"EL0507", warning, "the handler's module comes from a package"},
    {"EL0508", error, "the handler does not take two arguments"},
    {"EL0509", error, "the handler is a coroutine function"},
    {"EL0510", error, "a file's name cannot be carried into an image safely"},
    {"EL0511", note, "there is more than one usual handler"},
    {"EL0512", error, "the handler's module has the name of a built-in one"},
    // 06: settings
    {"EL0601", error, "a key is no setting"},
    {"EL0602", error, "a setting's value is of the wrong kind"},
    {"EL0603", error, "a setting's value has not its form"},
    {"EL0604", error, "a conda installer and its checksum do not go together"},
    {"EL0605", error, "a setting carries credentials"},
    {"EL0606", error, "a setting is given twice in one file"},
    {"EL0607", warning, "an ENVLIFT_ variable names no setting"},
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
