#include "cli/answer.hpp"
#include "cli/commands.hpp"

#include <fmt/format.h>

namespace envlift::cli {

ExitCode run_invoke(const Options& options, Console& console)
{
  const lift::Inspected folder = lift::read_settings(options.request);
  if (!accept(folder, console)) {
    return exit_of_errors(folder.diagnostics);
  }
  const settings::Settings settings = for_image(folder.settings);
  diag::Sources sources;
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
  console.open_log();
  const auto engine = lift::connect(settings, engine::Need::run, console);
  if (!engine) {
    return failed(engine.error(), console);
  }
  if (options.serve) {
    const auto served = lift::serve_image(*engine->engine, settings, options.image, options.port, console);
    return served ? ExitCode::done : failed(served.error(), console);
  }
  return answer(*engine->engine, settings, {options.image, *event}, console);
}

}  // namespace envlift::cli
