#include "base/text.hpp"
#include "cli/commands.hpp"
#include "lift/lock_file.hpp"

#include <fmt/format.h>

namespace envlift::cli {

namespace {

ExitCode nothing_to_do(const lift::Planned& planned, Console& console)
{
  const lift::Inspected& project = planned.inspected;
  const std::string shown = text::shown(project.shown_root + project.environment_file);
  console.say(fmt::format("{} is a lock already: there is nothing to be done", shown));
  if (const auto from = lift::locked_from(project)) {
    const std::string file = text::shown(project.shown_root + *from);
    console.say(
        fmt::format("to lock {} anew: {}", file, text::shell_line({"envlift", "lock", file, "--no-cache"})));
  }
  console.result(shown);
  return ExitCode::done;
}

// What the user must know of the lock.
void say_what_is_left(const lift::Planned& planned, const report::Lock& lock, const lift::LockPlace& place,
                      const Options& options, Console& console)
{
  if (!lock.unhashed.empty()) {
    diag::Diagnostics findings;
    findings.add("EL1204",
                 fmt::format("{} locked without a hash: {}", text::counted(lock.unhashed.size(), "package"),
                             text::shown(text::join(lock.unhashed, ", "))),
                 "add pip 22.2 or later to the environment, and lock it again", {.file = place.shown});
    console.print(findings, {});
  }
  for (const environment::Credential& one : planned.inspected.environment.credentials) {
    console.say(fmt::format("the lock holds no credentials: name a netrc with those for {} by --netrc",
                            text::shown(one.host)));
  }
  if (!lift::is_taken_next(options.request, place)) {
    console.say("a build of the folder takes another file: name this one with --environment");
  }
}

ExitCode write(const Options& options, const lift::Planned& planned, const lift::LockPlace& place,
               Console& console)
{
  const lift::Inspected& project = planned.inspected;
  console.open_log();
  const auto engine = lift::connect(project.settings, engine::Need::build, console, lift::EngineLine::said);
  if (!engine) {
    return failed(engine.error(), console);
  }
  const auto lock = lift::make_lock(*engine->engine, planned, options.request, console);
  if (!lock) {
    return failed(lock.error(), console, project.sources, project.shown_root);
  }
  if (const auto written = lift::write_lock(*lock, place); !written) {
    return failed(written.error(), console);
  }
  console.say(lock->conda == 0 ? fmt::format("locked {} of pip", text::counted(lock->pip, "package"))
                               : fmt::format("locked {} of conda, {} of pip",
                                             text::counted(lock->conda, "package"), lock->pip));
  say_what_is_left(planned, *lock, place, options, console);
  console.result(place.shown);
  return ExitCode::done;
}

}  // namespace

ExitCode run_lock(const Options& options, Console& console)
{
  const lift::Planned planned = lift::make_plan(options.request);
  if (!accept(planned, console)) {
    return exit_of_errors(planned.inspected.diagnostics);
  }
  if (lift::is_locked(planned.inspected.environment) && !options.force) {
    return nothing_to_do(planned, console);
  }
  const auto place = lift::lock_place(planned, options.output, options.force);
  if (!place) {
    return failed(place.error(), console);
  }
  if (options.dry_run) {
    console.say(lift::build_line(planned, "CONTEXT"));
    console.result(place->shown);
    return ExitCode::done;
  }
  return write(options, planned, *place, console);
}

}  // namespace envlift::cli
