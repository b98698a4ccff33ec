#include "lift/slim_runs.hpp"

#include "base/sha256.hpp"
#include "base/text.hpp"
#include "lift/build_context.hpp"
#include "lift/hand_to_engine.hpp"
#include "lift/slim_layers.hpp"
#include "lift/test_image.hpp"
#include "sys/files.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace envlift::lift {

namespace {

// Of Python's hashes, whose order of sets decides what some code imports. A trace and the run that proves it must not
// depend on chance.
constexpr const char* k_first_seed = "0";
constexpr const char* k_second_seed = "1";

Result<Tested> ask(const EnvironmentBuild& work, const std::string& image, std::vector<suite::Case> cases,
                   const std::string& seed, invoke::TakeLine take_line = {})
{
  for (suite::Case& one : cases) {
    one.environment.try_emplace("PYTHONHASHSEED", seed);
  }
  settings::Settings settings = run_settings(work.planned);
  if (settings.sandbox == "off") {
    settings.sandbox = "on";   // a proof is one read-only and unprivileged
  }
  Tested tested = test_image(work.engine, settings, {image, std::move(cases), 1, std::move(take_line)},
                             [](const suite::CaseResult&) {});
  if (tested.ended) {
    return fail(*tested.ended);
  }
  return tested;
}

// The layers of the environment with the tracer over them.
Result<AssembledImage> traced_image(const EnvironmentBuild& work, const AssembledImage& whole,
                                    const slim::Place& place)
{
  const auto tracer = templates(work.request)("tracer.py");
  const std::string site = place.library + "/site-packages/";
  // The first .pth file by its name, and so before what others import.
  ENVLIFT_TRY_ASSIGN(image::NewLayer layer,
                     text_layer(work.store, "tracer",
                                {{site + "__envlift_trace.pth", "import envlift_trace\n"},
                                 {site + "envlift_trace.py", tracer.value_or("")}}));
  AssembledImage traced = whole;
  traced.image.layers.push_back(std::move(layer));
  traced.config = image::config_text(traced.image, "");
  return traced;
}

void add_unmet(const suite::CaseResult& unmet, diag::Diagnostics& findings)
{
  diag::Diagnostic& finding = findings.add(
      "EL0918",
      fmt::format("nothing is slimmed: the whole image does not meet `{}`: {}", unmet.name, unmet.message),
      "make `envlift test` pass first");
  finding.notes = unmet.differences;
}

// What of the second run is otherwise: an answer may be, what an invocation ends with may not.
std::vector<suite::Answers> answers_of(const Tested& first, const Tested& second, diag::Diagnostics& findings)
{
  std::vector<suite::Answers> answers;
  for (std::size_t i = 0; i < first.cases.size(); ++i) {
    const auto change = [&](suite::Answers wanted) {
      return suite::change(first.cases[i], first.observed[i], second.observed[i], wanted);
    };
    if (const std::string other = change(suite::Answers::vary); !other.empty()) {
      findings.add("EL0918",
                   fmt::format("nothing is slimmed: the whole image does `{}` otherwise the second time: {}",
                               first.cases[i].name, other),
                   "say in the case what it expects, and let the function do it each time");
    }
    answers.push_back(change(suite::Answers::stay).empty() ? suite::Answers::stay : suite::Answers::vary);
  }
  return answers;
}

void say_varying(const Traced& traced, report::Talk& talk)
{
  for (std::size_t i = 0; i < traced.cases.size(); ++i) {
    if (traced.answers[i] == suite::Answers::vary) {
      talk.say(fmt::format("`{}` has another answer each time: that there is one is all that is compared",
                           traced.cases[i].name));
    }
  }
}

void add_other(const std::string& name, const std::string& what, const std::vector<std::string>& missed,
               const slim::Place& place, diag::Diagnostics& findings)
{
  constexpr std::size_t k_shown = 5;
  const std::string hint =
      missed.empty()
          ? "add a case that goes the same way to events/, or name what has to stay with --keep PATTERN"
          : fmt::format("keep what is missing: --keep '{}'", missed.front().substr(place.prefix.size() + 1));
  diag::Diagnostic& finding = findings.add(
      "EL0919", fmt::format("the whole image is kept, a slim one does `{}` otherwise: {}", name, what), hint);
  for (std::size_t i = 0; i < std::min(missed.size(), k_shown); ++i) {
    finding.notes.push_back("left out: /" + missed[i]);
  }
}

}   // namespace

