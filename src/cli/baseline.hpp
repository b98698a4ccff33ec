// The findings that `audit` and `up` accept.
#pragma once

#include "cli/console.hpp"
#include "cli/options.hpp"
#include "lift/audit_image.hpp"

#include <tl/expected.hpp>

namespace envlift::cli {

// Those of the file that is named; none where none is. What is wrong with it is printed, and gives the exit code.
tl::expected<audit::Baseline, ExitCode> read_baseline(const Options& options, diag::Sources& sources,
                                                      Console& console);

}  // namespace envlift::cli
