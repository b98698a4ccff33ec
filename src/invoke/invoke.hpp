// Image + event -> what Lambda would have answered, through the runtime interface emulator.
// Facts: the emulator says HTTP 200 to timeouts and handler errors; outcomes are decoded here.
#pragma once

#include "base/result.hpp"
#include "engine/engine.hpp"
#include "sys/http.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace envlift::invoke {

enum class Verdict {
  ok,
  handler_error,      // the handler raised
  bad_json,           // event or answer is not JSON
  import_error,       // module or handler not found, or its import failed
  init_error,         // the runtime ended before the first answer
  timeout,
  crashed,            // the runtime ended during the invocation
  response_too_large,
  storage_exceeded,   // wrote more than Lambda's /tmp holds
  engine_error,       // no container, no answer
};

// In words for the user: "answered", "timed out", …
std::string to_string(Verdict verdict);

struct Outcome {
  Verdict verdict = Verdict::engine_error;
  std::string answer;             // the function's JSON, byte for byte, when ok
  std::string error_type;         // "Runtime.ImportModuleError", "ValueError", …
  std::string error_message;
  std::vector<std::string> stack;
  double init_ms = 0;             // of the runtime, from the log's INIT REPORT; 0 when it has none
  std::string log;                // the container's log
};

// Pure: what an emulator's answer and the log mean (reference: the emulator's outcome table).
Outcome decode(int http_status, const std::string& body, const std::string& log);

struct Request {
  std::string image;
  std::string handler;            // "" = the image's CMD
  std::string event = "{}";
  int memory_mb = 1024;
  int timeout_s = 30;
  int ephemeral_storage_mb = 512;
};

// Whether the runtime will be able to read the event; EL1002 at its place in `name` when it is not JSON.
Result<> check_event(const std::string& event, const std::string& name);

// Starts the image, posts the event, decodes, removes the container.
Result<Outcome> invoke(engine::Engine& engine, sys::Http& http, const Request& request);

// The failure of an outcome as an Error with its code and cure; call only when verdict != ok.
Error to_error(const Outcome& outcome);

// A line of a container's log: the function's own lines as they are, the platform's as details.
void say_log_line(std::string_view line, report::Talk& talk);

struct ServeRequest {
  std::string image;
  std::string handler;
  int port = 9000;
  int memory_mb = 1024;
  int timeout_s = 30;
};

// Keeps the image answering at localhost:<port> until a signal comes, and says its log as it comes; requests queue in
// a loopback proxy because two at once kill the emulator. A dead container is replaced.
Result<> serve(engine::Engine& engine, sys::Http& http, const ServeRequest& request, report::Talk& talk);

}  // namespace envlift::invoke
