#include "invoke/session.hpp"

#include "base/encoding.hpp"
#include "invoke/emulator_log.hpp"
#include "invoke/errors.hpp"
#include "invoke/tmp_watch.hpp"
#include "invoke/variables.hpp"
#include "sys/clock.hpp"
#include "sys/signals.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <thread>

#include <fmt/format.h>

namespace envlift::invoke {

namespace {

using namespace std::chrono_literals;
using Milliseconds = std::chrono::duration<double, std::milli>;

constexpr auto k_start_limit = 60s;      // a loaded machine takes seconds to start a container
constexpr auto k_poll_interval = 10ms;
constexpr int k_state_every = 25;   // polls between looks at the container's state: a docker call each
constexpr auto k_answer_allowance = 60s;   // beyond all limits: for a machine that stands still
constexpr std::size_t k_answer_limit_bytes = std::size_t{16}
                                             << 20U;   // Lambda's is 6 MB; the emulator cuts it
constexpr double k_mb_per_vcpu = 1769;
constexpr double k_shown_digits = 1e4;

Error interrupted()
{
  return {"EL0811", "interrupted", "", ExitCode::interrupted, {}};
}

// Never the invocation path: even a GET there invokes.
bool listens(sys::Http& http, int port)
{
  sys::HttpRequest request;
  request.url = fmt::format("http://127.0.0.1:{}/", port);
  request.timeout = 2s;
  return http.send(request).has_value();
}

engine::RunRequest run_request(const SessionRequest& request, double vcpus)
{
  const Target& target = request.target;
  engine::RunRequest run;
  run.image = target.image;
  run.memory_mb = target.memory_mb;
  run.code = target.code;
  run.environment = variables_of(target, request.emulator_timeout_s);
  if (!target.handler.empty()) {
    run.command = {target.handler};
  }
  if (target.isolation != Isolation::none) {
    run.sandbox = engine::Sandbox{.tmp_mb = target.ephemeral_storage_mb,
                                  .tmp_in_memory = target.isolation == Isolation::lambda_tmp_in_memory,
                                  .vcpus = vcpus};
  }
  return run;
}

// The image's own program, started by an emulator that is not the image's.
Result<> put_before_emulator(engine::Engine& engine, const std::string& emulator, engine::RunRequest& run)
{
  ENVLIFT_TRY_ASSIGN(const engine::Image image, engine.inspect(run.image));
  run.emulator = emulator;
  run.entrypoint = {engine::k_emulator_path};
  run.entrypoint.insert(run.entrypoint.end(), image.entrypoint.begin(), image.entrypoint.end());
  if (run.command.empty()) {
    run.command = image.cmd;   // an ENTRYPOINT of one's own takes the image's CMD away
  }
  return {};
}

}   // namespace

Session::Share Session::share_of(engine::Engine& engine, const Target& target)
{
  Share share;
  share.asked =
      target.isolation == Isolation::none
          ? 0
          : std::max(0.01, std::round(target.memory_mb / k_mb_per_vcpu * k_shown_digits) / k_shown_digits);
  const double cores = share.asked > 1 ? engine.cores().value_or(1) : 1;   // every machine has one
  share.given = std::min(share.asked, cores);
  share.of_init = std::max(share.given, 1.0);
  return share;
}

Result<Session> Session::start(engine::Engine& engine, sys::Http& http, const SessionRequest& request)
{
  Session session(request, http);
  session.share_ = share_of(engine, request.target);
  engine::RunRequest run = run_request(request, session.share_.of_init);
  auto opened = session.open(engine, run);
  if (!opened && opened.error().code == "EL1009" && !request.target.emulator.empty()) {
    ENVLIFT_TRY(put_before_emulator(engine, request.target.emulator, run));
    opened = session.open(engine, run);
  }
  if (!opened) {
    return fail(opened.error());
  }
  session.follow();
  return session;
}

Result<> Session::open(engine::Engine& engine, const engine::RunRequest& run)
{
  ENVLIFT_TRY_ASSIGN(container_, engine.run(run));
  const auto port = container_->port();
  if (!port) {
    // An entry point that fails at once is gone before its port can be asked for.
    ENVLIFT_TRY_ASSIGN(const engine::ContainerState state, container_->state());
    return fail(state.running ? port.error() : ended_early(container_->log(), state.exit_code));
  }
  port_ = *port;
  return wait_until_listening();
}

Result<> Session::wait_until_listening()
{
  const auto deadline = std::chrono::steady_clock::now() + k_start_limit;
  for (int round = 1; std::chrono::steady_clock::now() < deadline; ++round) {
    if (sys::interrupted_by() != 0) {
      return fail(interrupted());
    }
    if (listens(*http_, port_)) {
      return {};
    }
    if (round % k_state_every == 0) {
      ENVLIFT_TRY_ASSIGN(const engine::ContainerState state, container_->state());
      if (!state.running) {
        return fail(ended_early(container_->log(), state.exit_code));
      }
    }
    std::this_thread::sleep_for(k_poll_interval);
  }
  return fail(never_listened(container_->log(), k_start_limit));
}

void Session::follow()
{
  // The Session may be moved; what the thread uses stays where it is.
  const bool has_boost = share_.given > 0 && share_.given < share_.of_init;
  container_->follow([log = log_.get(), container = container_.get(), share = share_.given,
                      boosted = has_boost, on_line = request_.on_line,
                      take_line = request_.take_line](std::string_view line) mutable {
    if (take_line && take_line(line)) {
      return;
    }
    if (boosted && line.find(k_init_ends) != std::string_view::npos) {
      boosted = false;
      container->set_vcpus(share);
    }
    log->take(line);
    if (on_line) {
      on_line(line);
    }
  });
}

sys::HttpRequest Session::invocation(const Event& event) const
{
  sys::HttpRequest request;
  request.method = "POST";
  request.url = fmt::format("http://127.0.0.1:{}{}", port_, k_invocation_path);
  request.body = event.text;
  request.headers = {
    "X-Amzn-Trace-Id: Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=0"};
  if (!event.client_context.empty()) {
    request.headers.push_back("X-Amz-Client-Context: " + base64_encoded(event.client_context));
  }
  if (!event.identity.empty()) {
    request.headers.push_back("X-Amz-Cognito-Identity: " + event.identity);
  }
  request.timeout = std::chrono::seconds(request_.emulator_timeout_s + k_init_limit_s) + k_answer_allowance;
  request.limit_bytes = k_answer_limit_bytes;
  return request;
}

tl::expected<sys::HttpResponse, sys::HttpFailure> Session::post(const std::string& event)
{
  return http_->send(invocation({event}));
}

// Whether a limit of Lambda's is passed that the emulator does not keep.
bool Session::gives_up(LogTail::Clock::time_point begin, unsigned long long tmp_bytes) const
{
  const auto now = LogTail::Clock::now();
  if (is_cold_ && log_->init_runs() && now - begin > std::chrono::seconds(k_init_limit_s)) {
    return true;
  }
  const auto invoked = log_->invocation_begin();
  if (invoked && now - *invoked > std::chrono::seconds(request_.target.timeout_s)) {
    return true;
  }
  constexpr unsigned long long k_mebibyte = 1ULL << 20U;
  return tmp_bytes > static_cast<unsigned long long>(request_.target.ephemeral_storage_mb) * k_mebibyte;
}

// The emulator dropped the connection: it has ended, and its container and the log end a moment later.
void Session::await_end()
{
  constexpr int k_looks = 20;
  constexpr std::chrono::milliseconds k_between(100);
  for (int look = 0; look < k_looks; ++look) {
    const auto state = container_->state();
    if (!state || !state->running || !sys::pause(k_between)) {
      break;
    }
  }
  log_->wait_for_end();
}

// What the container tells after an invocation that did not end well.
void Session::look_at_container(Evidence& evidence)
{
  evidence.disk_free_bytes = container_->disk_free_bytes();
  note_kills(container_->memory(), evidence);
  const auto state = container_->state();
  if (!state) {
    evidence.container_gone = state.error().code == "EL0814";
    return;
  }
  evidence.container_runs = state->running;
  evidence.exit_code = state->exit_code;
  if (state->out_of_memory) {
    evidence.out_of_memory = true;
  }
}

void Session::note_kills(const engine::MemoryUse& use, Evidence& evidence) const
{
  if (use.kills) {
    evidence.out_of_memory = *use.kills > 0;   // of this invocation: no container is asked again after a kill
  }
}

Outcome Session::invoke(const Event& event)
{
  log_->begin();
  sys::HttpRequest request = invocation(event);
  const auto begin = LogTail::Clock::now();
  std::optional<TmpWatch> tmp;
  if (request_.target.isolation == Isolation::lambda) {
    tmp.emplace(*container_);
  }
  request.gives_up = [&] { return gives_up(begin, tmp ? tmp->most() : 0); };
  const auto answer = http_->send(request);
  const auto end = LogTail::Clock::now();
  Evidence evidence{.cold = is_cold_,
                    .waited_ms = Milliseconds(end - begin).count(),
                    .memory_mb = request_.target.memory_mb,
                    .timeout_s = request_.target.timeout_s,
                    .ephemeral_storage_mb = request_.target.ephemeral_storage_mb};
  evidence.tmp_bytes = tmp ? tmp->end() : container_->written_bytes();
  if (answer) {
    evidence.http_status = answer->status;
    evidence.body = answer->body;
    log_->wait_for_end();
  }
  else {
    evidence.no_answer = answer.error().message;
    if (answer.error().problem == sys::HttpProblem::dropped) {
      await_end();
    }
  }
  evidence.log = log_->text();
  evidence.is_log_cut = log_->is_cut();
  const auto invoked = log_->invocation_begin();
  evidence.invoked_ms = invoked ? Milliseconds(end - *invoked).count() : 0;
  note_kills(container_->memory_here(),
             evidence);   // of a child alone, which the function may answer without
  Outcome outcome = judge(evidence);
  if (outcome.verdict != Verdict::ok && outcome.verdict != Verdict::storage_exceeded) {
    look_at_container(evidence);
    outcome = judge(evidence);
  }
  outcome.waited_ms = evidence.waited_ms;
  is_cold_ = false;
  is_usable_ = outcome.verdict == Verdict::ok || outcome.verdict == Verdict::handler_error ||
               outcome.verdict == Verdict::bad_json;
  return outcome;
}

std::vector<engine::Limit> Session::limits()
{
  std::vector<engine::Limit> limits = container_->limits();
  for (engine::Limit& limit : limits) {
    if (limit.name == "vcpus" && !log_->init_ended() && share_.of_init > share_.given) {
      limit.asked = limit.value;   // it ended before the function's own share was due
      limit.why.clear();
    }
    else if (limit.name == "vcpus" && share_.given < share_.asked) {
      limit.asked = fmt::format("{:.4g}", share_.asked);
      limit.why = fmt::format("the engine's machine has {:.0f} of them", share_.given);
    }
  }
  if (!limits.empty() && request_.emulator_timeout_s != request_.target.timeout_s) {
    limits.push_back({"remaining_time_s", std::to_string(request_.target.timeout_s),
                      std::to_string(request_.emulator_timeout_s),
                      "the emulator counts the init: the function is told of more time than it has", true});
  }
  return limits;
}

}   // namespace envlift::invoke
