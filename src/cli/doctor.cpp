#include "cli/commands.hpp"
#include "sys/terminal.hpp"

#include <fmt/format.h>

namespace envlift::cli {

namespace {

std::string_view word(engine::Check::State state)
{
  switch (state) {
    case engine::Check::State::ok: return "ok";
    case engine::Check::State::unknown: return "unknown";
    case engine::Check::State::warning: return "warning";
    case engine::Check::State::failed: return "FAILED";
  }
  return "FAILED";
}

}  // namespace

ExitCode run_doctor(const Options& options, Console& console)
{
  const lift::Inspected folder = lift::read_settings(options.request);
  if (!accept(folder, console)) {
    return exit_of_errors(folder.diagnostics);
  }
  bool all_work = true;
  for (const engine::Check& check : lift::diagnose(folder.settings)) {
    all_work = all_work && check.state != engine::Check::State::failed;
    const std::string remedy = check.remedy.empty() ? "" : "; " + check.remedy;
    sys::write_out(fmt::format("{:<8} {:<11} {}{}\n", word(check.state), check.name, check.detail, remedy));
  }
  return all_work ? ExitCode::done : ExitCode::engine_unusable;
}

}  // namespace envlift::cli
