#include "cli/commands.hpp"
#include "plan/json.hpp"
#include "sys/terminal.hpp"

namespace envlift::cli {

ExitCode run_plan(const Options& options, Console& console)
{
  const lift::Planned planned = lift::make_plan(options.request);
  if (!accept(planned, console)) {
    return ExitCode::input_error;
  }
  sys::write_out(options.json      ? plan::to_json(planned.plan)
                 : options.explain ? plan::explain(planned.plan)
                                   : plan::summary(planned.plan));
  return ExitCode::done;
}

}  // namespace envlift::cli
