// What `push` and `up --push` share.
#pragma once

#include "cli/console.hpp"
#include "lift/push_login.hpp"

#include <string>

namespace envlift::cli {

// "HOST/REPOSITORY", as far as the settings tell.
std::string push_target(const settings::Settings& settings);

// The result of a push, on stdout and in the file of --digest-file.
ExitCode print_push(const report::PushReport& push, const Options& options, Console& console);

}  // namespace envlift::cli
