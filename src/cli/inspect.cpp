#include "cli/commands.hpp"
#include "report/inspect.hpp"
#include "sys/terminal.hpp"

namespace envlift::cli {

ExitCode run_inspect(const Options& options, Console& console)
{
  const lift::Inspected project = lift::inspect(options.request);
  const bool has_errors = project.diagnostics.has_errors();
  if (options.json) {
    // The contract: always the object, with its findings, even when the input has errors.
    report::inspect_json(project.environment, project.diagnostics, sys::write_out);
  }
  else if (!has_errors) {
    sys::write_out(report::inspect_text(project.environment, project.base_notes));
  }
  console.print(project.diagnostics, project.sources, project.shown_root);
  return has_errors ? exit_of_errors(project.diagnostics) : ExitCode::done;
}

}  // namespace envlift::cli
