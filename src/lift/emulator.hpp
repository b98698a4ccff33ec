// The runtime interface emulator for images that have none.
#pragma once

#include "base/result.hpp"
#include "settings/settings.hpp"
#include "sys/http.hpp"

#include <string>

namespace envlift::lift {

// Its path: the setting emulator.path, or the cached download of emulator.url; "" where neither is there.
std::string emulator_of(const settings::Settings& settings);

// Downloads emulator.url into the cache, unless it is there; returns its path. EL0910 when the server does not give it,
// EL0907 when it is not the file that emulator.sha256 is of.
Result<std::string> fetch_emulator(const settings::Settings& settings, sys::Http& http);

}   // namespace envlift::lift
