#include "base/text.hpp"
#include "cli/answer.hpp"
#include "cli/commands.hpp"
#include "lift/report_image.hpp"
#include "sys/files.hpp"
#include "sys/terminal.hpp"

#include <optional>

#include <fmt/format.h>

namespace envlift::cli {

namespace {

Result<> write_page(const report::ImageReport& report, const Options& options)
{
  ENVLIFT_TRY_ASSIGN(const std::string page, lift::report_page(report, options.request));
  return sys::write_file(options.output, page);
}

}  // namespace

ExitCode run_report(const Options& options, Console& console)
{
  const lift::Inspected folder = lift::read_settings(options.request);
  if (!accept(folder, console)) {
    return exit_of_errors(folder.diagnostics);
  }
  if (options.dry_run) {
    console.say(fmt::format("would read the layers of {}{}", text::printable(options.image),
                            options.output.empty() ? "" : " and write " + text::printable(options.output)));
    return ExitCode::done;
  }
  if (!lift::is_stored(options.image)) {
    console.open_log();
  }
  std::optional<Result<lift::Connected>> connected;
  const auto connect = [&]() -> Result<engine::Engine*> {
    connected = lift::connect(folder.settings, engine::Need::run, console);
    return *connected ? Result<engine::Engine*>((*connected)->engine.get()) : fail(connected->error());
  };
  const lift::ReportRequest request{options.image, for_image(folder.settings).handler, folder.settings.arch};
  const auto report = lift::report_image(request, connect, console);
  if (!report) {
    return failed(report.error(), console);
  }
  if (options.output.empty()) {
    sys::write_out(report::contents_text(*report, console.text_style()));
    return ExitCode::done;
  }
  if (const auto written = write_page(*report, options); !written) {
    return failed(written.error(), console);
  }
  console.say(fmt::format("wrote {}", options.output));
  return ExitCode::done;
}

}  // namespace envlift::cli
