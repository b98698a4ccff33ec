// The emulator's outcomes, recorded from the emulator of 2026-01 with awslambdaric 4.2.2.
#include "invoke/verdict.hpp"

#include "diag/codes.hpp"

#include <catch2/catch.hpp>

#include <functional>
#include <string>
#include <vector>

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

// The answer of the emulator to a container's first event.
Outcome decode(int status, const std::string& body, const std::string& log)
{
  return invoke::judge({.http_status = status, .body = body, .log = log});
}

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
    const Outcome outcome = decode(200, body, log_with(""));
    CHECK(outcome.verdict == Verdict::ok);
    CHECK(outcome.answer == body);
    CHECK(outcome.init_ms == Approx(31.362));
    CHECK(outcome.code == (body == "not json" ? "EL1021" : ""));
  }
  const Outcome number = decode(200, R"({"mean": NaN})", log_with(""));
  CHECK(number.verdict == Verdict::ok);
  CHECK(number.message == "the answer is not JSON, which has no NaN: most callers will not read it");
}

TEST_CASE("a raised error is HTTP 200 and told by the log")
{
  const Outcome outcome = decode(
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
  CHECK(decode(200, k_value_error, log_with(line)).verdict == Verdict::handler_error);
}

TEST_CASE("events and answers that are no JSON")
{
  for (const std::string type : {"Runtime.MarshalError", "Runtime.UnmarshalError"}) {
    const std::string body =
        R"({"errorMessage": "Unable", "errorType": ")" + type + R"(", "requestId": "1", "stackTrace": []})";
    CHECK(decode(200, body, log_with("[ERROR] " + type + ": Unable\n")).verdict == Verdict::bad_json);
    CHECK(decode(200, body, "").verdict == Verdict::bad_json);   // the log may be late
  }
}

TEST_CASE("a timeout is plain text and HTTP 200")
{
  const Outcome outcome = decode(200, "Task timed out after 2.00 seconds", k_begin + k_init);
  CHECK(outcome.verdict == Verdict::timeout);
  CHECK(outcome.error_message == "Task timed out after 2.00 seconds");
}

TEST_CASE("a module that cannot be imported, a handler that is not there")
{
  for (const std::string type : {"Runtime.ImportModuleError", "Runtime.HandlerNotFound",
                                 "Runtime.MalformedHandlerName", "Runtime.UserCodeSyntaxError"}) {
    const std::string body =
        R"({"errorMessage": "Unable", "errorType": ")" + type + R"(", "requestId": "", "stackTrace": []})";
    const Outcome outcome =
        decode(502, body,
               init_failed("Runtime.ExitError", "InvokeID= error=Runtime exited with error: exit status 1"));
    CHECK(outcome.verdict == Verdict::import_error);
    CHECK(outcome.error_type == type);
  }
}

TEST_CASE("a module that raises while it is imported")
{
  const Outcome outcome = decode(
      502,
      R"({"errorMessage": "boom at import", "errorType": "RuntimeError", "requestId": "", "stackTrace": []})",
      init_failed("Runtime.ExitError", "error=Runtime exited with error: exit status 1 InvokeID="));
  CHECK(outcome.verdict == Verdict::import_error);
  CHECK(outcome.error_message == "boom at import");
}

TEST_CASE("a runtime that ends during the invocation")
{
  const Outcome exited = decode(502, exit_error("exit status 3"), runtime_ended("exit status 3"));
  CHECK(exited.verdict == Verdict::crashed);
  CHECK(exited.error_message == "Runtime exited with error: exit status 3");
  CHECK(invoke::to_error(exited).hint.find("exits") != std::string::npos);
  const Outcome killed = decode(502, exit_error("signal: killed"), runtime_ended("signal: killed"));
  CHECK(killed.verdict == Verdict::crashed);
  CHECK(invoke::to_error(killed).hint.find("--memory") != std::string::npos);
}

TEST_CASE("a runtime that ends before: the same words, and the log tells")
{
  CHECK(decode(502, exit_error("exit status 3"),
               init_failed("Runtime.ExitError", "error=Runtime exited with error: exit status 3 InvokeID="))
            .verdict == Verdict::init_error);
}

TEST_CASE("an empty 502: the cause is in the log only")
{
  const Outcome left =
      decode(502, "",
             init_failed("Runtime.ExitError",
                         "error=Runtime exited with error: exit status 7 InvokeID=", "about to leave\n"));
  CHECK(left.verdict == Verdict::init_error);
  CHECK(left.error_type == "Runtime.ExitError");
  CHECK(left.error_message == "Runtime exited with error: exit status 7");
  const Outcome no_entry =
      decode(502, "",
             init_failed("Runtime.InvalidEntrypoint",
                         "InvokeID= error=fork/exec /nope/bootstrap: no such file or directory"));
  CHECK(no_entry.error_type == "Runtime.InvalidEntrypoint");
  CHECK(no_entry.error_message == "fork/exec /nope/bootstrap: no such file or directory");
  CHECK(decode(502, "", "").verdict == Verdict::init_error);
}

TEST_CASE("an answer over the limit")
{
  const Outcome outcome = decode(
      502, R"({"errorType":"Function.ResponseSizeTooLarge","errorMessage":"Response payload size exceeded"})",
      runtime_ended("exit status 1"));
  CHECK(outcome.verdict == Verdict::response_too_large);
}

TEST_CASE("what the emulator never says")
{
  CHECK(decode(400, "", "").verdict == Verdict::engine_error);
  CHECK(decode(404, "404 page not found", "").message.ends_with("HTTP 404: 404 page not found"));
  CHECK(decode(502, R"({"errorType": 5, "errorMessage": null, "stackTrace": [1, {"a": 2}]})", "")
            .stack.size() == 2);
  CHECK(decode(502, "\xff\xfe", "\xff\xfe").verdict == Verdict::init_error);
}

TEST_CASE("an import error's cure fits its cause")
{
  const auto hint = [](const std::string& type, const std::string& message) {
    return decode(502, R"({"errorType": ")" + type + R"(", "errorMessage": ")" + message + "\"}",
                  init_failed("Runtime.ExitError", "error=x InvokeID="))
        .hint;
  };
  CHECK_THAT(hint("Runtime.ImportModuleError", "Unable to import module 'app': No module named 'pandas'"),
             Catch::Contains("environment file"));
  CHECK_THAT(hint("Runtime.HandlerNotFound", "Handler 'x' missing on module 'app'"),
             Catch::Contains("setting handler"));
  CHECK_THAT(hint("Runtime.MalformedHandlerName", "Bad handler 'x'"), Catch::Contains("setting handler"));
  CHECK_THAT(hint("RuntimeError", "boom"), Catch::Contains("traceback"));
}

