#include "cli/commands.hpp"
#include "cli/slim_cases.hpp"

#include <fmt/format.h>

namespace envlift::cli {

ExitCode run_build(const Options& options, Console& console)
{
  const lift::Planned planned = lift::make_plan(options.request);
  if (!accept(planned, console)) {
    return exit_of_errors(planned.inspected.diagnostics);
  }
  const auto request = with_slim_cases(options, "", planned, console);
  if (!request) {
    return ExitCode::input_error;
  }
  if (options.dry_run) {
    console.say(lift::build_line(planned, "CONTEXT"));
    return ExitCode::done;
  }
  console.open_log();
  const auto engine = lift::connect(planned.inspected.settings, engine::Need::build, console,
                                    lift::EngineLine::said);
  if (!engine) {
    return failed(engine.error(), console);
  }
  const auto built = lift::build(*engine->engine, planned, *request, console);
  if (!built) {
    return failed(built.error(), console, planned.inspected.sources, planned.inspected.shown_root);
  }
  console.print(built->findings, planned.inspected.sources);
  console.result(fmt::format("{} {} {}", built->image.id, planned.plan.tag, built->image.size_bytes));
  return ExitCode::done;
}

}  // namespace envlift::cli
