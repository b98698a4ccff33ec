#include "cli/answer.hpp"
#include "cli/cases.hpp"
#include "cli/commands.hpp"
#include "cli/watch.hpp"
#include "lift/profile_image.hpp"
#include "lift/test_image.hpp"
#include "report/init_profile.hpp"
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
    lift::run_settings(planned), planned.plan.tag, planned.inspected.root, planned.inspected.shown_root, {}};
  subject.planned = std::move(planned);
  return subject;
}

CaseSubject asked(const Subject& subject)
{
  return {subject.settings, subject.image, subject.shown_root};
}

lift::CaseFiles files_of(const Options& options, const Subject& subject)
{
  return {options.events, options.suites, subject.folder, subject.settings.timeout_s};
}

Result<> write_init_page(const suite::InitProfile& profile, const Options& options, Console& console)
{
  if (options.output.empty()) {
    return {};
  }
  ENVLIFT_TRY_ASSIGN(const std::string page, lift::init_page(profile, options.request));
  ENVLIFT_TRY(sys::write_output(options.output, page));
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
  if (options.watch) {
    return watch_cases(engine, *subject.planned, files_of(options, subject), options, console);
  }
  return options.profile_init ? run_profile(options, subject, cases.front(), engine, console)
                              : run_cases(engine, asked(subject), cases, options, console);
}

// What is known to fail before the image is built and asked.
Result<> check_options(const Options& options)
{
  const bool reads_stdin =
      std::ranges::count(options.events, "-") + std::ranges::count(options.suites, "-") > 0;
  if (options.watch && reads_stdin) {
    return fail(
        {"EL0603", "--watch cannot read stdin again", "put the cases into a file", ExitCode::usage, {}});
  }
  for (const std::string& file : {options.junit, options.record, options.output}) {
    if (!file.empty() && !options.dry_run) {
      ENVLIFT_TRY(sys::check_writable(file));
    }
  }
  return {};
}

}   // namespace

ExitCode run_test(const Options& options, Console& console)
{
  if (const auto checked = check_options(options); !checked) {
    return failed(checked.error(), console);
  }
  ExitCode code = ExitCode::done;
  const std::optional<Subject> subject = subject_of(options, console, code);
  if (!subject) {
    return code;
  }
  const auto cases = read_cases(files_of(options, *subject), subject->shown_root, console);
  if (!cases) {
    return cases.error();
  }
  if (options.dry_run) {
    console.say(options.profile_init
                    ? fmt::format("would start {} three times and say what its init's time is spent on",
                                  subject->image)
                    : would_ask(subject->image, *cases, options));
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
