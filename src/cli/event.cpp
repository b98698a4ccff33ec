#include "base/text.hpp"
#include "cli/commands.hpp"
#include "suite/events.hpp"
#include "sys/terminal.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace envlift::cli {

namespace {

ExitCode wrong_usage(std::string message, std::string hint, Console& console)
{
  return failed({"", std::move(message), std::move(hint), ExitCode::usage, {}}, console);
}

ExitCode list_events()
{
  std::size_t width = 0;
  for (const suite::ReadyEvent& event : suite::ready_events()) {
    width = std::max(width, event.name.size());
  }
  for (const suite::ReadyEvent& event : suite::ready_events()) {
    sys::write_out(fmt::format("{:{}}  {}\n", event.name, width, event.summary));
  }
  return ExitCode::done;
}

// "/Records/0/body=text"; the first equals sign parts the two.
Result<suite::FieldValue> field_value(const std::string& word)
{
  const std::size_t equals = word.find('=');
  if (equals == std::string::npos) {
    return fail({"",
                 fmt::format("`--set {}` sets no value", text::shown(word)),
                 "write it as --set /Records/0/body=text",
                 ExitCode::usage,
                 {}});
  }
  return suite::FieldValue{word.substr(0, equals), word.substr(equals + 1)};
}

ExitCode show_event(const Options& options, Console& console)
{
  const suite::ReadyEvent* event = suite::find_ready_event(options.event_name);
  if (event == nullptr) {
    return wrong_usage(fmt::format("there is no ready-made event `{}`", text::shown(options.event_name)),
                       suite::hint_for_event(options.event_name), console);
  }
  if (options.event_fields) {
    sys::write_out(text::join(suite::fields_of(*event), "\n") + "\n");
    return ExitCode::done;
  }
  std::vector<suite::FieldValue> values;
  for (const std::string& word : options.event_values) {
    const auto value = field_value(word);
    if (!value) {
      return failed(value.error(), console);
    }
    values.push_back(*value);
  }
  const auto shown = suite::event_with(event->text, values);
  if (!shown) {
    return failed(shown.error(), console);
  }
  sys::write_out(*shown);
  return ExitCode::done;
}

}   // namespace

ExitCode run_event(const Options& options, Console& console)
{
  if (options.event_action == "list") {
    const std::string name = text::shown(options.event_name);
    return name.empty() ? list_events()
                        : wrong_usage("`event list` takes no name",
                                      fmt::format("`envlift event show {}` prints it", name), console);
  }
  if (options.event_name.empty()) {
    return wrong_usage("`event show` needs the name of an event", "`envlift event list` lists them", console);
  }
  return show_event(options, console);
}

}   // namespace envlift::cli
