#include "base/path.hpp"
#include "base/text.hpp"
#include "cli/commands.hpp"
#include "cli/image_reader.hpp"
#include "lift/report_image.hpp"
#include "lift/sbom_file.hpp"
#include "sys/files.hpp"
#include "sys/terminal.hpp"

#include <fmt/format.h>

namespace envlift::cli {

namespace {

Result<> write_page(const report::ImageReport& report, const Options& options)
{
  ENVLIFT_TRY_ASSIGN(const std::string page, lift::report_page(report, options.request));
  return sys::write_output(options.output, page);
}

Result<> write_sbom(const lift::SbomWish& wish, const report::ImageReport& report)
{
  // Of a stored image the name, not the place on this machine.
  const std::string_view place = std::string_view(report.image).substr(report.image.find(':') + 1);
  const std::string name(lift::is_stored(report.image) ? path::file_name(place) : report.image);
  return lift::write_sbom(wish, report.inventory, {name, "", ""});
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
  if (const auto sbom = lift::sbom_wish(options.sbom)) {
    if (const auto written = write_sbom(*sbom, *report); !written) {
      return failed(written.error(), console);
    }
    console.say(fmt::format("wrote {}", sbom->file));
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
