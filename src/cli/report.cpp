#include "base/text.hpp"
#include "cli/commands.hpp"
#include "cli/image_reader.hpp"
#include "lift/report_image.hpp"
#include "sys/files.hpp"
#include "sys/terminal.hpp"

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
  ImageReader reader(options, folder.settings, console);
  const auto report = lift::report_image(reader.request(), reader.connect(), console);
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
