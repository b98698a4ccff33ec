// GitHub's workflow commands: what a step prints as `::error …::` becomes an annotation of the file.
#include "report/test_run.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

namespace envlift::report {

namespace {

// Of the message; line ends would end the command.
std::string data(std::string text)
{
  text = text::replace_all(std::move(text), "%", "%25");
  text = text::replace_all(std::move(text), "\r", "%0D");
  return text::replace_all(std::move(text), "\n", "%0A");
}

// Of file, line and title, which commas and colons part.
std::string property(std::string_view text)
{
  std::string escaped = text::replace_all(data(text::shown(text)), ":", "%3A");
  return text::replace_all(std::move(escaped), ",", "%2C");
}

// The message and the differences, a line each, safe for a log.
std::string message_of(const suite::CaseResult& result)
{
  std::string text = result.message;
  for (const std::string& difference : result.differences) {
    text += difference == result.message ? "" : "\n" + difference;
  }
  std::string out;
  for (const std::string_view line : text::lines(text)) {
    out += (out.empty() ? "" : "\n") + text::shown(line);
  }
  return out;
}

}   // namespace

std::string test_run_github(const suite::TestRun& run, const std::string& project)
{
  std::string out;
  for (const suite::CaseResult& result : run.cases) {
    if (result.met) {
      continue;
    }
    std::string properties;
    if (!result.place.file.empty()) {
      properties += fmt::format("file={},", property(project + result.place.file));
      properties += result.place.line > 0 ? fmt::format("line={},", result.place.line) : "";
      properties += result.place.column > 0 ? fmt::format("col={},", result.place.column) : "";
    }
    out += fmt::format("::error {}title={}::{}\n", properties,
                       property(fmt::format("{} ({})", result.name, name_of(result.verdict))),
                       data(message_of(result)));
  }
  return out;
}

}   // namespace envlift::report
