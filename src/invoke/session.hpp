// A container that answers: started, waited for, asked one event at a time.
#pragma once

#include "engine/engine.hpp"
#include "invoke/invoke.hpp"
#include "sys/http.hpp"

#include <chrono>
#include <memory>
#include <string>

namespace envlift::invoke {

struct SessionRequest {
  std::string image;
  std::string handler;
  int memory_mb = 1024;
  int timeout_s = 30;
};

class Session {
public:
  // Starts the container and waits until its emulator listens; EL1009 when it has none, EL1008 when it
  // ends before.
  static Result<Session> start(engine::Engine& engine, sys::Http& http, const SessionRequest& request);

  // The emulator's raw answer to one event. One at a time: two at once kill the emulator.
  tl::expected<sys::HttpResponse, sys::HttpFailure> post(const std::string& event);
  // The log, once the emulator has written what belongs to the last answer.
  std::string log();
  engine::Container& container() { return *container_; }
  // How long post() waits.
  std::chrono::seconds limit() const;

private:
  Session(std::unique_ptr<engine::Container> container, sys::Http& http, int port, int timeout_s)
      : container_(std::move(container)),
        http_(&http),
        port_(port),
        timeout_s_(timeout_s)
  {}

  std::unique_ptr<engine::Container> container_;
  sys::Http* http_;
  int port_;
  int timeout_s_;
};

inline constexpr const char* k_invocation_path = "/2015-03-31/functions/function/invocations";

}  // namespace envlift::invoke
