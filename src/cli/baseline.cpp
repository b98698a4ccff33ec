#include "cli/baseline.hpp"

#include "cli/commands.hpp"

#include <utility>

namespace envlift::cli {

tl::expected<audit::Baseline, ExitCode> read_baseline(const Options& options, diag::Sources& sources,
                                                      Console& console)
{
  diag::Diagnostics diagnostics;
  auto baseline = lift::read_baseline(options.baseline, diagnostics, sources);
  console.print(diagnostics, sources);
  if (!baseline) {
    return tl::unexpected(failed(baseline.error(), console, sources));
  }
  if (diagnostics.has_errors()) {
    return tl::unexpected(exit_of_errors(diagnostics));
  }
  return *std::move(baseline);
}

}  // namespace envlift::cli
