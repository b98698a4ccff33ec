#include "invoke/session.hpp"

#include "invoke/errors.hpp"
#include "sys/signals.hpp"

#include <chrono>
#include <thread>

#include <fmt/format.h>

namespace envlift::invoke {

namespace {

using namespace std::chrono_literals;

constexpr auto k_start_limit = 60s;      // a loaded machine takes seconds to start a container
constexpr auto k_poll_interval = 20ms;
constexpr int k_state_every = 25;   // polls between looks at the container's state: a docker call each
// Init runs inside the first invocation and has no limit in the emulator; Lambda's is 10 s.
constexpr auto k_init_allowance = 60s;
// The engine copies the container's output into its log a moment after the emulator has answered.
constexpr auto k_log_interval = 50ms;
constexpr int k_log_rounds = 20;
constexpr std::size_t k_answer_limit_bytes = std::size_t{16}
                                             << 20U;   // Lambda's is 6 MB; the emulator cuts it

// Lambda's documented variables that the emulator does not set by itself.
std::map<std::string, std::string> lambda_variables(const SessionRequest& request)
{
  return {
    {"AWS_LAMBDA_FUNCTION_NAME", "envlift"},
    {"AWS_LAMBDA_FUNCTION_VERSION", "$LATEST"},
    {"AWS_LAMBDA_FUNCTION_MEMORY_SIZE", std::to_string(request.memory_mb)},
    {"AWS_LAMBDA_FUNCTION_TIMEOUT", std::to_string(request.timeout_s)},
    {"AWS_LAMBDA_LOG_GROUP_NAME", "/aws/lambda/envlift"},
    {"AWS_LAMBDA_LOG_STREAM_NAME", "local"},
    {"AWS_REGION", "us-east-1"},
    {"AWS_DEFAULT_REGION", "us-east-1"},
    {"TZ", ":UTC"},
  };
}

// Never the invocation path: even a GET there invokes.
bool listens(sys::Http& http, int port)
{
  sys::HttpRequest request;
  request.url = fmt::format("http://127.0.0.1:{}/", port);
  request.timeout = 2s;
  return http.send(request).has_value();
}

Result<> wait_until_listening(engine::Container& container, sys::Http& http, int port)
{
  const auto deadline = std::chrono::steady_clock::now() + k_start_limit;
  for (int round = 1; std::chrono::steady_clock::now() < deadline; ++round) {
    if (sys::interrupted_by() != 0) {
      return fail({"EL0811", "interrupted", "", ExitCode::interrupted, {}});
    }
    if (listens(http, port)) {
      return {};
    }
    if (round % k_state_every == 0) {
      ENVLIFT_TRY_ASSIGN(const engine::ContainerState state, container.state());
      if (!state.running) {
        return fail(ended_early(container.log(), state.exit_code));
      }
    }
    std::this_thread::sleep_for(k_poll_interval);
  }
  return fail(never_listened(container.log(), k_start_limit));
}

// Whether the emulator has written all that belongs to an invocation: its last line after an answer, or after a
// runtime that ended.
bool is_complete(const std::string& log)
{
  return log.find("REPORT RequestId: ") != std::string::npos ||
         log.find("(rapid) Reset initiated: ") != std::string::npos;
}

}   // namespace

Result<Session> Session::start(engine::Engine& engine, sys::Http& http, const SessionRequest& request)
{
  engine::RunRequest run;
  run.image = request.image;
  run.memory_mb = request.memory_mb;
  run.environment = lambda_variables(request);
  if (!request.handler.empty()) {
    run.command = {request.handler};
  }
  ENVLIFT_TRY_ASSIGN(std::unique_ptr<engine::Container> container, engine.run(run));
  const auto port = container->port();
  if (!port) {
    // An entry point that fails at once is gone before its port can be asked for.
    ENVLIFT_TRY_ASSIGN(const engine::ContainerState state, container->state());
    return fail(state.running ? port.error() : ended_early(container->log(), state.exit_code));
  }
  ENVLIFT_TRY(wait_until_listening(*container, http, *port));
  return Session(std::move(container), http, *port, request.timeout_s);
}

tl::expected<sys::HttpResponse, sys::HttpFailure> Session::post(const std::string& event)
{
  sys::HttpRequest request;
  request.method = "POST";
  request.url = fmt::format("http://127.0.0.1:{}{}", port_, k_invocation_path);
  request.body = event;
  request.timeout = limit();
  request.limit_bytes = k_answer_limit_bytes;
  return http_->send(request);
}

std::chrono::seconds Session::limit() const
{
  return std::chrono::seconds(timeout_s_) + k_init_allowance;
}

std::string Session::log()
{
  std::string log = container_->log();
  for (int round = 0; round < k_log_rounds && !is_complete(log); ++round) {
    std::this_thread::sleep_for(k_log_interval);
    log = container_->log();
  }
  return log;
}

}   // namespace envlift::invoke
