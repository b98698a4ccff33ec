// One function per command, each in a file of its own. Results go to stdout, talk to the console.
#pragma once

#include "cli/console.hpp"
#include "cli/options.hpp"

namespace envlift::cli {

ExitCode run_inspect(const Options& options, Console& console);
ExitCode run_plan(const Options& options, Console& console);
ExitCode run_render(const Options& options, Console& console);
ExitCode run_build(const Options& options, Console& console);
ExitCode run_invoke(const Options& options, Console& console);
ExitCode run_up(const Options& options, Console& console);
ExitCode run_doctor(const Options& options, Console& console);

// Prints the findings of a plan; false when they hold errors and the command must end with 1.
bool accept(const lift::Planned& planned, Console& console);
// Prints an operation's failure, with the user's line where `sources` has it, and gives its exit code.
ExitCode failed(const Error& error, Console& console, const diag::Sources& sources = {});

}  // namespace envlift::cli
