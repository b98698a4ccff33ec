// Child processes. Never a shell string: a Command is its argument vector.
#pragma once

#include "base/result.hpp"

#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace envlift::sys {

enum class Stream { out, err };

struct Command {
  std::vector<std::string> argv;                        // argv[0]: path, or a name looked up in PATH
  std::map<std::string, std::string> environment;       // added to ours
  std::string input;                                    // stdin bytes; empty = /dev/null
  std::optional<std::chrono::milliseconds> timeout;     // then SIGTERM to the group, grace, SIGKILL
  // Called with each line as it comes ('\n' and '\r' both end one), valid UTF-8 not guaranteed.
  std::function<void(Stream, std::string_view)> on_line;
  // Called with the bytes of stdout as they come; they are not kept then.
  std::function<void(std::string_view)> on_output;
  std::size_t keep_bytes = std::size_t{64} << 20U;      // of each stream; the end is kept
  bool joins_streams = false;   // stderr comes in `out`, in the order it was written
  std::chrono::milliseconds interrupt_grace{0};   // from an interrupt to the end of the group
  bool outlives_interrupt = false;   // for cleaning up after a signal
};

struct Exited {
  int code = 0;
};
struct Signalled {
  int signal = 0;
};
struct TimedOut {};
struct Interrupted {
  int signal = 0;
};   // envlift itself was told to stop
struct NotFound {
  std::string what;
};   // no such program, or not executable

using Outcome = std::variant<Exited, Signalled, TimedOut, Interrupted, NotFound>;

struct ProcessResult {
  Outcome outcome;
  std::string out;
  std::string err;
  bool succeeded() const;   // Exited{0}
};

// The door to child processes, so that tests can stand in for the world.
class Processes {
public:
  virtual ~Processes() = default;
  // Runs the command to its end; the child lives in a process group of its own, which is signalled
  // and reaped on every way out. An interrupt of envlift is handed on to it and gives Interrupted.
  virtual ProcessResult run(const Command& command) = 0;
};

// The real one, and the one to use: with ENVLIFT_RECORD=DIR it writes a transcript of every run.
Processes& real_processes();
Processes& processes();

// Paths of the executables of this name on PATH, in order.
std::vector<std::string> programs_named(const std::string& name);

}   // namespace envlift::sys
