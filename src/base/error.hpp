// How failures travel. Three kinds, three carriers:
//   about the user's text   diag::Diagnostic, collected; the function returns what it could read
//   about an operation      Result<T> with the Error below (engine missing, build failed, timeout)
//   about us                an exception, caught in main only: "this is a bug"
// Exceptions of libraries never leave the .cpp file that calls the library.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace envlift {

// The process's exit codes; a contract with scripts that call envlift.
enum class ExitCode {
  done = 0,
  input_error = 1,
  usage = 2,
  engine_unusable = 3,
  build_failed = 4,
  check_failed = 5,
  push_failed = 6,
  internal = 70,
  transient = 75,
  interrupted = 130,
  terminated = 143,
};

// Where in a file of the user's the cause stands; line 0 = nowhere that is known.
struct Place {
  std::string file;
  std::size_t line = 0;
  std::size_t column = 0;
};

// One failed operation, in the words the user will read.
struct Error {
  std::string code;                // "EL0601": a row of diag/codes_*.cpp
  std::string message;             // the cause, one line
  std::string hint;                // the cure, one line; an action
  ExitCode exit = ExitCode::internal;
  std::vector<std::string> tail;   // the last lines of the failing program's output
  std::vector<std::string> packages = {};   // that the failing program named, as it writes them: "nopkg=2.1"
  Place place = {};
};

}  // namespace envlift
