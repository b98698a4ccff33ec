#include "base/text.hpp"
#include "cli/answer.hpp"
#include "cli/commands.hpp"
#include "lift/load_image.hpp"
#include "report/load_run.hpp"
#include "sys/terminal.hpp"

#include <fmt/format.h>

namespace envlift::cli {

namespace {

// --load.
ExitCode load(engine::Engine& engine, const settings::Settings& settings, const lift::LoadRequest& request,
              const Options& options, Console& console)
{
  const lift::Loaded loaded = lift::load_image(engine, settings, request, console);
  sys::write_out(options.json ? report::load_run_json(loaded.run) : report::load_run_text(loaded.run));
  say_limits(loaded.limits, console);
  if (loaded.ended) {
    return failed(*loaded.ended, console);
  }
  return loaded.failure ? failed(*loaded.failure, console) : ExitCode::done;
}

std::string would_do(const Options& options, const settings::Settings& settings, const std::string& event)
{
  if (options.serve) {
    return fmt::format("would start {} and serve it on localhost:{} until Ctrl-C", options.image,
                       options.port);
  }
  return options.load > 0 ? fmt::format("would send {} an event of {} {}, on up to {} at once", options.image,
                                        text::counted(event.size(), "byte"),
                                        text::counted(static_cast<std::size_t>(options.load), "time"),
                                        text::counted(static_cast<std::size_t>(options.jobs), "container"))
                          : would_start(settings, {options.image, event});
}

}  // namespace

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
    console.say(would_do(options, settings, *event));
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
  if (options.load > 0) {
    return load(*engine->engine, settings, {{options.image, *event}, options.load, options.jobs}, options,
                console);
  }
  return answer(*engine->engine, settings, {options.image, *event}, console);
}

}  // namespace envlift::cli
