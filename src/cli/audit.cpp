#include "base/text.hpp"
#include "cli/commands.hpp"
#include "cli/image_reader.hpp"
#include "lift/audit_image.hpp"
#include "report/audit.hpp"
#include "sys/terminal.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace envlift::cli {

namespace {

std::string text_of(const Options& options, const std::vector<audit::Finding>& findings)
{
  return options.json    ? report::audit_json(options.image, findings)
         : options.sarif ? report::audit_sarif(options.image, findings)
                         : report::audit_text(options.image, findings);
}

}  // namespace

ExitCode run_audit(const Options& options, Console& console)
{
  const lift::Inspected folder = lift::read_settings(options.request);
  if (!accept(folder, console)) {
    return exit_of_errors(folder.diagnostics);
  }
  if (options.dry_run) {
    console.say(fmt::format("would read the layers of {} and check them", text::printable(options.image)));
    return ExitCode::done;
  }
  ImageReader reader(options, folder.settings, console);
  // The usual machine is asked for only where somebody says so.
  const bool is_arch_wanted = options.request.flags.contains("--arch") || folder.settings.arch == "arm64";
  const lift::AuditRequest request{reader.request(), options.baseline, is_arch_wanted};
  diag::Diagnostics diagnostics;
  diag::Sources sources;
  const auto findings = lift::audit_image(request, reader.connect(), console, diagnostics, sources);
  console.print(diagnostics, sources);
  if (!findings) {
    return failed(findings.error(), console, sources);
  }
  if (diagnostics.has_errors()) {
    return exit_of_errors(diagnostics);
  }
  sys::write_out(text_of(options, *findings));
  const bool has_errors = std::ranges::count(*findings, diag::Severity::error, &audit::Finding::severity) > 0;
  return has_errors ? ExitCode::check_failed : ExitCode::done;
}

}  // namespace envlift::cli
