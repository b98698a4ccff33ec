// The time of day.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace envlift::sys {

// A time in seconds since 1970, in UTC, as RFC 3339 has it: "2026-11-21T14:05:09Z".
std::string utc(std::int64_t time);
// The same of now.
std::string utc_now();
// Now, in seconds since 1970.
std::int64_t unix_now();

// Waits so long; false, at once, when a signal has asked envlift to stop.
bool pause(std::chrono::milliseconds duration);

}  // namespace envlift::sys
