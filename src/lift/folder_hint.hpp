// An environment file as PATH makes its own folder the project: what to write where the code lies above it.
#pragma once

#include "lift/lift.hpp"

namespace envlift::lift {

// The findings, with that cure where the handler was not found in the file's folder and lies in one above.
diag::Diagnostics with_folder_hint(const diag::Diagnostics& findings, const Request& request);

}  // namespace envlift::lift
