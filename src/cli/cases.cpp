#include "cli/cases.hpp"

#include "base/text.hpp"
#include "cli/answer.hpp"
#include "cli/commands.hpp"
#include "report/test_run.hpp"
#include "sys/files.hpp"
#include "sys/terminal.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace envlift::cli {

namespace {

bool annotates()
{
  return sys::environment_variable("GITHUB_ACTIONS") == "true";
}

Result<> write_files(const Options& options, const lift::Tested& tested)
{
  if (!options.junit.empty()) {
    ENVLIFT_TRY(sys::write_output(options.junit, report::test_run_junit(tested.run)));
  }
  if (!options.record.empty()) {
    ENVLIFT_TRY(sys::write_output(options.record, suite::record(tested.cases, tested.observed)));
  }
  return {};
}

void print_end(const Options& options, const lift::Tested& tested, const report::TestTextStyle& style,
               const std::string& shown_root)
{
  const std::string annotations = annotates() ? report::test_run_github(tested.run, shown_root) : "";
  if (options.json) {
    sys::write_out(report::test_run_json(tested.run));
    sys::write_err(annotations);   // read from both streams; stdout is the object's
    return;
  }
  sys::write_out(report::test_summary_text(tested.run, style) + annotations);
}

void warn_of_inits(const lift::Tested& tested, const settings::Settings& settings, Console& console)
{
  invoke::Outcome slowest;
  for (const suite::Observation& one : tested.observed) {
    slowest.init_ms = std::max(slowest.init_ms, one.init_ms);
  }
  warn_of_slow_init(slowest, settings.memory_mb, console);
}

}   // namespace

tl::expected<std::vector<suite::Case>, ExitCode> read_cases(const lift::CaseFiles& files,
                                                            const std::string& shown_root, Console& console)
{
  diag::Diagnostics diagnostics;
  diag::Sources sources;
  auto cases = lift::read_cases(files, diagnostics, sources);
  console.print(diagnostics, sources, shown_root);
  if (!cases) {
    return tl::unexpected(failed(cases.error(), console, sources, shown_root));
  }
  if (diagnostics.has_errors()) {
    return tl::unexpected(exit_of_errors(diagnostics));
  }
  return std::move(*cases);
}

std::string would_ask(const std::string& image, const std::vector<suite::Case>& cases, const Options& options)
{
  return fmt::format("would ask {} {} on up to {} at once", image, text::counted(cases.size(), "case"),
                     text::counted(static_cast<std::size_t>(options.jobs), "container"));
}

ExitCode run_cases(engine::Engine& engine, const CaseSubject& subject, const std::vector<suite::Case>& cases,
                   const Options& options, Console& console)
{
  const report::TestTextStyle style{
    console.text_style().colour, options.verbosity == report::Verbosity::verbose, &invoke::is_platform_line};
  const lift::Tested tested =
      lift::test_image(engine, subject.settings, {.image = subject.image, .cases = cases, .jobs = options.jobs, .code = subject.code},
                       [&](const suite::CaseResult& one) {
                         if (!options.json) {
                           sys::write_out(report::test_case_text(one, style));
                         }
                       });
  print_end(options, tested, style, subject.shown_root);
  warn_of_inits(tested, subject.settings, console);
  if (const auto written = write_files(options, tested); !written) {
    return failed(written.error(), console);
  }
  if (tested.ended) {
    return failed(*tested.ended, console);
  }
  return std::ranges::all_of(tested.run.cases, &suite::CaseResult::met) ? ExitCode::done
                                                                        : ExitCode::check_failed;
}

}   // namespace envlift::cli
