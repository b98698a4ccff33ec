// Image + event -> what Lambda would have answered, through the runtime interface emulator.
// Facts: the emulator says HTTP 200 to timeouts and handler errors; outcomes are decoded here.
#pragma once

#include "base/result.hpp"
#include "engine/engine.hpp"
#include "suite/verdict.hpp"
#include "sys/http.hpp"

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace envlift::invoke {

using suite::Verdict;

// In words for the user: "answered", "timed out", …
std::string to_string(Verdict verdict);

struct Outcome {
  Verdict verdict = Verdict::engine_error;
  std::string code;               // of a failure: a row of diag/codes_*.cpp
  std::string message;            // of a failure: the cause
  std::string hint;               // of a failure: the cure
  std::string answer;             // the function's JSON, byte for byte, when ok
  std::string error_type;         // "Runtime.ImportModuleError", "ValueError", …
  std::string error_message;
  std::vector<std::string> stack;
  std::string request_id;         // "" where the log does not tell it
  bool cold = true;               // the init ran within
  double init_ms = 0;             // of the runtime, from the log's INIT REPORT; 0 when it has none
  double duration_ms = 0;         // of the handler
  double waited_ms = 0;           // from the event to the answer, a cold one's init included
  std::string log;                // what was written meanwhile
  bool is_log_cut = false;        // it was too long to be kept
};

// How a container is kept from what Lambda does not give.
enum class Isolation {
  lambda,                         // as in Lambda; /tmp on the engine's disk, its fill checked
  lambda_tmp_in_memory,   // the same with a /tmp that cannot be filled further, and that counts as memory
  none,   // as the engine runs any container
};

// Sees each line of a log first, from a thread of its own. True: the line is not the function's, and goes nowhere else.
using TakeLine = std::function<bool(std::string_view)>;

// A function in an image, and what is set for it.
struct Target {
  std::string image;
  std::string handler = {};   // "" = the image's CMD
  int memory_mb = 1024;
  int timeout_s = 30;
  int ephemeral_storage_mb = 512;
  Isolation isolation = Isolation::lambda;
  std::map<std::string, std::string> environment = {};   // the function's own variables
  std::string code = {};   // a folder here in place of the image's code; "" = the image's
  std::string emulator = {};   // path here of one for images that have none; "" = there is none
  bool fake_credentials = false;   // keys that are none, for SDKs that ask for some
};

// One event, and what a client sends with it.
struct Event {
  std::string text = "{}";   // JSON
  std::string client_context = {};   // JSON; "" = none
  std::string identity = {};         // JSON object of a Cognito identity; "" = none
};

// Whether the runtime will be able to read the event; EL1002 at its place in `name` when it is not JSON.
Result<> check_event(const std::string& event, const std::string& name);

// The limits of Lambda's that a run had, and those that it had not.
struct Invoked {
  Outcome outcome;
  std::vector<engine::Limit> limits;
};

// Starts the image, posts the event, decodes, removes the container.
Result<Invoked> invoke(engine::Engine& engine, sys::Http& http, const Target& target, const Event& event);

// The failure of an outcome as an Error with its code and cure; call only when verdict != ok.
Error to_error(const Outcome& outcome);

// What an init would take on the function's own share of the processor, where that is over Lambda's limit; 0 otherwise.
// Lambda gives more to an init, and does not promise it.
double slow_init_ms(const Outcome& outcome, int memory_mb);

// Whether a line of a container's log is the platform's own; the emulator's REPORT holds figures that mean nothing.
bool is_platform_line(std::string_view line);

// A line of a container's log: the function's own lines as they are, the platform's as details.
void say_log_line(std::string_view line, report::Talk& talk);

// Keeps the image answering at localhost:<port> until a signal comes, and says its log as it comes; requests queue in
// a loopback proxy because two at once kill the emulator. A dead container is replaced.
Result<> serve(engine::Engine& engine, sys::Http& http, const Target& target, int port, report::Talk& talk);

}   // namespace envlift::invoke
