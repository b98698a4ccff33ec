// Who made a thing that outlives its maker: a mark of this process, which later runs can ask about.
#pragma once

#include <string>
#include <string_view>

namespace envlift::sys {

// This process: boot of the machine, namespace of process numbers, number, start time. Letters, digits and '-'.
const std::string& own_mark();

// Whether a mark is of a process that has ended. False for what cannot be known here: a process of another machine,
// another boot or another namespace.
bool has_ended(std::string_view mark);

}   // namespace envlift::sys
