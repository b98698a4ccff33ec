// Rules on the files of the code layer; some stand in function.hpp, for `lift`.
#pragma once

#include "function/function.hpp"

#include <vector>

namespace envlift::function {

// Findings (EL0510) for file names that a tool between here and the image would read as something
// else: quotes, `\`, `$`, control characters, ill-formed UTF-8.
void check_file_names(const std::vector<CodeFile>& files, diag::Diagnostics& diagnostics);

}  // namespace envlift::function
