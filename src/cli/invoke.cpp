#include "cli/answer.hpp"
#include "cli/commands.hpp"

#include <fmt/format.h>

namespace envlift::cli {

ExitCode run_invoke(const Options& options, Console& console)
{
  diag::Diagnostics diagnostics;
  diag::Sources sources;
  const settings::Settings settings = lift::read_settings(options.request, diagnostics, sources);
  console.print(diagnostics, sources);
  if (diagnostics.has_errors()) {
    return exit_of_errors(diagnostics);
  }
  const auto event = lift::read_event(options.event, "{}", sources);
  if (!event) {
    return failed(event.error(), console, sources);
  }
  if (options.dry_run) {
    console.say(options.serve ? fmt::format("would start {} and serve it on localhost:{} until Ctrl-C",
                                            options.image, options.port)
                              : would_start(settings, {options.image, *event}));
    return ExitCode::done;
  }
  const auto engine = lift::connect(settings, engine::Need::run, console);
  if (!engine) {
    return failed(engine.error(), console);
  }
  if (options.serve) {
    const auto served = lift::serve_image(**engine, settings, options.image, options.port, console);
    return served ? ExitCode::done : failed(served.error(), console);
  }
  return answer(**engine, settings, {options.image, *event}, console);
}

}  // namespace envlift::cli
