// What the emulator's answer means: HTTP 200 to timeouts and handler errors alike, 502 with an empty body where the log
// alone has the cause. Every row was measured (emulator of 2026-01 with awslambdaric 4.2.2).
#include "invoke/verdict.hpp"

#include "base/json_text.hpp"
#include "base/text.hpp"
#include "invoke/emulator_log.hpp"
#include "invoke/reasons.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace envlift::invoke {

namespace {

using Json = nlohmann::json;

constexpr double k_ms = 1000;
constexpr unsigned long long k_mebibyte = 1ULL << 20U;
constexpr int k_ok_status = 200;
constexpr int k_failed_status = 502;

// The error object of the runtime client: {"errorMessage", "errorType", "requestId", "stackTrace"}.
struct Failure {
  bool found = false;
  std::string type = {};
  std::string message = {};
  std::vector<std::string> stack = {};
  std::string request_id = {};
  bool has_stack = false;
};

// What the rows look at.
struct Facts {
  const Evidence& evidence;
  Failure failure;
  bool came_up = true;   // the init ended well
  double init_ms = 0;
  double handler_ms = 0;
};

// JSON whose texts are not all Unicode, as Python writes the names of files that are none: \ud800 alone is no text here.
Json parsed(const std::string& body)
{
  Json answer = Json::parse(body, nullptr, false);
  if (!answer.is_discarded()) {
    return answer;
  }
  std::string readable = body;
  constexpr std::size_t k_escape = 6;
  for (std::size_t at = readable.find("\\ud"); at != std::string::npos; at = readable.find("\\ud", at + k_escape)) {
    readable.replace(at, k_escape, "\\ufffd");
  }
  return Json::parse(readable, nullptr, false);
}

Failure failure_in(const std::string& body)
{
  const Json answer = parsed(body);
  if (!answer.is_object() || !answer.contains("errorType")) {
    return {};
  }
  Failure failure{true, text_member(answer, "errorType"), text_member(answer, "errorMessage")};
  failure.request_id = text_member(answer, "requestId");
  failure.has_stack = answer.contains("stackTrace");
  // The emulator's own errors begin "RequestId: ID Error: ".
  constexpr std::string_view mark = " Error: ";
  if (const std::size_t at = failure.message.find(mark);
      failure.message.starts_with("RequestId: ") && at != std::string::npos) {
    failure.message.erase(0, at + mark.size());
  }
  for (const Json& frame : answer.contains("stackTrace") && answer["stackTrace"].is_array()
                               ? answer["stackTrace"]
                               : Json::array()) {
    failure.stack.push_back(frame.is_string() ? frame.get<std::string>() : frame.dump());
  }
  return failure;
}

unsigned long long tmp_limit(const Evidence& evidence)
{
  return static_cast<unsigned long long>(evidence.ephemeral_storage_mb) * k_mebibyte;
}

bool answered(const Facts& it)
{
  return it.evidence.http_status != 0;
}

// A handler may return a dictionary shaped like an error, another function's even: the runtime client's own has this
// request's ID, or stands in the log, which a function can send elsewhere.
bool is_raised(const Facts& it)
{
  const Failure& failure = it.failure;
  if (!failure.found || !failure.has_stack) {
    return false;   // of most answers: the log is not looked through
  }
  const std::string request = request_id(it.evidence.log);
  const bool names_request = !failure.request_id.empty() && (request.empty() || failure.request_id == request);
  return names_request || records_error(it.evidence.log, failure.type);
}

bool is_answer(const Facts& it)
{
  return it.evidence.http_status == k_ok_status && !is_raised(it);
}

bool is_type(const Facts& it, std::initializer_list<std::string_view> types)
{
  return !is_answer(it) && std::ranges::find(types, std::string_view(it.failure.type)) != types.end();
}

bool says_timed_out(const Facts& it)
{
  return answered(it) && text::trim(it.evidence.body).starts_with("Task timed out after ");
}

std::string with_type(const Facts& it)
{
  return error_text(it.failure.type, it.failure.message);
}

// "the runtime ended: TYPE: MESSAGE", or the first half where nothing more is known.
std::string joined(std::string_view what, const std::string& why)
{
  return why.empty() ? std::string(what) : fmt::format("{}: {}", what, why);
}

std::string init_end(const Facts& it)
{
  const std::string why = init_failure(it.evidence.log);
  const std::string type = it.failure.found ? it.failure.type : fatal_type(it.evidence.log);
  const std::string& words = it.failure.found ? it.failure.message : why;
  return joined("the runtime ended before the first invocation",
                type.empty() || words.empty() ? words : type + ": " + words);
}

// The init goes on, and the answer is not waited for any longer.
bool is_in_init(const Facts& it)
{
  return !answered(it) && text::contains(it.evidence.log, k_init_begins) &&
         !text::contains(it.evidence.log, k_init_ends);
}

double init_so_far(const Facts& it)
{
  return is_in_init(it) ? it.evidence.waited_ms : it.init_ms;
}

// Never with the init, which has a limit of its own.
double duration(const Facts& it)
{
  return it.handler_ms > 0            ? it.handler_ms
         : it.evidence.invoked_ms > 0 ? it.evidence.invoked_ms
                                      : std::max(0.0, it.evidence.waited_ms - it.init_ms);
}

std::string import_cure(const Facts& it)
{
  const bool is_handler = is_type(it, {"Runtime.HandlerNotFound", "Runtime.MalformedHandlerName"});
  return is_handler ? "check the setting handler: MODULE.FUNCTION, as in app.lambda_handler"
         : text::contains(it.failure.message, "No module named")
             ? "add the package to the environment file, or the file to the function's code"
         : text::contains(it.failure.message, "cannot open shared object file")
             ? "add the package that brings the library to the environment file; `envlift audit` names who needs it"
             : "correct what the module does when it is imported; the log has the traceback";
}

std::string json_cause(const Facts& it)
{
  const bool is_event = it.failure.type == "Runtime.UnmarshalError";
  return joined(is_event ? "the runtime cannot read the event" : "the answer is not JSON", with_type(it));
}

std::string json_cure(const Facts& it)
{
  return it.failure.type == "Runtime.UnmarshalError"
             ? "send JSON as UTF-8; `python3 -m json.tool FILE` names what is wrong with it"
             : "return dict, list, str, numbers, bool or None; convert numpy and pandas values first";
}

// The emulator says "signal: killed" where Lambda says that memory ran out.
std::string crash_cure(const Facts& it)
{
  const std::string error = last_traceback(it.evidence.log);
  if (text::contains(error, "surrogates not allowed")) {
    return "return text that UTF-8 can hold: `.encode(errors=\"replace\").decode()`";
  }
  if (!error.empty()) {
    return "the traceback is in the function's log: the runtime itself ended by it";
  }
  const bool may_be_memory =
      text::contains(it.failure.message, "signal: killed") && !it.evidence.out_of_memory;
  return may_be_memory ? "it most likely ran out of memory: raise the setting memory (--memory)"
                       : "look for a call that exits or kills, and for native code that crashes";
}

std::string no_answer_cause(const Facts& it)
{
  const Evidence& evidence = it.evidence;
  if (answered(it)) {
    constexpr std::size_t k_shown = 200;
    return joined(
        fmt::format("the image did not answer as Lambda's runtime does: HTTP {}", evidence.http_status),
        text::printable(std::string_view(evidence.body).substr(0, k_shown)));
  }
  return evidence.container_runs
             ? joined("the image did not answer", evidence.no_answer)
             : fmt::format("the image did not answer: the container ended (exit {})", evidence.exit_code);
}

std::string nothing(const Facts&)
{
  return "";
}

struct Row {
  Verdict verdict;
  std::string_view code;
  bool (*fits)(const Facts&);
  std::string (*cause)(const Facts&);
  std::string (*cure)(const Facts&);
};

// THE TABLE: the first row that fits.
constexpr std::array k_rows = {
  // Of a child alone, too: the function answers, and mostly something else than it would have.
  Row{Verdict::out_of_memory, "EL1012",
      [](const Facts& it) { return it.evidence.out_of_memory.value_or(false); },
      [](const Facts& it) {
        return fmt::format("the function used more than its {} MB of memory, and {}", it.evidence.memory_mb,
                           is_answer(it) ? "a process of it was killed; it answered all the same"
                                         : "was killed");
      },
      [](const Facts&) -> std::string {
        return "raise the setting memory (--memory), or keep less in memory at once";
      }},
  Row{
    Verdict::init_timeout, "EL1011",
    [](const Facts& it) { return it.evidence.cold && it.came_up && init_so_far(it) > k_init_limit_s * k_ms; },
    [](const Facts& it) {
      return fmt::format("the init took {}{:.1f} s here, and Lambda ends it after {} s",
                         is_in_init(it) ? "more than " : "", init_so_far(it) / k_ms, k_init_limit_s);
    },
    [](const Facts&) -> std::string {
      return "import what is slow where it is needed first; `python -X importtime -c \"import MODULE\"` "
             "ranks imports";
    }},
  Row{
    Verdict::storage_exceeded, "EL1010",
    [](const Facts& it) {
      return (is_answer(it) || !answered(it)) && it.evidence.tmp_bytes.value_or(0) > tmp_limit(it.evidence);
    },
    [](const Facts& it) {
      return fmt::format("the function had {} MB of files, and Lambda's /tmp has {} MB",
                         *it.evidence.tmp_bytes >> 20U, it.evidence.ephemeral_storage_mb);
    },
    [](const Facts&) -> std::string {
      return "raise the setting ephemeral_storage (--ephemeral-storage), or remove files when they were used";
    }},
  Row{Verdict::timeout, "EL1005",
      [](const Facts& it) {
        const double limit = it.evidence.timeout_s * k_ms;
        return says_timed_out(it) ||
               (!answered(it) && it.evidence.container_runs && it.evidence.waited_ms > limit) ||
               (it.evidence.invoked_ms > limit && duration(it) > limit);
      },
      [](const Facts& it) {
        return says_timed_out(it) ? std::string(text::trim(it.evidence.body))
                                  : fmt::format("Task timed out after {}.00 seconds", it.evidence.timeout_s);
      },
      [](const Facts&) -> std::string {
        return "raise the setting timeout (--timeout), or give the function more memory";
      }},
  Row{Verdict::ok, "", &is_answer, &nothing, &nothing},
  Row{Verdict::import_error, "EL1003",
      [](const Facts& it) {
        return is_type(it, {"Runtime.ImportModuleError", "Runtime.HandlerNotFound",
                            "Runtime.MalformedHandlerName", "Runtime.UserCodeSyntaxError"});
      },
      &with_type, &import_cure},
  Row{Verdict::bad_json, "EL1002",
      [](const Facts& it) { return is_type(it, {"Runtime.MarshalError", "Runtime.UnmarshalError"}); },
      &json_cause, &json_cure},
  Row{Verdict::response_too_large, "EL1007",
      [](const Facts& it) { return is_type(it, {"Function.ResponseSizeTooLarge"}); },
      [](const Facts& it) { return "the answer is over Lambda's 6 MB: " + with_type(it); },
      [](const Facts&) -> std::string { return "put large results into S3 and return their key"; }},
  Row{Verdict::init_error, "EL1004",
      [](const Facts& it) {
        const bool is_silent = it.evidence.http_status == k_failed_status && !it.failure.found;
        return is_silent || is_type(it, {"Runtime.InvalidEntrypoint"}) ||
               (is_type(it, {"Runtime.ExitError"}) && !it.came_up);
      },
      &init_end,
      [](const Facts&) -> std::string {
        return "look for code that exits at import, and at the image's entry point, in the function's log";
      }},
  Row{Verdict::crashed, "EL1006", [](const Facts& it) { return is_type(it, {"Runtime.ExitError"}); },
      [](const Facts& it) {
        return joined("the runtime ended during the invocation: " + with_type(it),
                      last_traceback(it.evidence.log));
      },
      &crash_cure},
  Row{Verdict::import_error, "EL1003", [](const Facts& it) { return it.failure.found && !it.came_up; },
      &with_type, &import_cure},
  Row{Verdict::handler_error, "EL1001", [](const Facts& it) { return it.failure.found; },
      [](const Facts& it) { return "the handler raised " + with_type(it); },
      [](const Facts&) -> std::string { return "the traceback is in the function's log"; }},
  Row{Verdict::engine_error, "EL0814",
      [](const Facts& it) { return !answered(it) && it.evidence.container_gone; },
      [](const Facts&) -> std::string { return "the container was removed while it ran"; },
      [](const Facts&) -> std::string {
        return "run it again, and let what cleans up (`docker rm`, `docker system prune`) spare running "
               "containers";
      }},
  // The emulator is of the container, too: what ends all of it, or takes all of its threads, ends the emulator.
  Row{Verdict::crashed, "EL1006",
      [](const Facts& it) {
        return !answered(it) && !it.evidence.container_runs &&
               text::contains(it.evidence.log, k_invocation_begins);
      },
      [](const Facts& it) {
        return fmt::format("the container ended during the invocation (exit {})", it.evidence.exit_code);
      },
      &crash_cure},
  Row{Verdict::engine_error, "EL1008", [](const Facts&) { return true; }, &no_answer_cause,
      [](const Facts&) -> std::string {
        return "run it with `docker run` and look at its log; where that works, report this with the lines "
               "above";
      }},
};

Facts facts_of(const Evidence& evidence)
{
  return {evidence, answered({evidence, {}}) ? failure_in(evidence.body) : Failure{},
          !init_failed(evidence.log), evidence.cold ? init_duration(evidence.log) : 0,
          handler_duration(evidence.log)};
}

void take_failure(Outcome& outcome, const Facts& it)
{
  outcome.error_type = it.failure.found ? it.failure.type : fatal_type(it.evidence.log);
  outcome.error_message = it.failure.found ? it.failure.message : init_failure(it.evidence.log);
  outcome.stack = it.failure.stack;
}

// Whether Lambda's /tmp would hold what the function has written.
bool has_room(const Evidence& evidence)
{
  return evidence.tmp_bytes && *evidence.tmp_bytes < tmp_limit(evidence);
}

// Whether the disk that /tmp is on may be full.
bool may_be_engines_disk(const Evidence& evidence)
{
  constexpr unsigned long long k_scarce = 64 * k_mebibyte;
  return evidence.disk_free_bytes.value_or(0) < k_scarce;
}

void blame_engines_disk(Outcome& outcome, const Evidence& evidence)
{
  outcome.verdict = Verdict::engine_error;
  outcome.code = "EL0903";
  outcome.message =
      fmt::format("the engine's disk {} full: the function's /tmp is on it ({})",
                  evidence.disk_free_bytes ? "is" : "may be", outcome.error_message);
  outcome.hint = "look at it with `docker system df`; `docker system prune` or free disk space helps";
}

// Room there is in /tmp and on the disk: what has none is a quota, a device or a kernel's table.
void keep_as_raised(Outcome& outcome, const Row& row, const Facts& facts)
{
  outcome.verdict = row.verdict;
  outcome.code = row.code;
  outcome.message = row.cause(facts) + ", and /tmp has room";
  outcome.hint = "look at what it writes to: a device, a quota, or a limit on watches and semaphores";
}

// Whether most programs read it: numbers larger than ours, and texts that are not all Unicode, are JSON too.
bool is_json(const std::string& answer)
{
  try {
    return !Json::parse(answer).is_discarded();
  }
  catch (const Json::out_of_range&) {
    return true;
  }
  catch (const Json::exception&) {
    return !parsed(answer).is_discarded();
  }
}

// Lambda hands on whatever the runtime answers; Python's is JSON but for NaN and Infinity.
void note_other_text(Outcome& outcome)
{
  if (outcome.verdict != Verdict::ok || outcome.answer.empty() || is_json(outcome.answer)) {
    return;
  }
  constexpr std::array k_numbers = {"NaN", "Infinity"};
  const auto number =
      std::ranges::find_if(k_numbers, [&](const char* word) { return text::contains(outcome.answer, word); });
  outcome.code = "EL1021";
  outcome.message =
      number == k_numbers.end()
          ? "the answer is not JSON: most callers will not read it"
          : fmt::format("the answer is not JSON, which has no {}: most callers will not read it", *number);
  outcome.hint = number == k_numbers.end() ? "answer JSON" : "answer null (None) or a text in its place";
}

}   // namespace

