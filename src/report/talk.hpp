// What the user reads while envlift works: stages and steps, on stderr. stdout stays the result's.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

namespace envlift::report {

enum class Verbosity { quiet, normal, verbose };

// Progress and talk. On a terminal the running step is one line that is rewritten; in a pipe every
// step is a plain line when it ends. Text is redacted and made printable before it is shown.
class Talk {
public:
  virtual ~Talk() = default;
  virtual void say(std::string_view line) = 0;            // a line of its own
  virtual void detail(std::string_view line) = 0;         // shown with -v only; always in the log
  virtual void step_begins(std::string_view what) = 0;    // "building the environment"
  virtual void step_moves(std::string_view what) = 0;     // the running step's latest output
  virtual void step_ends(std::string_view result) = 0;    // "done in 12.3 s" is added
};

}  // namespace envlift::report
