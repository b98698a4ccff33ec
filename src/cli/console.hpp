// Talk on stderr, and the full log of a run in the cache folder.
#pragma once

#include "cli/options.hpp"
#include "report/contents.hpp"
#include "report/talk.hpp"
#include "sys/log_file.hpp"
#include "sys/terminal.hpp"

#include <chrono>
#include <mutex>
#include <string>
#include <string_view>

namespace envlift::cli {

class Console : public report::Talk {
public:
  // `command_line` is the log's first line.
  Console(const Options& options, const std::string& command_line);
  Console(const Console&) = delete;
  Console& operator=(const Console&) = delete;
  ~Console() override;

  void say(std::string_view line) override;
  void detail(std::string_view line) override;
  void step_begins(std::string_view what) override;
  void step_moves(std::string_view what) override;
  void step_ends(std::string_view result) override;

  // To be called before the first program runs: from here on every failure names the log. Commands that only read
  // write no file.
  void open_log();
  // The command's result, for stdout.
  void result(const std::string& text);

  // Findings and errors, in the format that was asked for.
  // `project` goes before the places of the project's files.
  void print(const diag::Diagnostics& diagnostics, const diag::Sources& sources, const std::string& project = "");
  void print(const Error& error, const diag::Sources& sources, const std::string& project = "");
  // For a result that is drawn on stdout.
  report::TextStyle text_style() const;
  bool is_quiet() const { return verbosity_ == report::Verbosity::quiet; }

private:
  using Clock = std::chrono::steady_clock;

  void log(std::string_view line);
  void show_step(std::string_view what);
  void clear_moving_line();
  diag::PrintStyle style() const;

  report::Verbosity verbosity_;
  diag::MessageFormat format_;
  bool moving_;             // the running step is one rewritten line
  bool colour_;
  bool out_colour_;
  std::size_t width_;
  std::string step_;
  Clock::time_point step_begin_;
  Clock::time_point last_move_;
  bool line_is_open_ = false;
  std::mutex mutex_;   // a container's log is followed from a thread of its own
  std::string log_path_;   // "" when nothing was worth a log (no program was run), or none can be written
  std::string unlogged_;   // what was said before the log was opened
  sys::LogFile log_file_;
};

}  // namespace envlift::cli
