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
