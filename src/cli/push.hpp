// What `push` and `up --push` share.
#pragma once

#include "cli/console.hpp"
#include "lift/push_image.hpp"
#include "lift/push_login.hpp"

#include <string>

namespace envlift::cli {

// "HOST/REPOSITORY", as far as the settings tell.
std::string push_target(const settings::Settings& settings);

// Before anything else is done: fails as lift::check_push_request(), and where a file that is asked for cannot be written.
Result<> check_push(const settings::Settings& settings, const Options& options);

// The push, and the bill of materials where one is asked for.
Result<report::PushReport> push_image(const lift::ImageToPush& image, const lift::PushRequest& request,
                                      const Options& options, Console& console);

// The result of a push, on stdout and in the file of --digest-file.
ExitCode print_push(const report::PushReport& push, const Options& options, Console& console);

}  // namespace envlift::cli
