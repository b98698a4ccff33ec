// What to say about a text that is no requirement.
#pragma once

#include "diag/diag.hpp"
#include "environment/requirement.hpp"
#include "input/requirements_item.hpp"

namespace envlift::input {

// Adds EL0301 with the cure for the mistake that was likely made, or EL0220 for conda's `name=1.2`.
void report_unread(const Item& item, const environment::ParseProblem& problem,
                   diag::Diagnostics& diagnostics);

}  // namespace envlift::input
