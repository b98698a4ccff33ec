#include "invoke/profile.hpp"

#include "invoke/init_times.hpp"
#include "invoke/session.hpp"
#include "sys/signals.hpp"

#include <algorithm>

namespace envlift::invoke {

namespace {

bool is_of_init(Verdict verdict)
{
  return verdict == Verdict::import_error || verdict == Verdict::init_error ||
         verdict == Verdict::init_timeout || verdict == Verdict::engine_error;
}

Result<Outcome> invoke_once(Session& session, const Event& event)
{
  Outcome outcome = session.invoke(event);
  if (sys::interrupted_by() != 0) {
    return fail({"EL0811", "interrupted", "", ExitCode::interrupted, {}});
  }
  if (is_of_init(outcome.verdict)) {
    return fail(to_error(outcome));
  }
  return outcome;
}

// An init as it is without import times.
struct Unwatched {
  double init_ms = 0;
  double vcpus = 0;
};

Result<Unwatched> unwatched(engine::Engine& engine, sys::Http& http, const SessionRequest& request,
                            const Event& event)
{
  ENVLIFT_TRY_ASSIGN(Session session, Session::start(engine, http, request));
  ENVLIFT_TRY_ASSIGN(const Outcome outcome, invoke_once(session, event));
  return Unwatched{outcome.init_ms, session.vcpus_of_init()};
}

Result<suite::InitProfile> watched(engine::Engine& engine, sys::Http& http, SessionRequest request,
                                   const Event& event)
{
  request.target.environment[k_import_times_variable] = "1";
  ENVLIFT_TRY_ASSIGN(Session session, Session::start(engine, http, request));
  ENVLIFT_TRY(invoke_once(session, event));
  auto profile = init_times(session.timed_log());
  if (!profile) {
    return fail({"EL1020",
                 "the runtime tells no import times",
                 "only Python can, where it is not started with -E or -I",
                 ExitCode::check_failed,
                 {}});
  }
  return std::move(*profile);
}

}   // namespace

Result<suite::InitProfile> profile_init(engine::Engine& engine, sys::Http& http, const Target& target,
                                        const Event& event)
{
  const SessionRequest request{target, target.timeout_s + k_init_limit_s};
  // What the first one reads from the disk, the others have in memory.
  ENVLIFT_TRY_ASSIGN(const Unwatched first, unwatched(engine, http, request, event));
  ENVLIFT_TRY_ASSIGN(suite::InitProfile profile, watched(engine, http, request, event));
  ENVLIFT_TRY_ASSIGN(const Unwatched last, unwatched(engine, http, request, event));
  profile.image = target.image;
  profile.init_ms = std::min(first.init_ms, last.init_ms);
  profile.vcpus = last.vcpus;
  return profile;
}

}   // namespace envlift::invoke
