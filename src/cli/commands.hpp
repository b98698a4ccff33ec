// One function per command, each in a file of its own. Results go to stdout, talk to the console.
#pragma once

#include "cli/console.hpp"
#include "cli/options.hpp"

namespace envlift::cli {

ExitCode run_inspect(const Options& options, Console& console);
ExitCode run_plan(const Options& options, Console& console);
ExitCode run_render(const Options& options, Console& console);
ExitCode run_build(const Options& options, Console& console);
ExitCode run_lock(const Options& options, Console& console);
ExitCode run_audit(const Options& options, Console& console);
ExitCode run_report(const Options& options, Console& console);
ExitCode run_push(const Options& options, Console& console);
ExitCode run_invoke(const Options& options, Console& console);
ExitCode run_test(const Options& options, Console& console);
ExitCode run_up(const Options& options, Console& console);
ExitCode run_doctor(const Options& options, Console& console);
ExitCode run_event(const Options& options, Console& console);
ExitCode run_explain(const Options& options, Console& console);

// Prints the findings of a plan but those with the code `unsaid`; false when they hold errors and the command must end.
bool accept(const lift::Planned& planned, Console& console, std::string_view unsaid = "");
bool accept(const lift::Inspected& inspected, Console& console, std::string_view unsaid = "");
// The exit code of findings that hold errors: wrong usage when the value of a flag has not its form.
ExitCode exit_of_errors(const diag::Diagnostics& diagnostics);
// Prints an operation's failure, with the user's line where `sources` has it, and gives its exit code. `project` goes
// before the places of the project's files.
ExitCode failed(const Error& error, Console& console, const diag::Sources& sources = {}, const std::string& project = "");

}   // namespace envlift::cli
