#include "cli/console.hpp"

#include "base/text.hpp"
#include "base/version.hpp"
#include "sys/files.hpp"
#include "sys/log_file.hpp"

#include <utility>

#include <fmt/format.h>

namespace envlift::cli {

namespace {

using namespace std::chrono_literals;

// Often enough to look alive, seldom enough not to flicker or to fill a CI log.
constexpr auto k_redraw_interval = 80ms;
constexpr auto k_plain_interval = 10s;
constexpr std::size_t k_result_logged_bytes = 4096;   // an answer may have megabytes

double seconds(std::chrono::steady_clock::duration duration)
{
  return std::chrono::duration<double>(duration).count();
}

bool wants_colour(const Options& options, const sys::Terminal& terminal)
{
  return options.colour == Colour::always || (options.colour == Colour::automatic && terminal.colour);
}

}  // namespace

Console::Console(const Options& options, const std::string& command_line)
    : verbosity_(options.verbosity),
      format_(options.message_format)
{
  const sys::Terminal terminal = sys::terminal();
  moving_ = terminal.err_is_terminal && !options.no_progress && sys::environment_variable("TERM").value_or("dumb") != "dumb";
  colour_ = wants_colour(options, terminal);
  out_colour_ = options.colour == Colour::always || (colour_ && terminal.out_is_terminal);
  width_ = terminal.width;
  log(fmt::format("envlift {}: {}", k_version, command_line));
}

Console::~Console()
{
  clear_moving_line();
}

void Console::say(std::string_view line)
{
  const std::lock_guard lock(mutex_);
  clear_moving_line();
  if (verbosity_ != report::Verbosity::quiet) {
    sys::write_err(text::shown(line) + "\n");
  }
  log(line);
}

void Console::detail(std::string_view line)
{
  const std::lock_guard lock(mutex_);
  if (verbosity_ == report::Verbosity::verbose) {
    clear_moving_line();
    sys::write_err("  " + text::shown(line) + "\n");
  }
  log(line);
}

void Console::step_begins(std::string_view what)
{
  const std::lock_guard lock(mutex_);
  step_ = what;
  step_begin_ = Clock::now();
  last_move_ = step_begin_;
  log(what);
  if (moving_ && verbosity_ == report::Verbosity::normal) {
    show_step("");
  }
}

void Console::step_moves(std::string_view what)
{
  const std::lock_guard lock(mutex_);
  if (text::trim(what).empty()) {
    return;
  }
  log(what);
  if (verbosity_ == report::Verbosity::verbose) {
    clear_moving_line();
    sys::write_err("  " + text::shown(what) + "\n");
  }
  const auto interval = moving_ ? Clock::duration(k_redraw_interval) : Clock::duration(k_plain_interval);
  if (verbosity_ == report::Verbosity::normal && Clock::now() - last_move_ >= interval) {
    show_step(what);
  }
}

void Console::show_step(std::string_view what)
{
  last_move_ = Clock::now();
  std::string line = fmt::format("  {} … {:.0f} s  {}", step_, seconds(last_move_ - step_begin_),
                                 text::shown(text::trim(what)));
  if (!moving_) {
    sys::write_err(line + "\n");
    return;
  }
  line = text::printable(std::string_view(line).substr(0, width_ > 1 ? width_ - 1 : 1));
  sys::write_err("\r\x1b[K" + line);
  line_is_open_ = true;
}

void Console::step_ends(std::string_view result)
{
  const std::lock_guard lock(mutex_);
  clear_moving_line();
  const std::string line = fmt::format("  {}: {} ({:.1f} s)", step_, result, seconds(Clock::now() - step_begin_));
  if (verbosity_ != report::Verbosity::quiet) {
    sys::write_err(text::shown(line) + "\n");
  }
  log(line);
  step_.clear();
}

void Console::print(const diag::Diagnostics& diagnostics, const diag::Sources& sources, const std::string& project)
{
  const std::lock_guard lock(mutex_);
  clear_moving_line();
  diag::PrintStyle with_project = style();
  with_project.project = project;
  sys::write_err(diag::print(diagnostics, sources, with_project));
  log(diag::print(diagnostics, sources, {.format = diag::MessageFormat::text, .project = project}));
}

void Console::print(const Error& error, const diag::Sources& sources, const std::string& project)
{
  const std::lock_guard lock(mutex_);
  diag::PrintStyle with_project = style();
  with_project.project = project;
  with_project.log = log_path_;
  clear_moving_line();
  sys::write_err(diag::print(error, sources, with_project));
  log(diag::print(error, sources, {.format = diag::MessageFormat::text, .project = project}));
}

diag::PrintStyle Console::style() const
{
  const auto least = is_quiet() ? diag::Severity::warning : diag::Severity::note;
  return {.format = format_, .colour = colour_, .width = width_, .least = least};
}

report::TextStyle Console::text_style() const
{
  return {.colour = out_colour_, .width = width_};
}

void Console::clear_moving_line()
{
  if (line_is_open_) {
    sys::write_err("\r\x1b[K");
    line_is_open_ = false;
  }
}

void Console::open_log()
{
  const std::string folder = sys::cache_folder();
  log_path_ = folder.empty() ? "" : log_file_.open(folder + "/logs");
  log_file_.write(std::exchange(unlogged_, ""));
  if (!log_path_.empty()) {
    detail(fmt::format("full log: {}", log_path_));
  }
}

void Console::result(const std::string& text)
{
  sys::write_out(text + "\n");
  const std::lock_guard lock(mutex_);
  const bool is_long = text.size() > k_result_logged_bytes;
  log(fmt::format("result: {}{}", text.substr(0, k_result_logged_bytes),
                  is_long ? fmt::format("… ({} bytes)", text.size()) : ""));
}

void Console::log(std::string_view line)
{
  for (const std::string_view part : text::lines(line)) {
    const std::string safe = text::shown(part) + "\n";
    log_file_.is_open() ? log_file_.write(safe) : void(unlogged_ += safe);
  }
}

}  // namespace envlift::cli
