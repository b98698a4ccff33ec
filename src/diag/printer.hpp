// Renders findings and errors: text as compilers print it, short for editors, JSON for programs.
#pragma once

#include "base/error.hpp"
#include "diag/diag.hpp"

#include <string>

namespace envlift::diag {

enum class MessageFormat { text, short_lines, json };

struct PrintStyle {
  MessageFormat format = MessageFormat::text;
  bool colour = false;
  std::size_t width = 80;
  Severity least = Severity::note;   // findings below it are left out
  std::string project = {};   // put before the project's files: "sub/project/", "" for the cwd
  std::string log = {};   // of a failure: the path of the run's log, "" for none
};

// All findings, then for text a line with their counts; empty when there are none.
// Credentials in source lines are redacted, control characters replaced.
std::string print(const Diagnostics& diagnostics, const Sources& sources, const PrintStyle& style);

// An operation's failure in the same form: cause, its place in the user's text where one is known, cure, then the tail
// of output.
std::string print(const Error& error, const Sources& sources, const PrintStyle& style);

}  // namespace envlift::diag