namespace {

invoke::Evidence answered(int status, const std::string& body, const std::string& lines = "")
{
  return {.http_status = status, .body = body, .log = log_with(lines)};
}

std::string raised(const std::string& type, const std::string& message, const std::string& frame = "")
{
  return R"({"errorType": ")" + type + R"(", "errorMessage": ")" + message + R"(", "stackTrace": [")" +
         frame + "\"]}";
}

invoke::Evidence raises(const std::string& type, const std::string& message, const std::string& frame = "")
{
  return answered(200, raised(type, message, frame), "[ERROR] " + type + ": " + message + "\n");
}

struct Row {
  std::string name;
  invoke::Evidence evidence;
  Verdict verdict;
  std::string code;
  std::string cause;
  std::string cure;
};

invoke::Evidence with(invoke::Evidence evidence, const std::function<void(invoke::Evidence&)>& change)
{
  change(evidence);
  return evidence;
}

std::vector<Row> rows_without_answer()
{
  const invoke::Evidence none{.no_answer = "Server returned nothing", .log = k_begin, .waited_ms = 900};
  return {
    {"the init goes on", with(none, [](auto& it) { it.waited_ms = 10'500; }), Verdict::init_timeout, "EL1011",
     "the init took more than 10.5 s here", "importtime"},
    {"the handler goes on",
     with(none,
          [](auto& it) {
            it.log = k_begin + k_init;
            it.waited_ms = 4'000;
            it.invoked_ms = 3'500;
            it.timeout_s = 3;
          }),
     Verdict::timeout, "EL1005", "Task timed out after 3.00 seconds", "--timeout"},
    {"/tmp runs over", with(none, [](auto& it) { it.tmp_bytes = 600ULL << 20U; }), Verdict::storage_exceeded,
     "EL1010", "600 MB", "--ephemeral-storage"},
    {"memory ran out", with(none, [](auto& it) { it.out_of_memory = true; }), Verdict::out_of_memory,
     "EL1012", "1024 MB", "--memory"},
    {"the container ended",
     with(none,
          [](auto& it) {
            it.container_runs = false;
            it.exit_code = 2;
          }),
     Verdict::engine_error, "EL1008", "the container ended (exit 2)", "docker run"},
    {"the handler ended the container",
     with(none,
          [](auto& it) {
            it.log = k_begin + k_init;
            it.container_runs = false;
            it.exit_code = 137;
          }),
     Verdict::crashed, "EL1006", "the container ended during the invocation (exit 137)", "exits or kills"},
    {"the connection broke", none, Verdict::engine_error, "EL1008", "Server returned nothing", "report"},
  };
}

std::vector<Row> rows_with_answer()
{
  return {
    {"a slow init",
     with(answered(200, "1"), [](auto& it) { it.log = "(rapid) INIT REPORT(durationMs: 12345.6)\n"; }),
     Verdict::init_timeout, "EL1011", "the init took 12.3 s here, and Lambda ends it after 10 s",
     "importtime"},
    {"an answer after the timeout",
     with(answered(200, "1"),
          [](auto& it) {
            it.log = "(rapid) INVOKE RTDONE(status: success, duration: 3200.5ms)\n";
            it.invoked_ms = 3'201;
            it.timeout_s = 3;
          }),
     Verdict::timeout, "EL1005", "after 3.00 seconds", "--timeout"},
    {"an answer that UTF-8 cannot hold",
     with(answered(502, exit_error("exit status 1")),
          [](auto& it) {
            it.log = "Traceback (most recent call last):\n  File \"x.py\", line 1, in y\n    z()\n"
                     "UnicodeEncodeError: 'utf-8' codec can't encode character: surrogates not allowed\n"
                     "END RequestId: 1\n";
          }),
     Verdict::crashed, "EL1006", "UnicodeEncodeError: 'utf-8' codec", "errors=\"replace\""},
    {"a crash", answered(502, exit_error("signal: segmentation fault")), Verdict::crashed, "EL1006",
     "segmentation fault", "native code"},
    {"a kill, and no counter", answered(502, exit_error("signal: killed")), Verdict::crashed, "EL1006",
     "killed", "--memory"},
    {"a kill for memory",
     with(answered(502, exit_error("signal: killed")), [](auto& it) { it.out_of_memory = true; }),
     Verdict::out_of_memory, "EL1012", "was killed", "--memory"},
    {"a kill for another reason",
     with(answered(502, exit_error("signal: killed")), [](auto& it) { it.out_of_memory = false; }),
     Verdict::crashed, "EL1006", "killed", "exits or kills"},
    {"a full answer",
     answered(502, raised("Function.ResponseSizeTooLarge", "Response payload size exceeded")),
     Verdict::response_too_large, "EL1007", "6 MB", "S3"},
    {"a set", raises("Runtime.MarshalError", "Unable to marshal response"), Verdict::bad_json, "EL1002",
     "the answer is not JSON", "return dict"},
    {"an event that is no JSON", raises("Runtime.UnmarshalError", "Unable to unmarshal input"),
     Verdict::bad_json, "EL1002", "cannot read the event", "json.tool"},
    {"an error of its own", raises("ValueError", "no rows"), Verdict::handler_error, "EL1001",
     "the handler raised ValueError: no rows", "traceback"},
    {"too much in /tmp", with(answered(200, "1"), [](auto& it) { it.tmp_bytes = 600ULL << 20U; }),
     Verdict::storage_exceeded, "EL1010", "the function had 600 MB of files, and Lambda's /tmp has 512 MB",
     "--ephemeral-storage"},
    {"what no emulator says", answered(418, "a teapot"), Verdict::engine_error, "EL1008",
     "HTTP 418: a teapot", "report"},
  };
}

// Limits of the sandbox, by what Python and programs say when they meet one.
std::vector<Row> rows_of_the_sandbox()
{
  return {
    {"a file of the image", raises("OSError", "[Errno 30] Read-only file system: '/var/task/out.csv'"),
     Verdict::handler_error, "EL1013", "nobody write: /var/task/out.csv (OSError", "/tmp"},
    {"a program that the handler runs",
     with(answered(502, exit_error("exit status 1")),
          [](auto& it) { it.log = log_with("touch: cannot touch '/opt/cache': Read-only file system\n"); }),
     Verdict::crashed, "EL1013", "nobody write: /opt/cache", "/tmp"},
    {"a shell that the handler runs",
     with(answered(502, exit_error("exit status 2")),
          [](auto& it) { it.log = log_with("sh: 1: cannot create /opt/cache/x: Read-only file system\n"); }),
     Verdict::crashed, "EL1013", "nobody write: /opt/cache/x", "/tmp"},
    {"a lock", raises("FileNotFoundError", "[Errno 2] No such file or directory", "self._semlock = SemLock("),
     Verdict::handler_error, "EL1014", "/dev/shm", "threads"},
    {"a lock of an older kernel", raises("OSError", "[Errno 38] Function not implemented"),
     Verdict::handler_error, "EL1014", "/dev/shm", "threads"},
    {"shared memory", raises("FileNotFoundError", "[Errno 2] No such file or directory: '/psm_60c4'"),
     Verdict::handler_error, "EL1014", "/dev/shm", "threads"},
    {"a file of root's", raises("PermissionError", "[Errno 13] Permission denied: '/var/task/key.pem'"),
     Verdict::handler_error, "EL1015", "has not: /var/task/key.pem (Perm", "o+r"},
    {"too many files", raises("OSError", "[Errno 24] Too many open files: '/dev/null'"),
     Verdict::handler_error, "EL1016", "1,024", "close"},
    {"too many threads", raises("RuntimeError", "can't start new thread"), Verdict::handler_error, "EL1016",
     "1,024", "close"},
    {"a full /tmp in memory", raises("OSError", "[Errno 28] No space left on device"),
     Verdict::storage_exceeded, "EL1010", "No space left", "--ephemeral-storage"},
    {"a full disk of the engine's",
     with(raises("OSError", "[Errno 28] No space left on device"),
          [](auto& it) {
            it.tmp_bytes = 100ULL << 20U;
            it.disk_free_bytes = 0;
          }),
     Verdict::engine_error, "EL0903", "the engine's disk is full", "prune"},
    {"a disk of the engine's that cannot be looked at",
     with(raises("OSError", "[Errno 28] No space left on device"),
          [](auto& it) { it.tmp_bytes = 100ULL << 20U; }),
     Verdict::engine_error, "EL0903", "the engine's disk may be full", "system df"},
    {"no space where there is room",
     with(raises("OSError", "[Errno 28] No space left on device: '/dev/full'"),
          [](auto& it) {
            it.tmp_bytes = 100ULL << 20U;
            it.disk_free_bytes = 10ULL << 30U;
          }),
     Verdict::handler_error, "EL1001", "/dev/full', and /tmp has room", "a device, a quota"},
    {"threads that leave none to the emulator",
     with(raises("x", "y"),
          [](auto& it) {
            it.http_status = 0;
            it.body.clear();
            it.container_runs = false;
            it.exit_code = 2;
            it.log = log_with("runtime: failed to create new OS thread (have 9 already; errno=11)\n");
          }),
     Verdict::crashed, "EL1016", "1,024", "close"},
    {"a service's own words", raises("ClientError", "An error occurred (AccessDenied): Permission denied"),
     Verdict::handler_error, "EL1001", "AccessDenied", "traceback"},
    {"a server's file system", raises("RuntimeError", "server answered: Read-only file system: /mnt/x"),
     Verdict::handler_error, "EL1001", "/mnt/x", "traceback"},
    {"a socket with nothing to read", raises("BlockingIOError", "[Errno 11] Resource temporarily unavailable"),
     Verdict::handler_error, "EL1001", "Errno 11", "traceback"},
    {"a database beside the code", raises("OperationalError", "attempt to write a readonly database"),
     Verdict::handler_error, "EL1013", "readonly database", "/tmp"},
    {"a user without a name", raises("KeyError", "'getpwuid(): uid not found: 9930'"), Verdict::handler_error,
     "EL1015", "has none", "USER"},
    {"a word of another's",
     answered(200, raised("ValueError", "no rows"),
              "nginx: Permission denied\n[ERROR] ValueError: no rows\n"),
     Verdict::handler_error, "EL1001", "no rows", "traceback"},
  };
}

void check_rows(const std::vector<Row>& rows)
{
  for (const Row& row : rows) {
    INFO(row.name);
    const Outcome outcome = invoke::judge(row.evidence);
    CHECK(suite::name_of(outcome.verdict) == suite::name_of(row.verdict));
    CHECK(outcome.code == row.code);
    CHECK_THAT(outcome.message, Catch::Contains(row.cause));
    CHECK_THAT(outcome.hint, Catch::Contains(row.cure));
    CHECK_NOTHROW(diag::code_info(outcome.code));
  }
}

}  // namespace

TEST_CASE("no answer: what the log, the clock and the container tell")
{
  check_rows(rows_without_answer());
}

TEST_CASE("an answer, and what it means with the log, the clock and the container")
{
  check_rows(rows_with_answer());
}

TEST_CASE("a limit of Lambda's is named with the path and a cure")
{
  check_rows(rows_of_the_sandbox());
}

TEST_CASE("a module that writes where it may not cannot be imported")
{
  const Outcome outcome =
      decode(502, raised("OSError", "[Errno 30] Read-only file system: '/var/task/cache.bin'"),
             init_failed("Runtime.ExitError", "error=Runtime exited with error: exit status 1 InvokeID="));
  CHECK(outcome.verdict == Verdict::import_error);
  CHECK(outcome.code == "EL1013");
}

TEST_CASE("a library that is missing has its own cure, and an error without words no colon")
{
  const Outcome library = invoke::judge(
      raises("Runtime.ImportModuleError", "Unable to import module 'app': libx.so.8: cannot open shared object file"));
  CHECK(library.verdict == Verdict::import_error);
  CHECK_THAT(library.hint, Catch::Contains("brings the library"));
  CHECK(invoke::judge(raises("RuntimeError", "")).message == "the handler raised RuntimeError");
}

TEST_CASE("a failure becomes an error with the end of the log")
{
  std::string log;
  for (int i = 0; i < 100; ++i) {
    log += "line " + std::to_string(i) + "\n";
  }
  const Error error = invoke::to_error(invoke::judge({.http_status = 500, .body = "oops", .log = log}));
  CHECK(error.code == "EL1008");
  CHECK(error.exit == ExitCode::check_failed);
  CHECK(error.tail.size() == 20);
  CHECK(error.tail.back() == "line 99");
}

TEST_CASE("the handler's time is the emulator's, or else the clock's; the init's is its own")
{
  invoke::Evidence evidence =
      answered(200, "1", "21 Nov (rapid) INVOKE RTDONE(status: success, duration: 1.851000ms)\n");
  evidence.waited_ms = 40;
  evidence.invoked_ms = 5;
  CHECK(invoke::judge(evidence).duration_ms == Approx(1.851));
  CHECK(invoke::judge(evidence).init_ms == Approx(31.362));
  // A function may write a line like it: the platform's own is the last.
  evidence.log = "INVOKE RTDONE(status: success, duration: 0.1ms)\n" + evidence.log;
  CHECK(invoke::judge(evidence).duration_ms == Approx(1.851));
  evidence.log = "(rapid) INIT REPORT(durationMs: 30)\n";
  evidence.invoked_ms = 0;
  CHECK(invoke::judge(evidence).duration_ms == Approx(10));   // without the init
  evidence.invoked_ms = 5;
  evidence.cold = false;
  evidence.log.clear();
  CHECK(invoke::judge(evidence).duration_ms == 5);
  CHECK(invoke::judge(evidence).init_ms == 0);
}
