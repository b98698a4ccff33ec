#include "cli/commands.hpp"
#include "report/plan.hpp"
#include "sys/terminal.hpp"

namespace envlift::cli {

ExitCode run_plan(const Options& options, Console& console)
{
  const lift::Planned planned = lift::make_plan(options.request);
  if (!accept(planned, console)) {
    return exit_of_errors(planned.inspected.diagnostics);
  }
  sys::write_out(options.json      ? report::plan_json(planned.plan)
                 : options.explain ? report::plan_explanation(planned.plan)
                                   : report::plan_summary(planned.plan));
  return ExitCode::done;
}

}  // namespace envlift::cli
