// The environment as read: for programs (a contract, docs/schema/inspect.schema.json) and for people.
#pragma once

#include "diag/diag.hpp"
#include "environment/environment.hpp"

#include <string>

namespace envlift::report {

// One JSON object with a newline at its end. Credentials are redacted.
std::string inspect_json(const environment::Environment& environment, const diag::Diagnostics& diagnostics);

// A short table for a terminal.
std::string inspect_text(const environment::Environment& environment);

}  // namespace envlift::report
