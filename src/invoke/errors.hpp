// Failures of containers that never came to an invocation.
#pragma once

#include "invoke/invoke.hpp"

#include <chrono>
#include <string>

namespace envlift::invoke {

// The container is gone before its emulator listened: EL1009 when the image has none, EL1015 when its
// user may not read something, EL1004 otherwise.
Error ended_early(const std::string& log, int exit_code);

// The container runs, and nothing listens in it (EL1008).
Error never_listened(const std::string& log, std::chrono::seconds limit);

// What such a failure means for a case; engine_error for every other.
Verdict verdict_of_start(const Error& error);

}  // namespace envlift::invoke
