// The cases that `--slim trace` asks besides the project's own.
#pragma once

#include "cli/console.hpp"
#include "lift/test_image.hpp"

#include <optional>
#include <string>

namespace envlift::cli {

// The request with the cases of --suite, and of an event ("" for none). Nothing when there were errors, which are printed.
std::optional<lift::Request> with_slim_cases(const Options& options, const std::string& event,
                                             const lift::Planned& planned, Console& console);

}   // namespace envlift::cli
