#include "cli/answer.hpp"

#include "base/text.hpp"
#include "cli/commands.hpp"

#include <fmt/format.h>

namespace envlift::cli {

std::string would_start(const settings::Settings& settings, const lift::InvokeRequest& request)
{
  const std::string handler =
      settings.handler.empty() ? "" : fmt::format(" with the handler {}", settings.handler);
  return fmt::format("would start {}{} ({} MB, {} s), send it an event of {} and print its answer",
                     request.image, handler, settings.memory_mb, settings.timeout_s,
                     text::counted(request.event.size(), "byte"));
}

settings::Settings for_image(settings::Settings settings)
{
  const bool is_of_a_file = settings.place_of("handler").line > 0;
  if (is_of_a_file) {
    settings.handler.clear();
  }
  return settings;
}

namespace {

void warn(const std::string& code, const std::string& message, const std::string& hint, Console& console)
{
  diag::Diagnostics diagnostics;
  diagnostics.add(code, message, hint);
  console.print(diagnostics, {});
}

}  // namespace

void say_limits(const std::vector<engine::Limit>& limits, Console& console)
{
  std::vector<std::string> others;
  for (const engine::Limit& limit : limits) {
    if (limit.value == limit.asked) {
      console.detail(fmt::format("sandbox: {} {}", limit.name, limit.value));
      continue;
    }
    const std::string line =
        fmt::format("{} {} in place of {} ({})", limit.name, limit.value, limit.asked, limit.why);
    console.detail("sandbox: " + line);
    if (!limit.is_usual) {
      others.push_back(line);
    }
  }
  if (!others.empty()) {
    warn("EL1018", "the sandbox is not Lambda's: " + text::join(others, ", "),
         "what passes here may fail in Lambda for it; an engine on another machine may be able to", console);
  }
}

void warn_of_slow_init(const invoke::Outcome& outcome, int memory_mb, Console& console)
{
  constexpr double k_ms_per_s = 1000;
  if (const double slow_ms = invoke::slow_init_ms(outcome, memory_mb); slow_ms > 0) {
    warn("EL1017",
         fmt::format("the init took {:.1f} s at a whole vCPU; at the share of {} MB it takes up to {:.0f} s, "
                     "and Lambda "
                     "ends it after 10 s",
                     outcome.init_ms / k_ms_per_s, memory_mb, slow_ms / k_ms_per_s),
         "Lambda gives an init more than its share, and does not promise it: raise the setting memory "
         "(--memory), or "
         "import less",
         console);
  }
}

ExitCode answer(engine::Engine& engine, const settings::Settings& settings,
                const lift::InvokeRequest& request, Console& console)
{
  const auto invoked = lift::invoke_image(engine, settings, request, console);
  if (!invoked) {
    return failed(invoked.error(), console);
  }
  const invoke::Outcome& outcome = invoked->outcome;
  for (const std::string_view line : text::lines(outcome.log)) {
    invoke::say_log_line(line, console);
  }
  say_limits(invoked->limits, console);
  warn_of_slow_init(outcome, settings.memory_mb, console);
  if (outcome.verdict != invoke::Verdict::ok) {
    Error error = invoke::to_error(outcome);
    if (!console.is_quiet()) {
      error.tail.clear();   // the whole log stands above
    }
    return failed(error, console);
  }
  if (!outcome.code.empty()) {
    warn(outcome.code, outcome.message, outcome.hint, console);
  }
  console.result(outcome.answer);
  return ExitCode::done;
}

}  // namespace envlift::cli
