// Image -> where the time of its init goes.
#pragma once

#include "invoke/invoke.hpp"
#include "suite/init_profile.hpp"

namespace envlift::invoke {

// Starts the image three times, the second with Python's import times, and asks each once; init_ms is the lesser of the
// two others. What the handler makes of the event does not matter. Fails where the init does, with EL1020 where no import times are told, and as invoke().
Result<suite::InitProfile> profile_init(engine::Engine& engine, sys::Http& http, const Target& target,
                                        const Event& event);

}   // namespace envlift::invoke
