#include "invoke/invoke.hpp"

#include "invoke/session.hpp"
#include "sys/signals.hpp"

#include <fmt/format.h>

namespace envlift::invoke {

Result<Outcome> invoke(engine::Engine& engine, sys::Http& http, const Request& request)
{
  ENVLIFT_TRY_ASSIGN(Session session,
                     Session::start(engine, http, {request.image, request.handler, request.memory_mb, request.timeout_s}));
  const auto answer = session.post(request.event);
  if (sys::interrupted_by() != 0) {
    return fail({"EL0811", "interrupted", "", ExitCode::interrupted, {}});
  }
  if (answer) {
    return decode(answer->status, answer->body, session.log());
  }
  Outcome outcome;
  outcome.log = session.log();
  ENVLIFT_TRY_ASSIGN(const engine::ContainerState state, session.container().state());
  outcome.error_message = !state.running          ? fmt::format("the container ended (exit {})", state.exit_code)
                          : state.out_of_memory   ? "the container ran out of memory"
                                                  : answer.error().message;
  outcome.verdict = answer.error().problem == sys::HttpProblem::timed_out ? Verdict::timeout : Verdict::engine_error;
  return outcome;
}

}  // namespace envlift::invoke
