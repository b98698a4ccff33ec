// What the emulator's answer means. It says HTTP 200 to timeouts and handler errors alike; every rule here was measured.
#include "invoke/invoke.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <string_view>

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
  if (answer.contains("stackTrace") && answer["stackTrace"].is_array()) {
    for (const Json& frame : answer["stackTrace"]) {
      failure.stack.push_back(frame.is_string() ? frame.get<std::string>() : frame.dump());
    }
  }
  return failure;
}

bool has(const std::string& text, std::string_view words)
{
  return text.find(words) != std::string::npos;
}

// The last line of the log that says something, for failures whose answer is empty.
std::string last_words(const std::string& log)
{
  static constexpr std::array noise = {"START RequestId", "END RequestId", "REPORT RequestId", "INIT REPORT", "INIT RTDONE",
                                       "(rapid)", "INVOKE RTDONE", "INVOKE START", "INIT START", "EXTENSION"};
  std::string last;
  for (const std::string_view line : text::lines(log)) {
    const std::string_view words = text::trim(line);
    const bool noisy = std::ranges::any_of(noise, [&](const char* mark) { return words.find(mark) != std::string_view::npos; });
    if (!words.empty() && !noisy) {
      last = words;
    }
  }
  return last;
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

// A handler may return a dictionary shaped like an error: only the log tells that it did not raise.
bool was_raised(const Failure& failure, const std::string& log)
{
  return has(log, "[ERROR]") || failure.type.starts_with("Runtime.") || failure.type.starts_with("Function.");
}

Outcome success(const std::string& body, const std::string& log)
{
  Outcome outcome;
  outcome.verdict = Verdict::ok;
  outcome.answer = body;
  outcome.log = log;
  return outcome;
}

}  // namespace

namespace {

// The REPORT line's "Init Duration" means nothing; the emulator's INIT REPORT is measured.
double init_duration(const std::string& log)
{
  constexpr std::string_view mark = "INIT REPORT(durationMs: ";
  const std::size_t at = log.find(mark);
  return at == std::string::npos ? 0 : std::strtod(log.c_str() + at + mark.size(), nullptr);
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
    outcome.error_message = last_words(log);
    return outcome;
  }
  outcome.verdict = verdict_of_type(outcome.error_type);
  const bool never_ran = !has(log, "START RequestId") || has(log, "Init Phase") || has(log, "INIT_ERROR");
  if (outcome.verdict == Verdict::crashed && never_ran && has(log, "phase: init")) {
    outcome.verdict = Verdict::init_error;
  }
  return outcome;
}

}  // namespace

Outcome decode(int http_status, const std::string& body, const std::string& log)
{
  Outcome outcome = decode_answer(http_status, body, log);
  outcome.init_ms = init_duration(log);
  return outcome;
}

std::string to_string(Verdict verdict)
{
  switch (verdict) {
    case Verdict::ok: return "ok";
    case Verdict::handler_error: return "handler_error";
    case Verdict::bad_json: return "bad_json";
    case Verdict::import_error: return "import_error";
    case Verdict::init_error: return "init_error";
    case Verdict::timeout: return "timeout";
    case Verdict::crashed: return "crashed";
    case Verdict::response_too_large: return "response_too_large";
    case Verdict::engine_error: return "engine_error";
  }
  return "engine_error";
}

}  // namespace envlift::invoke
