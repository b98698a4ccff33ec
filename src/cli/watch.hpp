// `test --watch`.
#pragma once

#include "cli/console.hpp"
#include "cli/options.hpp"
#include "lift/test_image.hpp"

namespace envlift::cli {

// Asks the cases of the project, whose image is built, and again those that a change of its files affects; until a
// signal comes.
ExitCode watch_cases(engine::Engine& engine, lift::Planned planned, const lift::CaseFiles& files,
                     const Options& options, Console& console);

}   // namespace envlift::cli
