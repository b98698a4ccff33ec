#include "lift/logged_processes.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

namespace envlift::lift {

namespace {

std::string pasteable(const sys::Command& command)
{
  std::string line;
  for (const auto& [name, value] : command.environment) {
    line += fmt::format("{}={} ", name, text::shell_quote(value));
  }
  return line + text::shell_line(command.argv);
}

std::string how_it_ended(const sys::Outcome& outcome)
{
  if (const auto* exited = std::get_if<sys::Exited>(&outcome)) {
    return fmt::format("exit {}", exited->code);
  }
  if (const auto* signalled = std::get_if<sys::Signalled>(&outcome)) {
    return fmt::format("ended by signal {}", signalled->signal);
  }
  if (std::holds_alternative<sys::TimedOut>(outcome)) {
    return "no end within its time limit";
  }
  return std::holds_alternative<sys::Interrupted>(outcome) ? "interrupted" : "cannot be run";
}

}  // namespace

sys::ProcessResult LoggedProcesses::run(const sys::Command& command)
{
  const std::string line = pasteable(command);
  if (command.on_line) {
    tell(line);   // before the lines that come from it
  }
  sys::ProcessResult result = processes_.run(command);
  if (result.succeeded()) {
    if (!command.on_line) {
      tell(line);
    }
    return result;
  }
  const std::string ending = how_it_ended(result.outcome);
  tell(command.on_line ? ending : fmt::format("{}\n{}\n{}{}", line, ending, result.out, result.err));
  return result;
}

void LoggedProcesses::tell(const std::string& lines)
{
  const std::lock_guard lock(mutex_);
  if (lines == last_) {
    return;
  }
  last_ = lines;
  for (const std::string_view line : text::lines(lines)) {
    if (!text::trim(line).empty()) {
      talk_.detail(line);
    }
  }
}

}  // namespace envlift::lift
