// What to say about a text that is no requirement.
#pragma once

#include "diag/diag.hpp"
#include "environment/requirement.hpp"
#include "input/requirements_item.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace envlift::input {

// Adds EL0301 with the cure for the mistake that was likely made, or EL0220 for conda's `name=1.2`.
void report_unread(const Item& item, const environment::ParseProblem& problem,
                   diag::Diagnostics& diagnostics);

// The hint for a marker whose only fault are missing quotes, as `python_version > 3`.
std::optional<std::string> hint_of_marker(std::string_view text);

}  // namespace envlift::input
