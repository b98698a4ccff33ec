// The emulator's outcomes, recorded from the emulator of 2026-01 with awslambdaric 4.2.2.
#include "invoke/invoke.hpp"

#include "diag/codes.hpp"

#include <catch2/catch.hpp>

#include <set>

using namespace envlift;
using invoke::Outcome;
using invoke::Verdict;

namespace {

const std::string k_begin =
    "21 Nov 2026 06:06:37,433 [INFO] (rapid) exec '/var/runtime/bootstrap' (cwd=/var/task, handler=)\n"
    "START RequestId: 96809a13 Version: $LATEST\n"
    "21 Nov 2026 06:06:37,464 [INFO] (rapid) INIT START(type: on-demand, phase: init)\n";
const std::string k_init = "21 Nov 2026 06:06:37,495 [INFO] (rapid) INIT RTDONE(status: success)\n"
                           "21 Nov 2026 06:06:37,495 [INFO] (rapid) INIT REPORT(durationMs: 31.362000)\n"
                           "21 Nov 2026 06:06:37,495 [INFO] (rapid) INVOKE START(requestId: 96809a13)\n";
const std::string k_end =
    "END RequestId: 96809a13\nREPORT RequestId: 96809a13\tInit Duration: 0.03 ms\tDuration: 33.22 ms\n";

// The log of an invocation in which the function wrote these lines.
std::string log_with(const std::string& lines)
{
  return k_begin + k_init + lines + k_end;
}

std::string runtime_ended(const std::string& how)
{
  return k_begin + k_init +
         "21 Nov 2026 06:06:41,801 [WARNING] (rapid) First fatal error stored in appctx: "
         "Runtime.ExitError\n" +
         "21 Nov 2026 06:06:41,802 [ERROR] (rapid) Invoke failed error=Runtime exited with error: " + how +
         " InvokeID=c2ac\n" +
         "21 Nov 2026 06:06:41,802 [ERROR] (rapid) Invoke DONE failed: Runtime.ExitError\n";
}

// The fields of the "Init failed" line come in either order.
std::string init_failed(const std::string& type, const std::string& fields, const std::string& lines = "")
{
  return k_begin + lines +
         "21 Nov 2026 06:06:51,897 [WARNING] (rapid) First fatal error stored in appctx: " + type + "\n" +
         "21 Nov 2026 06:06:51,897 [INFO] (rapid) INIT RTDONE(status: error)\n" +
         "21 Nov 2026 06:06:51,897 [ERROR] (rapid) Init failed " + fields + "\n" +
         "21 Nov 2026 06:06:51,898 [ERROR] (rapid) Invoke DONE failed: Sandbox.Failure\n";
}

std::string exit_error(const std::string& how)
{
  return R"({"errorType":"Runtime.ExitError","errorMessage":"RequestId: c2ac Error: Runtime exited with error: )" +
         how + "\"}";
}

const std::string k_value_error =
    R"({"errorMessage": "the input has no rows", "errorType": "ValueError", "requestId": "96809a13",)"
    R"( "stackTrace": ["  File \"/var/task/app.py\", line 6, in handler\n    raise ValueError\n"]})";

}  // namespace

TEST_CASE("an answer is passed on byte for byte")
{
  for (const std::string body : {"{\"event\": {\"a\": 1}}", "null", "\"Task timed out after 2.00 seconds\"",
                                 " 1 ", "", "[]", "not json"}) {
    const Outcome outcome = invoke::decode(200, body, log_with(""));
    CHECK(outcome.verdict == Verdict::ok);
    CHECK(outcome.answer == body);
    CHECK(outcome.init_ms == Approx(31.362));
  }
}

TEST_CASE("a raised error is HTTP 200 and told by the log")
{
  const Outcome outcome = invoke::decode(
      200, k_value_error,
      log_with(
          "[ERROR] ValueError: the input has no rows\rTraceback (most recent call last):\r  File \"x\"\n"));
  CHECK(outcome.verdict == Verdict::handler_error);
  CHECK(outcome.error_type == "ValueError");
  CHECK(outcome.error_message == "the input has no rows");
  CHECK(outcome.stack.size() == 1);
  CHECK(outcome.answer.empty());
}

