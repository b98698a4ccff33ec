// The environment as read: for programs (a contract, docs/schema/inspect.schema.json) and for people.
#pragma once

#include "diag/diag.hpp"
#include "environment/environment.hpp"
#include "plan/plan.hpp"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace envlift::report {

using TakeText = std::function<void(std::string_view)>;

// One JSON object with a newline at its end, in parts. Credentials are redacted.
void inspect_json(const environment::Environment& environment, const diag::Diagnostics& diagnostics,
                  const TakeText& take);

// A short table for a terminal; `base_notes` are plan::base_notes.
std::string inspect_text(const environment::Environment& environment,
                         const std::vector<plan::Note>& base_notes);

}  // namespace envlift::report