Outcome judge(const Evidence& evidence)
{
  const Facts facts = facts_of(evidence);
  const Row& row = *std::ranges::find_if(k_rows, [&](const Row& one) { return one.fits(facts); });
  Outcome outcome;
  outcome.verdict = row.verdict;
  outcome.code = row.code;
  outcome.message = row.cause(facts);
  outcome.hint = row.cure(facts);
  outcome.log = evidence.log;
  outcome.is_log_cut = evidence.is_log_cut;
  outcome.request_id = request_id(evidence.log);
  outcome.cold = evidence.cold;
  outcome.init_ms = facts.init_ms;
  outcome.duration_ms = duration(facts);
  if (is_answer(facts)) {
    outcome.answer = evidence.body;
  }
  if (row.verdict == Verdict::ok || row.verdict == Verdict::storage_exceeded) {
    note_other_text(outcome);
    return outcome;
  }
  take_failure(outcome, facts);
  if (row.verdict == Verdict::timeout) {
    outcome.error_message = outcome.message;   // the platform's own words
  }
  constexpr std::array k_of_the_function = {Verdict::handler_error, Verdict::import_error,
                                            Verdict::init_error, Verdict::crashed};
  if (std::ranges::find(k_of_the_function, row.verdict) != k_of_the_function.end()) {
    name_limit(outcome);
  }
  if (outcome.verdict == Verdict::storage_exceeded && has_room(evidence)) {
    may_be_engines_disk(evidence) ? blame_engines_disk(outcome, evidence)
                                  : keep_as_raised(outcome, row, facts);
  }
  return outcome;
}

