// What `test` and `up` share: an image's function is asked the cases of suites.
#pragma once

#include "cli/console.hpp"
#include "cli/options.hpp"
#include "lift/test_image.hpp"

#include <string>
#include <vector>

namespace envlift::cli {

struct CaseSubject {
  settings::Settings settings;
  std::string image;
  std::string shown_root;   // goes before the places of the project's files
  std::string code = {};    // a folder in place of the image's code; "" = the image's
};

// The cases; what is wrong with them is printed, and the exit code returned where it ends the command.
tl::expected<std::vector<suite::Case>, ExitCode> read_cases(const lift::CaseFiles& files,
                                                            const std::string& shown_root, Console& console);

// The line of --dry-run for what run_cases() would do.
std::string would_ask(const std::string& image, const std::vector<suite::Case>& cases,
                      const Options& options);

// Asks the cases, and reports each on stdout; check_failed where one is not met.
ExitCode run_cases(engine::Engine& engine, const CaseSubject& subject, const std::vector<suite::Case>& cases,
                   const Options& options, Console& console);

}   // namespace envlift::cli
