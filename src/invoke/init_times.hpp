// The log of an init that Python's `-X importtime` wrote into -> what its time was spent on. Pure.
#pragma once

#include "suite/init_profile.hpp"

#include <optional>
#include <string_view>

namespace envlift::invoke {

// What asks Python for the lines, in any way that it is started but with -E and -I.
inline constexpr const char* k_import_times_variable = "PYTHONPROFILEIMPORTTIME";

// The parts and imports of the init in a log whose lines begin with their RFC 3339 times, as `docker logs --timestamps`
// writes them; image, init_ms, vcpus and budget are the caller's. Nothing where the log has no lines of imports or no end
// of an init.
std::optional<suite::InitProfile> init_times(std::string_view timed_log);

}   // namespace envlift::invoke
