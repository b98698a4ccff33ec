// The reasons of a plan, for `plan --explain`.
#pragma once

#include "plan/plan.hpp"
#include "plan/strategies.hpp"

namespace envlift::plan {

// Adds a note for every decision of a plan whose stages and context are set.
void add_notes(const Inputs& inputs, const StrategyInfo& strategy, Plan& plan);

// Adds the notes on Python and base image, to a plan whose base is set.
void explain_base(const Inputs& inputs, Plan& plan);

}  // namespace envlift::plan