TEST_CASE("a raised error is told by a JSON log as well")
{
  const std::string line =
      R"({"timestamp": "2026-11-21T06:15:46Z", "level": "ERROR", "errorMessage": "the input has no rows", )"
      R"("errorType": "ValueError", "requestId": "96809a13", "stackTrace": []})"
      "\n";
  CHECK(invoke::decode(200, k_value_error, log_with(line)).verdict == Verdict::handler_error);
}

TEST_CASE("an answer shaped like an error is an answer unless the log says that it was raised")
{
  const std::string body = R"({"errorMessage": "mine", "errorType": "Mine"})";
  for (const std::string line :
       {"", "[ERROR]\t2026-11-21T06:06:37Z\t96809a13\tcannot find the row\n", "[ERROR] Other: x\n",
        "[ERROR] MineToo: x\n", "21 Nov 2026 06:06:37,495 [ERROR] (rapid) something\n",
        "{\"errorType\": \"Mine\"}\n",
        "{\"timestamp\": \"x\", \"level\": \"INFO\", \"errorType\": \"Mine\"}\n"}) {
    INFO(line);
    const Outcome outcome = invoke::decode(200, body, log_with(line));
    CHECK(outcome.verdict == Verdict::ok);
    CHECK(outcome.answer == body);
  }
  CHECK(invoke::decode(200, body, log_with("[ERROR] Mine: mine\n")).verdict == Verdict::handler_error);
}

TEST_CASE("events and answers that are no JSON")
{
  for (const std::string type : {"Runtime.MarshalError", "Runtime.UnmarshalError"}) {
    const std::string body =
        R"({"errorMessage": "Unable", "errorType": ")" + type + R"(", "requestId": "1", "stackTrace": []})";
    CHECK(invoke::decode(200, body, log_with("[ERROR] " + type + ": Unable\n")).verdict == Verdict::bad_json);
    CHECK(invoke::decode(200, body, "").verdict == Verdict::bad_json);   // the log may be late
  }
}

TEST_CASE("a timeout is plain text and HTTP 200")
{
  const Outcome outcome = invoke::decode(200, "Task timed out after 2.00 seconds", k_begin + k_init);
  CHECK(outcome.verdict == Verdict::timeout);
  CHECK(outcome.error_message == "Task timed out after 2.00 seconds");
}

TEST_CASE("a module that cannot be imported, a handler that is not there")
{
  for (const std::string type : {"Runtime.ImportModuleError", "Runtime.HandlerNotFound",
                                 "Runtime.MalformedHandlerName", "Runtime.UserCodeSyntaxError"}) {
    const std::string body =
        R"({"errorMessage": "Unable", "errorType": ")" + type + R"(", "requestId": "", "stackTrace": []})";
    const Outcome outcome = invoke::decode(
        502, body,
        init_failed("Runtime.ExitError", "InvokeID= error=Runtime exited with error: exit status 1"));
    CHECK(outcome.verdict == Verdict::import_error);
    CHECK(outcome.error_type == type);
  }
}

TEST_CASE("a module that raises while it is imported")
{
  const Outcome outcome = invoke::decode(
      502,
      R"({"errorMessage": "boom at import", "errorType": "RuntimeError", "requestId": "", "stackTrace": []})",
      init_failed("Runtime.ExitError", "error=Runtime exited with error: exit status 1 InvokeID="));
  CHECK(outcome.verdict == Verdict::import_error);
  CHECK(outcome.error_message == "boom at import");
}

TEST_CASE("a runtime that ends during the invocation")
{
  const Outcome exited = invoke::decode(502, exit_error("exit status 3"), runtime_ended("exit status 3"));
  CHECK(exited.verdict == Verdict::crashed);
  CHECK(exited.error_message == "Runtime exited with error: exit status 3");
  CHECK(invoke::to_error(exited).hint.find("exits") != std::string::npos);
  const Outcome killed = invoke::decode(502, exit_error("signal: killed"), runtime_ended("signal: killed"));
  CHECK(killed.verdict == Verdict::crashed);
  CHECK(invoke::to_error(killed).hint.find("--memory") != std::string::npos);
}