double slow_init_ms(const Outcome& outcome, int memory_mb)
{
  constexpr double k_mb_per_vcpu = 1769;   // the developer guide's figure
  const double scaled = outcome.init_ms * std::max(1.0, k_mb_per_vcpu / memory_mb);
  return outcome.init_ms <= k_init_limit_s * k_ms && scaled > k_init_limit_s * k_ms ? scaled : 0;
}

std::string to_string(Verdict verdict)
{
  switch (verdict) {
    case Verdict::ok: return "answered";
    case Verdict::mismatch: return "answered otherwise than expected";
    case Verdict::handler_error: return "the handler raised an error";
    case Verdict::bad_json: return "the event or the answer is not JSON";
    case Verdict::import_error: return "the handler cannot be imported";
    case Verdict::init_error: return "the runtime ended before the first invocation";
    case Verdict::init_timeout: return "the init took too long";
    case Verdict::timeout: return "timed out";
    case Verdict::out_of_memory: return "ran out of memory";
    case Verdict::crashed: return "the runtime ended during the invocation";
    case Verdict::response_too_large: return "the answer is too large";
    case Verdict::storage_exceeded: return "more was written than /tmp holds";
    case Verdict::engine_error: break;
  }
  return "no answer";
}

}   // namespace envlift::invoke
