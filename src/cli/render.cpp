#include "cli/commands.hpp"
#include "sys/terminal.hpp"

namespace envlift::cli {

ExitCode run_render(const Options& options, Console& console)
{
  lift::Planned planned = lift::make_plan(options.request);
  planned.inspected.diagnostics = lift::findings_of_render(planned);
  if (!accept(planned, console,
              "EL0403")) {   // which file was taken is said where one looks at the environment
    return exit_of_errors(planned.inspected.diagnostics);
  }
  if (options.output.empty()) {
    const auto text = lift::render_dockerfile(planned, options.request);
    if (!text) {
      return failed(text.error(), console);
    }
    sys::write_out(*text);
    return ExitCode::done;
  }
  if (!options.dry_run) {
    if (const auto written = lift::write_context(planned, options.request, options.output, options.force);
        !written) {
      return failed(written.error(), console);
    }
  }
  sys::write_out(lift::build_line(planned, options.output) + "\n");
  return ExitCode::done;
}

}  // namespace envlift::cli
