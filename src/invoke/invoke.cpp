#include "invoke/invoke.hpp"

#include "invoke/session.hpp"
#include "sys/signals.hpp"

#include <fmt/format.h>

namespace envlift::invoke {

namespace {

// No answer at all: what the container itself tells about it.
Result<Outcome> without_answer(Session& session, const sys::HttpFailure& failure)
{
  ENVLIFT_TRY_ASSIGN(const engine::ContainerState state, session.container().state());
  Outcome outcome;
  outcome.log = session.container().log();
  if (state.out_of_memory) {
    outcome.verdict = Verdict::crashed;
    outcome.error_message = "signal: killed, out of memory";
  }
  else if (!state.running) {
    outcome.error_message = fmt::format("the container ended (exit {})", state.exit_code);
  }
  else if (failure.problem == sys::HttpProblem::timed_out) {
    outcome.verdict = Verdict::timeout;
    outcome.error_message =
        fmt::format("no answer within {} s, the start of the runtime included", session.limit().count());
  }
  else {
    outcome.error_message = failure.message;
  }
  return outcome;
}

// What fits into the container's disk here need not fit into Lambda's /tmp. Only the answer of a function that ended
// well is in doubt; any other failure is told as it is.
void check_storage(engine::Container& container, int limit_mb, Outcome& outcome)
{
  constexpr unsigned long long mebibyte = 1ULL << 20U;
  const auto written = container.written_bytes();
  if (outcome.verdict == Verdict::ok && written && *written > static_cast<unsigned long long>(limit_mb) * mebibyte) {
    outcome.verdict = Verdict::storage_exceeded;
    outcome.error_message = fmt::format("the function left {} MB of files, and Lambda's /tmp has {} MB",
                                        *written / mebibyte, limit_mb);
  }
}

}  // namespace

Result<Outcome> invoke(engine::Engine& engine, sys::Http& http, const Request& request)
{
  ENVLIFT_TRY_ASSIGN(
      Session session,
      Session::start(engine, http, {request.image, request.handler, request.memory_mb, request.timeout_s}));
  const auto answer = session.post(request.event);
  if (sys::interrupted_by() != 0) {
    return fail({"EL0811", "interrupted", "", ExitCode::interrupted, {}});
  }
  if (!answer) {
    return without_answer(session, answer.error());
  }
  Outcome outcome = decode(answer->status, answer->body, session.log());
  check_storage(session.container(), request.ephemeral_storage_mb, outcome);
  return outcome;
}

}  // namespace envlift::invoke
