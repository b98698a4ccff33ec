// The variables that a function finds in Lambda. Pure.
#pragma once

#include "invoke/invoke.hpp"

#include <map>
#include <string>

namespace envlift::invoke {

// Those of Lambda's documented ones that the emulator does not set itself, and the target's own. The emulator is told a
// timeout of its own: it counts the init.
std::map<std::string, std::string> variables_of(const Target& target, int emulator_timeout_s);

}   // namespace envlift::invoke
