#include "cli/answer.hpp"

#include "base/text.hpp"
#include "cli/commands.hpp"

#include <fmt/format.h>

namespace envlift::cli {

std::string would_start(const settings::Settings& settings, const lift::InvokeRequest& request)
{
  const std::string handler = settings.handler.empty() ? "" : fmt::format(" with the handler {}", settings.handler);
  return fmt::format("would start {}{} ({} MB, {} s), send it an event of {} and print its answer", request.image,
                     handler, settings.memory_mb, settings.timeout_s, text::counted(request.event.size(), "byte"));
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

// The emulator lets an init take its time; Lambda does not.
void warn_of_slow_init(const invoke::Outcome& outcome, Console& console)
{
  constexpr double k_limit_ms = 10'000;
  constexpr double k_ms_per_s = 1000;
  if (outcome.init_ms <= k_limit_ms) {
    return;
  }
  diag::Diagnostics diagnostics;
  diagnostics.add(
      "EL1011",
      fmt::format("the init took {:.1f} s here, and Lambda ends it after 10 s", outcome.init_ms / k_ms_per_s),
      "import what is slow where it is needed first; `python -X importtime -c \"import MODULE\"` ranks "
      "imports");
  console.print(diagnostics, {});
}

}  // namespace

ExitCode answer(engine::Engine& engine, const settings::Settings& settings, const lift::InvokeRequest& request,
                Console& console)
{
  const auto outcome = lift::invoke_image(engine, settings, request, console);
  if (!outcome) {
    return failed(outcome.error(), console);
  }
  for (const std::string_view line : text::lines(outcome->log)) {
    invoke::say_log_line(line, console);
  }
  warn_of_slow_init(*outcome, console);
  if (outcome->verdict != invoke::Verdict::ok) {
    Error error = invoke::to_error(*outcome);
    if (!console.is_quiet()) {
      error.tail.clear();   // the whole log stands above
    }
    return failed(error, console);
  }
  console.result(outcome->answer);
  return ExitCode::done;
}

}  // namespace envlift::cli
