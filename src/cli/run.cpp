#include "cli/cli.hpp"

#include "base/text.hpp"
#include "base/version.hpp"
#include "cli/commands.hpp"
#include "sys/signals.hpp"
#include "sys/terminal.hpp"

#include <algorithm>
#include <array>
#include <csignal>
#include <exception>
#include <string_view>

#include <fmt/format.h>

namespace envlift::cli {

namespace {

struct Command {
  std::string_view name;
  ExitCode (*run)(const Options&, Console&);
};

// THE LIST of commands; arguments.cpp declares their flags.
constexpr std::array k_commands = {
  Command{"inspect", &run_inspect}, Command{"plan", &run_plan},     Command{"render", &run_render},
  Command{"build", &run_build},     Command{"lock", &run_lock},     Command{"audit", &run_audit},
  Command{"report", &run_report},   Command{"test", &run_test},     Command{"push", &run_push},
  Command{"invoke", &run_invoke},   Command{"up", &run_up},         Command{"doctor", &run_doctor},
  Command{"event", &run_event},     Command{"explain", &run_explain},
};

ExitCode dispatch(const Options& options, Console& console)
{
  for (const Command& command : k_commands) {
    if (command.name == options.request.command) {
      return command.run(options, console);
    }
  }
  throw std::logic_error("a command without a function: " + options.request.command);
}

ExitCode exit_of_signal(int signal)
{
  return signal == SIGINT ? ExitCode::interrupted : ExitCode::terminated;
}

}  // namespace

bool accept(const lift::Planned& planned, Console& console, std::string_view unsaid)
{
  return accept(planned.inspected, console, unsaid);
}

bool accept(const lift::Inspected& inspected, Console& console, std::string_view unsaid)
{
  console.print(inspected.diagnostics.without(unsaid), inspected.sources, inspected.shown_root);
  return !inspected.diagnostics.has_errors();
}

ExitCode exit_of_errors(const diag::Diagnostics& diagnostics)
{
  const bool is_usage = std::ranges::any_of(diagnostics.all(), [](const diag::Diagnostic& finding) {
    return finding.code == "EL0603" && finding.span.file.starts_with("--");
  });
  return is_usage ? ExitCode::usage : ExitCode::input_error;
}

ExitCode failed(const Error& error, Console& console, const diag::Sources& sources, const std::string& project)
{
  console.print(error, sources, project);
  return error.exit;
}

namespace {

// A result that did not reach stdout is no success.
ExitCode with_output(ExitCode code, Console& console)
{
  if (const auto written = sys::written_out(); !written) {
    const ExitCode failure = failed(written.error(), console);
    return code == ExitCode::done ? failure : code;
  }
  return code;
}

ExitCode run_command(int argc, char** argv)
{
  const Parsed parsed = parse_arguments(argc, argv);
  sys::write_out(parsed.out);
  sys::write_err(parsed.err);
  Console console(parsed.options.value_or(Options{}), text::shell_line({argv, argv + argc}));
  if (!parsed.options) {
    return with_output(static_cast<ExitCode>(parsed.exit_code), console);
  }
  const ExitCode code = with_output(dispatch(*parsed.options, console), console);
  return sys::interrupted_by() != 0 ? exit_of_signal(sys::interrupted_by()) : code;
}

}  // namespace

int run(int argc, char** argv)
{
  try {
    sys::open_standard_descriptors();
    sys::install_signal_handlers();
    return static_cast<int>(run_command(argc, argv));
  }
  catch (const std::exception& error) {
    sys::write_err(fmt::format("envlift {}: this is a bug of envlift: {}\nhint: please report it with the command line "
                               "and the environment file\n", k_version, error.what()));
    return static_cast<int>(ExitCode::internal);
  }
}

}  // namespace envlift::cli
