// One instruction of the plan as a Dockerfile line.
#pragma once

#include "plan/plan.hpp"

#include <string>

namespace envlift::render {

// Exec forms are JSON arrays with double quotes: single ones silently become the shell form.
std::string instruction_line(const plan::Instruction& instruction);

}  // namespace envlift::render
