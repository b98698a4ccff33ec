#include "base/text.hpp"
#include "cli/answer.hpp"
#include "cli/commands.hpp"
#include "lift/profile_image.hpp"
#include "lift/test_image.hpp"
#include "report/init_profile.hpp"
#include "report/test_run.hpp"
#include "sys/files.hpp"
#include "sys/terminal.hpp"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

namespace envlift::cli {

namespace {

// The folder or the image that is tested, and how.
struct Subject {
  settings::Settings settings;
  std::string image;
  std::string folder;                        // whose events are read; "" = of an image alone
  std::string shown_root;
  std::optional<lift::Planned> planned;      // to be built
};

// Nothing when there were errors, which are printed.
std::optional<Subject> subject_of(const Options& options, Console& console, ExitCode& code)
{
  if (!options.image.empty()) {
    const lift::Inspected folder = lift::read_settings(options.request);
    code = exit_of_errors(folder.diagnostics);
    return accept(folder, console)
               ? std::optional(Subject{for_image(folder.settings), options.image, "", "", {}})
               : std::nullopt;
  }
  lift::Planned planned = lift::make_plan(options.request);
  code = exit_of_errors(planned.inspected.diagnostics);
  if (!accept(planned, console)) {
    return std::nullopt;
  }
  Subject subject{
    planned.inspected.settings, planned.plan.tag, planned.inspected.root, planned.inspected.shown_root, {}};
  subject.settings.handler.clear();   // the image's own CMD is what is tested
  subject.planned = std::move(planned);
  return subject;
}

lift::CaseFiles files_of(const Options& options, const Subject& subject)
{
  return {options.events, options.suites, subject.folder};
}

bool annotates()
{
  return sys::environment_variable("GITHUB_ACTIONS") == "true";
}

Result<> write_files(const Options& options, const lift::Tested& tested)
{
  if (!options.junit.empty()) {
    ENVLIFT_TRY(sys::write_file(options.junit, report::test_run_junit(tested.run)));
  }
  if (!options.record.empty()) {
    ENVLIFT_TRY(sys::write_file(options.record, suite::record(tested.cases, tested.observed)));
  }
  return {};
}

void print_end(const Options& options, const lift::Tested& tested, const report::TestTextStyle& style,
               const Subject& subject)
{
  const std::string annotations = annotates() ? report::test_run_github(tested.run, subject.shown_root) : "";
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

ExitCode run_cases(const Options& options, const Subject& subject, const std::vector<suite::Case>& cases,
                   engine::Engine& engine, Console& console)
{
  const report::TestTextStyle style{console.text_style().colour,
                                    options.verbosity == report::Verbosity::verbose,
                                    &invoke::is_platform_line};
  const lift::Tested tested = lift::test_image(engine, subject.settings, {subject.image, cases, options.jobs},
                                               [&](const suite::CaseResult& one) {
                                                 if (!options.json) {
                                                   sys::write_out(report::test_case_text(one, style));
                                                 }
                                               });
  print_end(options, tested, style, subject);
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

Result<> write_init_page(const suite::InitProfile& profile, const Options& options, Console& console)
{
  if (options.output.empty()) {
    return {};
  }
  ENVLIFT_TRY_ASSIGN(const std::string page, lift::init_page(profile, options.request));
  ENVLIFT_TRY(sys::write_file(options.output, page));
  console.say(fmt::format("wrote {}", options.output));
  return {};
}

// --profile-init.
ExitCode run_profile(const Options& options, const Subject& subject, const suite::Case& one,
                     engine::Engine& engine, Console& console)
{
  const auto profile = lift::profile_image(engine, subject.settings, subject.image, one, console);
  if (!profile) {
    return failed(profile.error(), console);
  }
  sys::write_out(options.json ? report::init_profile_json(*profile) : report::init_profile_text(*profile));
  invoke::Outcome init;
  init.init_ms = profile->init_ms;
  warn_of_slow_init(init, subject.settings.memory_mb, console);
  if (const auto written = write_init_page(*profile, options, console); !written) {
    return failed(written.error(), console);
  }
  const auto kept = lift::check_budget(*profile);
  return kept ? ExitCode::done : failed(kept.error(), console);
}

// What the command is to do with the image, which is there.
ExitCode run_image(const Options& options, const Subject& subject, const std::vector<suite::Case>& cases,
                   engine::Engine& engine, Console& console)
{
  return options.profile_init ? run_profile(options, subject, cases.front(), engine, console)
                              : run_cases(options, subject, cases, engine, console);
}

}   // namespace

ExitCode run_test(const Options& options, Console& console)
{
  ExitCode code = ExitCode::done;
  const std::optional<Subject> subject = subject_of(options, console, code);
  if (!subject) {
    return code;
  }
  diag::Diagnostics diagnostics;
  diag::Sources sources;
  const auto cases = lift::read_cases(files_of(options, *subject), diagnostics, sources);
  console.print(diagnostics, sources, subject->shown_root);
  if (!cases) {
    return failed(cases.error(), console, sources, subject->shown_root);
  }
  if (diagnostics.has_errors()) {
    return exit_of_errors(diagnostics);
  }
  if (options.dry_run) {
    console.say(options.profile_init
                    ? fmt::format("would start {} three times and say what its init's time is spent on",
                                  subject->image)
                    : fmt::format("would ask {} {} on up to {} at once", subject->image,
                                  text::counted(cases->size(), "case"),
                                  text::counted(static_cast<std::size_t>(options.jobs), "container")));
    return ExitCode::done;
  }
  console.open_log();
  const auto engine =
      lift::connect(subject->settings, subject->planned ? engine::Need::build : engine::Need::run, console);
  if (!engine) {
    return failed(engine.error(), console);
  }
  if (subject->planned) {
    lift::Request request = options.request;
    if (!options.events.empty() || !options.suites.empty()) {
      request.cases = *cases;
    }
    const auto built = lift::build(*engine->engine, *subject->planned, request, console);
    if (!built) {
      return failed(built.error(), console, subject->planned->inspected.sources, subject->shown_root);
    }
    console.print(built->findings, {});
  }
  else if (const auto image = engine->engine->inspect(subject->image); !image) {
    return failed(image.error(), console);
  }
  return run_image(options, *subject, *cases, *engine->engine, console);
}

}   // namespace envlift::cli