TEST_CASE("a runtime that ends before: the same words, and the log tells")
{
  CHECK(invoke::decode(
            502, exit_error("exit status 3"),
            init_failed("Runtime.ExitError", "error=Runtime exited with error: exit status 3 InvokeID="))
            .verdict == Verdict::init_error);
}

TEST_CASE("an empty 502: the cause is in the log only")
{
  const Outcome left = invoke::decode(
      502, "",
      init_failed("Runtime.ExitError",
                  "error=Runtime exited with error: exit status 7 InvokeID=", "about to leave\n"));
  CHECK(left.verdict == Verdict::init_error);
  CHECK(left.error_type == "Runtime.ExitError");
  CHECK(left.error_message == "Runtime exited with error: exit status 7");
  const Outcome no_entry =
      invoke::decode(502, "",
                     init_failed("Runtime.InvalidEntrypoint",
                                 "InvokeID= error=fork/exec /nope/bootstrap: no such file or directory"));
  CHECK(no_entry.error_type == "Runtime.InvalidEntrypoint");
  CHECK(no_entry.error_message == "fork/exec /nope/bootstrap: no such file or directory");
  CHECK(invoke::decode(502, "", "").verdict == Verdict::init_error);
}

TEST_CASE("an answer over the limit")
{
  const Outcome outcome = invoke::decode(
      502, R"({"errorType":"Function.ResponseSizeTooLarge","errorMessage":"Response payload size exceeded"})",
      runtime_ended("exit status 1"));
  CHECK(outcome.verdict == Verdict::response_too_large);
}

TEST_CASE("what the emulator never says")
{
  CHECK(invoke::decode(400, "", "").verdict == Verdict::engine_error);
  CHECK(invoke::decode(404, "404 page not found", "").error_message == "HTTP 404");
  CHECK(invoke::decode(502, R"({"errorType": 5, "errorMessage": null, "stackTrace": [1, {"a": 2}]})", "")
            .stack.size() == 2);
  CHECK(invoke::decode(502, "\xff\xfe", "\xff\xfe").verdict == Verdict::init_error);
}

TEST_CASE("every failure has a code, a cause, a cure and the end of the log")
{
  std::string log;
  for (int i = 0; i < 100; ++i) {
    log += "line " + std::to_string(i) + "\n";
  }
  std::set<std::string> codes;
  for (const Verdict verdict :
       {Verdict::handler_error, Verdict::bad_json, Verdict::import_error, Verdict::init_error,
        Verdict::timeout, Verdict::crashed, Verdict::response_too_large, Verdict::engine_error}) {
    Outcome outcome;
    outcome.verdict = verdict;
    outcome.error_message = "why";
    outcome.log = log;
    const Error error = invoke::to_error(outcome);
    INFO(invoke::to_string(verdict));
    CHECK_NOTHROW(diag::code_info(error.code));
    CHECK(error.message.find("why") != std::string::npos);
    CHECK_FALSE(error.hint.empty());
    CHECK(error.exit == ExitCode::check_failed);
    CHECK(error.tail.size() == 20);
    CHECK(error.tail.back() == "line 99");
    codes.insert(error.code);
  }
  CHECK(codes.size() == 8);
}

TEST_CASE("an import error's cure fits its cause")
{
  const auto hint = [](const std::string& type, const std::string& message) {
    Outcome outcome;
    outcome.verdict = Verdict::import_error;
    outcome.error_type = type;
    outcome.error_message = message;
    return invoke::to_error(outcome).hint;
  };
  CHECK(hint("Runtime.ImportModuleError", "Unable to import module 'app': No module named 'pandas'")
            .find("environment file") != std::string::npos);
  CHECK(hint("Runtime.HandlerNotFound", "Handler 'x' missing on module 'app'").find("setting handler") !=
        std::string::npos);
  CHECK(hint("Runtime.MalformedHandlerName", "Bad handler 'x'").find("setting handler") != std::string::npos);
  CHECK(hint("RuntimeError", "boom").find("traceback") != std::string::npos);
}
