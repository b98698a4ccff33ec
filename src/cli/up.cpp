#include "base/text.hpp"
#include "cli/answer.hpp"
#include "cli/baseline.hpp"
#include "cli/cases.hpp"
#include "cli/commands.hpp"
#include "cli/push.hpp"
#include "cli/slim_cases.hpp"
#include "lift/audit_image.hpp"
#include "report/audit.hpp"
#include "settings/image_reference.hpp"
#include "sys/files.hpp"
#include "sys/terminal.hpp"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

namespace envlift::cli {

namespace {

void say_size(const lift::Built& built, Console& console)
{
  const std::string image =
      fmt::format("image {}: {}", built.image.tag, text::human_bytes(built.image.size_bytes));
  if (!built.added_bytes) {
    console.say(image + " (how much of it is yours is not known: the engine tells no history)");
    return;
  }
  console.say(
      fmt::format("{}, of which {} are yours{}", image, text::human_bytes(*built.added_bytes),
                  built.beyond_zip ? " (over the 250 MB that a zip may unpack to: no zip could hold it)" : ""));
}

// Lambda takes images from ECR; a tag that names a registry says where it goes itself.
std::string push_line(const std::string& tag)
{
  const settings::ImageReference image = settings::split_reference(tag);
  const std::string_view registry = settings::registry_of(image.name);
  if (registry.empty()) {
    return fmt::format("envlift push {} --repository {} --create-repository", tag, image.name);
  }
  return fmt::format("envlift push {} --registry {} --repository {}{}", tag, registry,
                     image.name.substr(registry.size() + 1),
                     image.tag.empty() ? "" : fmt::format(" --tag {}", image.tag));
}

void say_next_steps(const std::string& tag, Console& console)
{
  console.say("next, to copy:");
  console.say(fmt::format("  docker run --rm -p 9000:8080 {}", tag));
  console.say("  curl -d '{}' localhost:9000/2015-03-31/functions/function/invocations");
  console.say("  " + push_line(tag));
}

// What the function is asked: the project's cases; or one event where there are none, or one is named.
struct Questions {
  std::vector<suite::Case> cases;
  lift::InvokeRequest invocation;
};

Result<std::string> event_of(const Options& options, const lift::Planned& planned, diag::Sources& sources)
{
  const std::string project_event = planned.inspected.root + "/event.json";
  if (options.event.empty() && sys::is_file(project_event)) {
    return lift::read_event(project_event, "{}", sources);
  }
  return lift::read_event(options.event, "{}", sources);
}

tl::expected<Questions, ExitCode> questions_of(const Options& options, const lift::Planned& planned,
                                               Console& console)
{
  Questions questions{{}, {planned.plan.tag, ""}};
  const std::string& root = planned.inspected.root;
  if (options.event.empty() && lift::has_events(root)) {
    auto cases = read_cases({{}, {}, root, planned.inspected.settings.timeout_s},
                            planned.inspected.shown_root, console);
    if (!cases) {
      return tl::unexpected(cases.error());
    }
    questions.cases = std::move(*cases);
    return questions;
  }
  diag::Sources sources;
  auto event = event_of(options, planned, sources);
  if (!event) {
    return tl::unexpected(failed(event.error(), console, sources));
  }
  questions.invocation.event = std::move(*event);
  return questions;
}

ExitCode ask(engine::Engine& engine, const lift::Planned& planned, const Questions& questions,
             const Options& options, Console& console)
{
  const settings::Settings settings = lift::run_settings(planned);
  if (questions.cases.empty()) {
    return answer(engine, settings, questions.invocation, console);
  }
  return run_cases(engine, {settings, planned.plan.tag, planned.inspected.shown_root}, questions.cases,
                   options, console);
}

// Says what the audit found; the exit code where it ends the command. An engine that cannot hand out its image keeps
// nobody from trying the function.
std::optional<ExitCode> audit_image(engine::Engine& engine, const lift::Built& built,
                                    const audit::Baseline& baseline, const diag::Sources& sources,
                                    Console& console)
{
  diag::Diagnostics diagnostics;
  const auto findings = lift::audit_built(engine, built, baseline, console, diagnostics);
  console.print(diagnostics, sources);
  if (!findings && findings.error().exit == ExitCode::interrupted) {
    return failed(findings.error(), console);
  }
  if (!findings) {
    console.say(fmt::format("warning: the image was not audited: {}", findings.error().message));
    return std::nullopt;
  }
  if (!findings->empty()) {
    sys::write_err(report::audit_text(built.image.tag, *findings));
  }
  const bool has_errors = std::ranges::count(*findings, diag::Severity::error, &audit::Finding::severity) > 0;
  return has_errors ? std::optional(ExitCode::check_failed) : std::nullopt;
}

Result<report::PushReport> push(engine::Engine& engine, const lift::Planned& planned, const Options& options,
                                Console& console)
{
  const settings::Settings& settings = planned.inspected.settings;
  const lift::ImageRequest source{planned.plan.tag, "", settings.arch};
  ENVLIFT_TRY_ASSIGN(const lift::PushRequest request,
                     lift::push_request(settings, options.push_wishes, planned.inspected.root));
  ENVLIFT_TRY_ASSIGN(const lift::ImageToPush image,
                     lift::image_to_push(source, [&] { return Result<engine::Engine*>(&engine); }, console));
  ENVLIFT_TRY(lift::check_before_push(image, settings));
  return push_image(image, request, options, console);
}

// Only what has answered is pushed. The answer is the command's result, and the digest reference its last line.
ExitCode ask_and_push(engine::Engine& engine, const lift::Planned& planned, const Questions& questions,
                      const Options& options, Console& console)
{
  const ExitCode answered = ask(engine, planned, questions, options, console);
  if (answered != ExitCode::done || !options.push) {
    return answered;
  }
  const auto pushed = push(engine, planned, options, console);
  return pushed ? print_push(*pushed, options, console) : failed(pushed.error(), console);
}

void say_dry_run(const Options& options, const lift::Planned& planned, const Questions& questions,
                 Console& console)
{
  console.say(lift::build_line(planned, "CONTEXT"));
  console.say(questions.cases.empty() ? would_start(lift::run_settings(planned), questions.invocation)
                                      : would_ask(planned.plan.tag, questions.cases, options));
  if (options.push) {
    console.say(fmt::format("would push {} to {}", planned.plan.tag, push_target(planned.inspected.settings)));
  }
}

}  // namespace

ExitCode run_up(const Options& options, Console& console)
{
  const lift::Planned planned = lift::make_plan(options.request);
  if (!accept(planned, console)) {
    return exit_of_errors(planned.inspected.diagnostics);
  }
  if (const auto checked = options.push ? check_push(planned.inspected.settings, options) : Result<>{};
      !checked) {
    return failed(checked.error(), console);
  }
  const auto questions = questions_of(options, planned, console);
  if (!questions) {
    return questions.error();
  }
  const auto request = with_slim_cases(options, options.event.empty() ? "" : questions->invocation.event, planned, console);
  if (!request) {
    return ExitCode::input_error;
  }
  diag::Sources accepted;
  const auto baseline = read_baseline(options, accepted, console);
  if (!baseline) {
    return baseline.error();
  }
  if (options.dry_run) {
    say_dry_run(options, planned, *questions, console);
    return ExitCode::done;
  }
  console.open_log();
  const auto engine = lift::connect(planned.inspected.settings, engine::Need::build, console);
  if (!engine) {
    return failed(engine.error(), console);
  }
  const auto built = lift::build(*engine->engine, planned, *request, console);
  if (!built) {
    return failed(built.error(), console, planned.inspected.sources, planned.inspected.shown_root);
  }
  console.print(built->findings, planned.inspected.sources);
  say_size(*built, console);
  if (const auto ended = options.no_audit
                             ? std::nullopt
                             : audit_image(*engine->engine, *built, *baseline, accepted, console)) {
    return *ended;
  }
  if (!options.push) {
    say_next_steps(planned.plan.tag, console);
  }
  return ask_and_push(*engine->engine, planned, *questions, options, console);
}

}  // namespace envlift::cli
