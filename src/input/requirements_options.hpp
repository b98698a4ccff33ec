// Options in a requirements file (pip: cmdoptions.py, req_file.py SUPPORTED_OPTIONS).
#pragma once

#include "diag/diag.hpp"
#include "input/requirements_lines.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace envlift::input {

// What an option acts on.
enum class OptionScope { run, include, editable, requirement };

struct OptionRow {
  std::string_view name;         // long form
  char letter;                   // short form, 0 when it has none
  bool takes_value;
  OptionScope scope;
  std::string_view means = {};   // the name that it is another spelling of
};

struct GivenOption {
  std::string_view name;   // long form
  OptionScope scope;
  std::string value;
  std::size_t offset;      // in the line; of the value when there is one
  std::size_t length;
};

struct SplitLine {
  std::string requirement;     // what stands before the options
  std::vector<GivenOption> options;
};

// Takes the line apart; nothing (and a finding) when its options cannot be read.
std::optional<SplitLine> split_line(const LogicalLine& line, diag::Diagnostics& diagnostics);

// Whether a value is a URL that a build can reach.
bool is_remote(std::string_view value);

// What keeps a run-wide option from being carried into the image's build; nothing when it can be.
struct OptionComplaint {
  std::string code;
  std::string message;
  std::string hint;
};
std::optional<OptionComplaint> check_run_option(const GivenOption& option);

}  // namespace envlift::input
