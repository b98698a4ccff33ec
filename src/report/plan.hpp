// The plan for programs and for people.
#pragma once

#include "plan/plan.hpp"

#include <string>

namespace envlift::report {

// One JSON object: base, stages with typed instructions, the context by path and SHA-256, secrets by id.
std::string plan_json(const plan::Plan& plan);
// What will be built, in a few lines.
std::string plan_summary(const plan::Plan& plan);
// The summary with the reason of every decision.
std::string plan_explanation(const plan::Plan& plan);

}  // namespace envlift::report
