// Whether a handler raised an error or returned something that looks like one.
#include "invoke/verdict.hpp"

#include <catch2/catch.hpp>

#include <string>

using namespace envlift;
using invoke::Outcome;
using invoke::Verdict;

namespace {

// The log of an invocation in which the function wrote these lines.
std::string log_with(const std::string& lines)
{
  return "START RequestId: 96809a13 Version: $LATEST\n" + lines + "END RequestId: 96809a13\n";
}

Outcome decode(int status, const std::string& body, const std::string& log)
{
  return invoke::judge({.http_status = status, .body = body, .log = log});
}

const std::string k_value_error =
    R"({"errorMessage": "the input has no rows", "errorType": "ValueError", "requestId": "96809a13",)"
    R"( "stackTrace": ["  File \"/var/task/app.py\", line 6, in handler\n    raise ValueError\n"]})";

}   // namespace

TEST_CASE("an answer shaped like an error is an answer unless its request raised it")
{
  const std::string body = R"({"errorMessage": "mine", "errorType": "Mine"})";
  for (const std::string line :
       {"", "[ERROR]\t2026-11-21T06:06:37Z\t96809a13\tcannot find the row\n", "[ERROR] Other: x\n",
        "[ERROR] MineToo: x\n", "21 Nov 2026 06:06:37,495 [ERROR] (rapid) something\n",
        "{\"errorType\": \"Mine\"}\n",
        "{\"timestamp\": \"x\", \"level\": \"INFO\", \"errorType\": \"Mine\"}\n"}) {
    INFO(line);
    const Outcome outcome = decode(200, body, log_with(line));
    CHECK(outcome.verdict == Verdict::ok);
    CHECK(outcome.answer == body);
  }
  // Neither does the log make it one, nor a type of the platform's, nor another function's error that is handed on.
  CHECK(decode(200, body, log_with("[ERROR] Mine: mine\n")).verdict == Verdict::ok);
  for (const std::string type : {"Runtime.ExitError", "Runtime.MarshalError", "Runtime.ImportModuleError",
                                 "Function.ResponseSizeTooLarge", "ValueError"}) {
    INFO(type);
    CHECK(decode(200, R"({"errorMessage": "x", "errorType": ")" + type + "\"}", log_with("")).verdict == Verdict::ok);
    CHECK(decode(200, R"({"errorMessage": "x", "errorType": ")" + type + R"(", "requestId": "other", "stackTrace": []})",
                 log_with(""))
              .verdict == Verdict::ok);
  }
}

TEST_CASE("a raised error is told by its request where the log is silent")
{
  CHECK(decode(200, k_value_error, log_with("")).verdict == Verdict::handler_error);
  const std::string odd =
      R"({"errorMessage": "file \udcff.txt", "errorType": "ValueError", "requestId": "96809a13", "stackTrace": []})";
  const Outcome outcome = decode(200, odd, log_with(""));
  CHECK(outcome.verdict == Verdict::handler_error);
  CHECK(outcome.error_message == "file \xef\xbf\xbd.txt");
  CHECK(decode(200, R"("\udcff")", log_with("")).code.empty());
  CHECK(decode(200, "1" + std::string(400, '0'), log_with("")).code.empty());
}
