// Why a function works elsewhere and not in Lambda's sandbox, from its error and its log. Pure.
#pragma once

#include "invoke/invoke.hpp"

#include <string>

namespace envlift::invoke {

// Gives a failed outcome the code, cause and cure of the limit that it met, where its words tell of one: a path that
// cannot be written, shared memory, a right, too many files, a full disk.
void name_limit(Outcome& outcome);

// "TYPE: MESSAGE", or the one of them that there is.
std::string error_text(const std::string& type, const std::string& message);

}   // namespace envlift::invoke
