// What may stand in a Dockerfile at all. The planner refuses such texts with a place and a cure; this is the last
// gate before the file, so that no plan, however it came about, can add an instruction.
#pragma once

#include "plan/plan.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace envlift::render {

// Whether the text can stand bare, as an image, a path or a name: letters, digits and . _ - / : @ + ~, and
// no '-' in front, which would make it a flag.
bool is_safe_word(std::string_view text);

// Whether the text can stand in quotes or a comment: valid UTF-8 without line ends and controls. Quotes do
// not protect a newline: what follows it would be read as the next instruction.
bool is_safe_quoted(std::string_view text);

// The first text of the stage that must not be written; nothing when all can.
std::optional<std::string> unsafe_text(const plan::Stage& stage);

}   // namespace envlift::render
