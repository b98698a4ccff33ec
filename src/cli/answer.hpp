// The end that `invoke` and `up` share.
#pragma once

#include "cli/console.hpp"

namespace envlift::cli {

// Invokes the image once: the function's log to stderr, its answer and nothing else to stdout.
ExitCode answer(engine::Engine& engine, const settings::Settings& settings, const lift::InvokeRequest& request,
                Console& console);

// The line of --dry-run for what answer() would start.
std::string would_start(const settings::Settings& settings, const lift::InvokeRequest& request);

// Settings for an image that the user names: a handler in a settings file is the project's, which its own image has as
// CMD, and the image may be another.
settings::Settings for_image(settings::Settings settings);

// What the run had of Lambda's limits, as details, and EL1018 for what it had not.
void say_limits(const std::vector<engine::Limit>& limits, Console& console);

// Advice, where the init is within Lambda's limit only with more of the processor than the function's share.
void warn_of_slow_init(const invoke::Outcome& outcome, int memory_mb, Console& console);

}  // namespace envlift::cli
