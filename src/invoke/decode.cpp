// What the emulator's answer means. It says HTTP 200 to timeouts and handler errors alike; every rule here was measured.
#include "invoke/invoke.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <string_view>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace envlift::invoke {

namespace {

using Json = nlohmann::json;

struct Failure {
  std::string type;
  std::string message;
  std::vector<std::string> stack;
  bool found = false;
};

// The error object of the runtime client: {"errorMessage", "errorType", "requestId", "stackTrace"}.
Failure failure_in(const std::string& body)
{
  const Json answer = Json::parse(body, nullptr, false);
  if (!answer.is_object() || !answer.contains("errorType")) {
    return {};
  }
  Failure failure;
  failure.found = true;
  const auto text_at = [&](const char* key) {
    return answer.contains(key) && answer[key].is_string() ? answer[key].get<std::string>() : std::string();
  };
  failure.type = text_at("errorType");
  failure.message = text_at("errorMessage");
  // The emulator's own errors begin "RequestId: ID Error: ".
  constexpr std::string_view mark = " Error: ";
  if (const std::size_t at = failure.message.find(mark);
      failure.message.starts_with("RequestId: ") && at != std::string::npos) {
    failure.message.erase(0, at + mark.size());
  }
  if (answer.contains("stackTrace") && answer["stackTrace"].is_array()) {
    for (const Json& frame : answer["stackTrace"]) {
      failure.stack.push_back(frame.is_string() ? frame.get<std::string>() : frame.dump());
    }
  }
  return failure;
}

bool has(std::string_view text, std::string_view words)
{
  return text.find(words) != std::string::npos;
}

// Why the runtime did not come up, for failures whose answer is empty: the emulator's own record, as in
// "[ERROR] (rapid) Init failed error=Runtime exited with error: exit status 7 InvokeID=" (the order of its fields varies).
std::string init_failure(const std::string& log)
{
  constexpr std::string_view mark = "error=";
  for (const std::string_view line : text::lines(log)) {
    const std::size_t at = line.find(mark);
    if (line.find("(rapid) Init failed") == std::string_view::npos || at == std::string_view::npos) {
      continue;
    }
    const std::string_view cause = line.substr(at + mark.size());
    return std::string(text::trim(cause.substr(0, cause.find(" InvokeID="))));
  }
  return "";
}

// The emulator's name of the first failure: "(rapid) First fatal error stored in appctx: Runtime.InvalidEntrypoint".
std::string fatal_type(const std::string& log)
{
  constexpr std::string_view mark = "First fatal error stored in appctx: ";
  const std::size_t at = log.find(mark);
  return at == std::string::npos ? ""
                                 : std::string(text::trim(text::lines(log.substr(at + mark.size())).front()));
}

Verdict verdict_of_type(const std::string& type)
{
  static const std::array<std::pair<std::string_view, Verdict>, 9> types = {{
    {"Runtime.ImportModuleError", Verdict::import_error},
    {"Runtime.HandlerNotFound", Verdict::import_error},
    {"Runtime.MalformedHandlerName", Verdict::import_error},
    {"Runtime.UserCodeSyntaxError", Verdict::import_error},
    {"Runtime.MarshalError", Verdict::bad_json},
    {"Runtime.UnmarshalError", Verdict::bad_json},
    {"Runtime.InvalidEntrypoint", Verdict::init_error},
    {"Function.ResponseSizeTooLarge", Verdict::response_too_large},
    {"Runtime.ExitError", Verdict::crashed},
  }};
  for (const auto& [name, verdict] : types) {
    if (type == name) {
      return verdict;
    }
  }
  return Verdict::handler_error;
}

// The runtime client's record of an error: `[ERROR] TYPE: MESSAGE` (the function's own logging writes
// "[ERROR]\tTIME"), or with AWS_LAMBDA_LOG_FORMAT=JSON an object.
bool records_error(std::string_view line, const std::string& type)
{
  if (line.starts_with("{\"timestamp\": ")) {
    return has(line, "\"level\": \"ERROR\"") && has(line, "\"errorType\": \"" + type + "\"");
  }
  return has(line, "[ERROR] " + type + ":") || line.ends_with("[ERROR] " + type);
}

// A handler may return a dictionary shaped like an error: only the log tells that it did not raise.
bool was_raised(const Failure& failure, const std::string& log)
{
  return failure.type.starts_with("Runtime.") || failure.type.starts_with("Function.") ||
         std::ranges::any_of(text::lines(log),
                             [&](std::string_view line) { return records_error(line, failure.type); });
}

Outcome success(const std::string& body, const std::string& log)
{
  Outcome outcome;
  outcome.verdict = Verdict::ok;
  outcome.answer = body;
  outcome.log = log;
  return outcome;
}

// The REPORT line's "Init Duration" means nothing; the emulator's INIT REPORT is measured.
double init_duration(const std::string& log)
{
  constexpr std::string_view mark = "INIT REPORT(durationMs: ";
  const std::size_t at = log.find(mark);
  return at == std::string::npos ? 0 : std::strtod(log.c_str() + at + mark.size(), nullptr);
}

// The platform's own lines; the emulator's REPORT holds figures that mean nothing.
bool is_platform_line(std::string_view line)
{
  return has(line, "(rapid)") || line.starts_with("START RequestId: ") ||
         line.starts_with("END RequestId: ") || line.starts_with("REPORT RequestId: ");
}

Outcome decode_answer(int http_status, const std::string& body, const std::string& log)
{
  Outcome outcome;
  outcome.log = log;
  const std::string trimmed(text::trim(body));
  if (trimmed.starts_with("Task timed out after ")) {
    outcome.verdict = Verdict::timeout;
    outcome.error_message = trimmed;
    return outcome;
  }
  Failure failure = failure_in(body);
  if (http_status == 200 && !(failure.found && was_raised(failure, log))) {
    return success(body, log);
  }
  outcome.error_type = failure.type;
  outcome.error_message = failure.message;
  outcome.stack = std::move(failure.stack);
  if (!failure.found) {
    // An empty 502: the runtime left before it spoke to anyone; the log alone has the cause.
    outcome.verdict = http_status == 502 ? Verdict::init_error : Verdict::engine_error;
    outcome.error_type = fatal_type(log);
    outcome.error_message = http_status == 502 ? init_failure(log) : fmt::format("HTTP {}", http_status);
    return outcome;
  }
  outcome.verdict = verdict_of_type(outcome.error_type);
  const bool came_up = !has(log, "(rapid) Init failed");
  if (outcome.verdict == Verdict::crashed && !came_up) {
    outcome.verdict = Verdict::init_error;
  }
  if (outcome.verdict == Verdict::handler_error && !came_up) {
    outcome.verdict = Verdict::import_error;   // the module's own code raised while it was imported
  }
  return outcome;
}

}   // namespace

Outcome decode(int http_status, const std::string& body, const std::string& log)
{
  Outcome outcome = decode_answer(http_status, body, log);
  outcome.init_ms = init_duration(log);
  return outcome;
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

std::string to_string(Verdict verdict)
{
  switch (verdict) {
    case Verdict::ok: return "answered";
    case Verdict::handler_error: return "the handler raised an error";
    case Verdict::bad_json: return "the event or the answer is not JSON";
    case Verdict::import_error: return "the handler cannot be imported";
    case Verdict::init_error: return "the runtime ended before the first invocation";
    case Verdict::timeout: return "timed out";
    case Verdict::crashed: return "the runtime ended during the invocation";
    case Verdict::response_too_large: return "the answer is too large";
    case Verdict::storage_exceeded: return "more was written than /tmp holds";
    case Verdict::engine_error: break;
  }
  return "no answer";
}

}   // namespace envlift::invoke