Result<UntaggedImage> UntaggedImage::load(const EnvironmentBuild& work, const AssembledImage& assembled)
{
  const std::string id = "sha256:" + sha256_hex(assembled.config);
  if (work.engine.inspect(id)) {
    return UntaggedImage(work.engine, id, false);
  }
  ENVLIFT_TRY(hand_to_engine(work, assembled, assembled.image.base_layers.size(), ""));
  return UntaggedImage(work.engine, id, true);
}

UntaggedImage::~UntaggedImage()
{
  if (is_ours_) {
    engine_.remove(id_);
  }
}

Result<std::vector<suite::Case>> cases_to_trace(const EnvironmentBuild& work)
{
  const std::string& root = work.planned.inspected.root;
  std::vector<suite::Case> cases = work.request.cases;
  if (cases.empty() || has_events(root) || sys::is_file(root + "/event.json")) {
    diag::Diagnostics diagnostics;
    diag::Sources sources;
    ENVLIFT_TRY_ASSIGN(const std::vector<suite::Case> own, read_cases({{}, {}, root}, diagnostics, sources));
    const auto wrong =
        std::ranges::find(diagnostics.all(), diag::Severity::error, &diag::Diagnostic::severity);
    if (wrong != diagnostics.all().end()) {
      const Place place{wrong->span.file, wrong->span.line, wrong->span.column};
      return fail({wrong->code, wrong->message, wrong->hint, ExitCode::input_error, {}, {}, place});
    }
    cases.insert(cases.begin(), own.begin(), own.end());
  }
  for (suite::Case& one : cases) {
    one.max_duration_ms.reset();
    one.max_init_ms.reset();
  }
  return cases;
}

Result<Traced> trace_whole(const EnvironmentBuild& work, const AssembledImage& whole,
                           const slim::Place& place, const std::vector<suite::Case>& cases,
                           diag::Diagnostics& findings)
{
  ENVLIFT_TRY_ASSIGN(const AssembledImage traced, traced_image(work, whole, place));
  ENVLIFT_TRY_ASSIGN(const UntaggedImage image, UntaggedImage::load(work, traced));
  slim::TraceReader reader;
  const invoke::TakeLine take_line = [&](std::string_view line) { return reader.take(line); };
  ENVLIFT_TRY_ASSIGN(Tested first, ask(work, image.id(), cases, k_first_seed, take_line));
  const auto unmet = std::ranges::find(first.run.cases, false, &suite::CaseResult::met);
  if (unmet != first.run.cases.end()) {
    add_unmet(*unmet, findings);
    return Traced{};
  }
  ENVLIFT_TRY_ASSIGN(const Tested second, ask(work, image.id(), cases, k_second_seed, take_line));
  std::vector<suite::Answers> answers = answers_of(first, second, findings);
  Traced all{reader.result(), cases, std::move(first.observed), std::move(answers)};
  say_varying(all, work.talk);
  return all;
}

Result<> ask_slim(const EnvironmentBuild& work, const std::string& image, const Traced& before,
                  const slim::Fates& fates, const slim::Place& place, diag::Diagnostics& findings)
{
  ENVLIFT_TRY_ASSIGN(const Tested after, ask(work, image, before.cases, k_first_seed));
  for (std::size_t i = 0; i < before.cases.size(); ++i) {
    const suite::Observation& now = after.observed[i];
    const std::string what = suite::change(before.cases[i], before.observed[i], now, before.answers[i]);
    if (!what.empty()) {
      const std::string told = now.error_message + "\n" + now.answer + "\n" + now.log;
      add_other(before.cases[i].name, what, slim::missed(told, fates, place), place, findings);
      return {};
    }
  }
  return {};
}

}   // namespace envlift::lift
