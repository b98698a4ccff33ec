// A container that answers: started, waited for, asked one event at a time.
#pragma once

#include "engine/engine.hpp"
#include "invoke/invoke.hpp"
#include "invoke/log_tail.hpp"
#include "invoke/verdict.hpp"
#include "sys/http.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace envlift::invoke {

struct SessionRequest {
  Target target;
  int emulator_timeout_s = 30;   // what the function is told that remains begins with it
  std::function<void(std::string_view)> on_line = {};   // each line of its log, from a thread of its own
  TakeLine take_line = {};
};

class Session {
public:
  // Starts the container and waits until its emulator listens; EL1009 when it has none, EL1008 when it ends before.
  static Result<Session> start(engine::Engine& engine, sys::Http& http, const SessionRequest& request);

  // What came of one event, by Lambda's limits and envlift's clock. One at a time: two at once kill the emulator.
  Outcome invoke(const Event& event);
  // The emulator's raw answer to one event.
  tl::expected<sys::HttpResponse, sys::HttpFailure> post(const std::string& event);

  // Whether it can be asked again.
  bool is_usable() const { return is_usable_; }
  bool is_cold() const { return is_cold_; }
  // The limits of its sandbox, those that the engine's machine cannot give included.
  std::vector<engine::Limit> limits();
  engine::MemoryUse memory() { return container_->memory(); }
  // Its whole log so far, each line behind its RFC 3339 time; "" when the engine does not tell.
  std::string timed_log() { return container_->timed_log(); }
  // The share of the processor that the init had; 0 for no limit.
  double vcpus_of_init() const { return share_.given > 0 ? share_.of_init : 0; }

private:
  Session(const SessionRequest& request, sys::Http& http) : request_(request), http_(&http) {}
  Result<> open(engine::Engine& engine, const engine::RunRequest& run);
  void follow();
  Result<> wait_until_listening();
  sys::HttpRequest invocation(const Event& event) const;
  bool gives_up(LogTail::Clock::time_point begin, unsigned long long tmp_bytes) const;
  void await_end();
  void look_at_container(Evidence& evidence);
  void note_kills(const engine::MemoryUse& use, Evidence& evidence) const;

  // Of the processor; 0 for no limit.
  struct Share {
    double asked = 0;   // by the memory
    double given = 0;   // within the cores of the engine's machine
    double of_init = 0;   // Lambda gives an init more than it asks for
  };
  static Share share_of(engine::Engine& engine, const Target& target);

  SessionRequest request_;
  sys::Http* http_;
  Share share_;
  int port_ = 0;
  bool is_usable_ = true;
  bool is_cold_ = true;
  std::unique_ptr<LogTail> log_ = std::make_unique<LogTail>();
  std::unique_ptr<engine::Container> container_;   // last: its thread writes into the log
};

inline constexpr const char* k_invocation_path = "/2015-03-31/functions/function/invocations";

}   // namespace envlift::invoke
