// Packages that are published in a smaller form which does the same in Lambda: advice, nothing is exchanged.
#pragma once

#include "environment/environment.hpp"

#include <string>

namespace envlift::environment {

// A note (EL0495) for each package that has one, at its line and with the line to write. `file` is the environment
// file, `arch` the function's.
void check_leaner(const Environment& environment, const std::string& file, const std::string& arch,
                  diag::Diagnostics& diagnostics);

}   // namespace envlift::environment
