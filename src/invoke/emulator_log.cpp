#include "invoke/emulator_log.hpp"

#include "base/text.hpp"
#include "invoke/invoke.hpp"

#include <algorithm>
#include <cstdlib>

namespace envlift::invoke {

namespace {

// The number behind a mark; 0 when the mark is not there.
double number_behind(std::string_view log, std::string_view mark)
{
  const std::size_t at = log.find(mark);
  constexpr std::size_t k_longest = 32;
  return at == std::string_view::npos
             ? 0
             : std::strtod(std::string(log.substr(at + mark.size(), k_longest)).c_str(), nullptr);
}

// `[ERROR] TYPE: MESSAGE` (the function's own logging writes "[ERROR]\tTIME"), or with AWS_LAMBDA_LOG_FORMAT=JSON an
// object.
bool line_records_error(std::string_view line, const std::string& type)
{
  if (line.starts_with("{\"timestamp\": ")) {
    return text::contains(line, "\"level\": \"ERROR\"") &&
           text::contains(line, "\"errorType\": \"" + type + "\"");
  }
  return text::contains(line, "[ERROR] " + type + ":") || line.ends_with("[ERROR] " + type);
}

}   // namespace

bool is_platform_line(std::string_view line)
{
  return text::contains(line, "(rapid)") || line.starts_with("START RequestId: ") ||
         line.starts_with("END RequestId: ") || line.starts_with(k_report);
}

std::string request_id(std::string_view log)
{
  constexpr std::string_view mark = "START RequestId: ";
  const std::size_t at = log.find(mark);   // the first: a function may write one like it
  const std::string_view rest = at == std::string_view::npos ? "" : log.substr(at + mark.size());
  return std::string(rest.substr(0, rest.find_first_of(" \n")));
}

bool records_error(std::string_view log, const std::string& type)
{
  return std::ranges::any_of(text::lines(log),
                             [&](std::string_view line) { return line_records_error(line, type); });
}

double init_duration(std::string_view log)
{
  return number_behind(log, "INIT REPORT(durationMs: ");
}

double handler_duration(std::string_view log)
{
  // The last: a function may write one like it.
  const std::size_t at = log.rfind(k_invocation_ends);
  return at == std::string_view::npos ? 0 : number_behind(log.substr(at), "duration: ");
}

std::string last_traceback(std::string_view log)
{
  const std::size_t at = log.rfind("Traceback (most recent call last):");
  const auto lines = at == std::string_view::npos ? std::vector<std::string_view>{} : text::lines(log.substr(at));
  // Its frames are indented; the error is the first line that is not.
  const auto error =
      std::find_if(lines.begin() + (lines.empty() ? 0 : 1), lines.end(),
                   [](std::string_view line) { return !line.empty() && !line.starts_with(' '); });
  return error == lines.end() || is_platform_line(*error) ? "" : std::string(text::trim(*error));
}

bool init_failed(std::string_view log)
{
  return text::contains(log, "(rapid) Init failed");
}

// As in "[ERROR] (rapid) Init failed error=Runtime exited with error: exit status 7 InvokeID="; the order of its fields
// varies.
std::string init_failure(std::string_view log)
{
  constexpr std::string_view mark = "error=";
  for (const std::string_view line : text::lines(log)) {
    const std::size_t at = line.find(mark);
    if (init_failed(line) && at != std::string_view::npos) {
      const std::string_view cause = line.substr(at + mark.size());
      return std::string(text::trim(cause.substr(0, cause.find(" InvokeID="))));
    }
  }
  return "";
}

std::string fatal_type(std::string_view log)
{
  constexpr std::string_view mark = "First fatal error stored in appctx: ";
  const std::size_t at = log.find(mark);
  return at == std::string_view::npos
             ? ""
             : std::string(text::trim(text::lines(log.substr(at + mark.size())).front()));
}

void say_log_line(std::string_view line, report::Talk& talk)
{
  if (is_platform_line(line)) {
    talk.detail(line);
  }
  else {
    talk.say(line);
  }
}

}   // namespace envlift::invoke
