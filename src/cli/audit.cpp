#include "report/audit.hpp"
#include "base/text.hpp"
#include "cli/baseline.hpp"
#include "cli/commands.hpp"
#include "cli/image_reader.hpp"
#include "lift/audit_image.hpp"
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
  diag::Sources sources;
  const auto baseline = read_baseline(options, sources, console);
  if (!baseline) {
    return baseline.error();
  }
  ImageReader reader(options, folder.settings, console);
  // The usual machine is asked for only where somebody says so.
  const bool is_arch_wanted = options.request.flags.contains("--arch") || folder.settings.arch == "arm64";
  const lift::AuditRequest request{reader.request(), *baseline, is_arch_wanted};
  diag::Diagnostics diagnostics;
  auto findings = lift::audit_image(request, reader.connect(), console, diagnostics);
  console.print(diagnostics, sources);
  if (!findings) {
    return failed(findings.error(), console, sources);
  }
  sys::write_out(text_of(options, *findings));
  if (!options.write_baseline.empty()) {
    findings = lift::write_baseline(options.write_baseline, *baseline, *findings);
    if (!findings) {
      return failed(findings.error(), console);
    }
    console.say(fmt::format("wrote {}", text::printable(options.write_baseline)));
  }
  const bool has_errors = std::ranges::count(*findings, diag::Severity::error, &audit::Finding::severity) > 0;
  return has_errors ? ExitCode::check_failed : ExitCode::done;
}

}  // namespace envlift::cli
