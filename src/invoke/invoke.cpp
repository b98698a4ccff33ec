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
  return decode(answer->status, answer->body, session.log());
}

}  // namespace envlift::invoke
