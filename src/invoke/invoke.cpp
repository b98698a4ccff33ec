#include "invoke/invoke.hpp"

#include "invoke/session.hpp"
#include "invoke/verdict.hpp"
#include "sys/signals.hpp"

namespace envlift::invoke {

Result<Invoked> invoke(engine::Engine& engine, sys::Http& http, const Target& target, const Event& event)
{
  // The emulator counts the init into the timeout; here the clock is ours.
  const SessionRequest request{target, target.timeout_s + k_init_limit_s};
  ENVLIFT_TRY_ASSIGN(Session session, Session::start(engine, http, request));
  Invoked invoked{session.invoke(event), {}};
  if (sys::interrupted_by() != 0) {
    return fail({"EL0811", "interrupted", "", ExitCode::interrupted, {}});
  }
  invoked.limits = session.limits();
  return invoked;
}

}  // namespace envlift::invoke
