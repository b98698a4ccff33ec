// The emulator's outcome table, row by row.
#include "invoke/invoke.hpp"

#include <algorithm>

#include <catch2/catch.hpp>

using namespace envlift;
using invoke::Verdict;

namespace {

const std::string k_log = "START RequestId: 1 Version: $LATEST\nINIT REPORT(durationMs: 427.082000)\nEND RequestId: 1\n";
const std::string k_error_log = "START RequestId: 1\n[ERROR] ValueError: no rows\nTraceback (most recent call last):\nEND RequestId: 1\n";

std::string failure(const std::string& type, const std::string& message = "m")
{
  return R"({"errorMessage": ")" + message + R"(", "errorType": ")" + type + R"(", "requestId": "1", "stackTrace": ["a", "b"]})";
}

}  // namespace

TEST_CASE("an answer is handed on byte for byte", "[invoke]")
{
  const auto outcome = invoke::decode(200, "{\"b\": 1,  \"a\": \"\\u00e9\"}", k_log);
  CHECK(outcome.verdict == Verdict::ok);
  CHECK(outcome.answer == "{\"b\": 1,  \"a\": \"\\u00e9\"}");
  CHECK(outcome.init_ms == Approx(427.082));
}

TEST_CASE("HTTP 200 is not success", "[invoke]")
{
  const auto raised = invoke::decode(200, failure("ValueError", "no rows"), k_error_log);
  CHECK(raised.verdict == Verdict::handler_error);
  CHECK(raised.error_message == "no rows");
  CHECK(raised.stack == std::vector<std::string>{"a", "b"});
  CHECK(invoke::decode(200, "Task timed out after 2.00 seconds", k_log).verdict == Verdict::timeout);
  CHECK(invoke::decode(200, failure("Runtime.MarshalError"), k_log).verdict == Verdict::bad_json);
  CHECK(invoke::decode(200, failure("Runtime.UnmarshalError"), k_log).verdict == Verdict::bad_json);
}

TEST_CASE("a handler may answer with the shape of an error: the log tells", "[invoke]")
{
  CHECK(invoke::decode(200, failure("Mine"), k_log).verdict == Verdict::ok);
  // Another error in the log is not this one.
  CHECK(invoke::decode(200, failure("Mine"), k_error_log).verdict == Verdict::ok);
}

TEST_CASE("a timeout's words inside an answer are an answer", "[invoke]")
{
  CHECK(invoke::decode(200, "\"Task timed out after 2.00 seconds\"", k_log).verdict == Verdict::ok);
}

TEST_CASE("502 has many causes", "[invoke]")
{
  CHECK(invoke::decode(502, failure("Runtime.ImportModuleError"), k_log).verdict == Verdict::import_error);
  CHECK(invoke::decode(502, failure("Runtime.HandlerNotFound"), k_log).verdict == Verdict::import_error);
  CHECK(invoke::decode(502, failure("Runtime.ExitError", "exit status 3"), k_log).verdict == Verdict::crashed);
  CHECK(invoke::decode(502, failure("Function.ResponseSizeTooLarge"), k_log).verdict == Verdict::response_too_large);
  const auto empty = invoke::decode(
      502, "", "x [ERROR] (rapid) Init failed error=Runtime exited with error: exit status 7 InvokeID=1\nREPORT RequestId: 1\n");
  CHECK(empty.verdict == Verdict::init_error);
  CHECK(empty.error_message.find("exit status 7") != std::string::npos);
}

TEST_CASE("every failure has a code, a cause and a cure of its own", "[invoke]")
{
  std::vector<std::string> codes;
  for (const Verdict verdict : {Verdict::handler_error, Verdict::bad_json, Verdict::import_error, Verdict::init_error, Verdict::timeout,
                                Verdict::crashed, Verdict::response_too_large, Verdict::engine_error}) {
    invoke::Outcome outcome;
    outcome.verdict = verdict;
    outcome.error_message = "the cause";
    const Error error = invoke::to_error(outcome);
    CHECK(error.message.find("the cause") != std::string::npos);
    CHECK_FALSE(error.hint.empty());
    CHECK(error.exit == ExitCode::check_failed);
    CHECK(std::ranges::find(codes, error.code) == codes.end());
    codes.push_back(error.code);
  }
}
