#include "lift/slim_image.hpp"

#include "base/sha256.hpp"
#include "base/text.hpp"
#include "lift/build_context.hpp"
#include "lift/hand_to_engine.hpp"
#include "lift/slim_layers.hpp"
#include "lift/test_image.hpp"
#include "plan/assembly.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace envlift::lift {

namespace {

// An image without a tag in the engine, for as long as it is asked; one that was there stays.
class UntaggedImage {
public:
  static Result<UntaggedImage> load(const EnvironmentBuild& work, const AssembledImage& assembled)
  {
    const std::string id = "sha256:" + sha256_hex(assembled.config);
    if (work.engine.inspect(id)) {
      return UntaggedImage(work.engine, id, false);
    }
    ENVLIFT_TRY(hand_to_engine(work, assembled, assembled.image.base_layers.size(), ""));
    return UntaggedImage(work.engine, id, true);
  }
  UntaggedImage(const UntaggedImage&) = delete;
  UntaggedImage& operator=(const UntaggedImage&) = delete;
  UntaggedImage(UntaggedImage&& other) noexcept
      : engine_(other.engine_),
        id_(std::move(other.id_)),
        is_ours_(std::exchange(other.is_ours_, false))
  {}
  UntaggedImage& operator=(UntaggedImage&&) = delete;
  ~UntaggedImage()
  {
    if (is_ours_) {
      engine_.remove(id_);
    }
  }

  const std::string& id() const { return id_; }
  void stays() { is_ours_ = false; }

private:
  UntaggedImage(engine::Engine& engine, std::string id, bool is_ours)
      : engine_(engine),
        id_(std::move(id)),
        is_ours_(is_ours)
  {}

  engine::Engine& engine_;
  std::string id_;
  bool is_ours_;
};

// The project's own, without limits of time: a tracer takes some.
Result<std::vector<suite::Case>> cases_of(const EnvironmentBuild& work)
{
  diag::Diagnostics diagnostics;
  diag::Sources sources;
  ENVLIFT_TRY_ASSIGN(std::vector<suite::Case> cases,
                     read_cases({{}, {}, work.planned.inspected.root}, diagnostics, sources));
  for (const diag::Diagnostic& one : diagnostics.all()) {
    if (one.severity == diag::Severity::error) {
      return fail({one.code,
                   one.message,
                   one.hint,
                   ExitCode::input_error,
                   {},
                   {},
                   {one.span.file, one.span.line, one.span.column}});
    }
  }
  for (suite::Case& one : cases) {
    one.max_duration_ms.reset();
    one.max_init_ms.reset();
  }
  return cases;
}

Result<Tested> ask(const EnvironmentBuild& work, const std::string& image,
                   const std::vector<suite::Case>& cases, invoke::TakeLine take_line = {})
{
  settings::Settings settings = work.planned.inspected.settings;
  settings.handler.clear();   // the image's own CMD is what is asked
  Tested tested = test_image(work.engine, settings, {image, cases, 1, std::move(take_line)},
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

Result<Tested> first_run(const EnvironmentBuild& work, const AssembledImage& whole, const slim::Place& place,
                         const std::vector<suite::Case>& cases, slim::TraceReader& reader)
{
  ENVLIFT_TRY_ASSIGN(const AssembledImage traced, traced_image(work, whole, place));
  ENVLIFT_TRY_ASSIGN(const UntaggedImage image, UntaggedImage::load(work, traced));
  ENVLIFT_TRY_ASSIGN(Tested tested,
                     ask(work, image.id(), cases, [&](std::string_view line) { return reader.take(line); }));
  const auto unmet = std::ranges::find(tested.run.cases, false, &suite::CaseResult::met);
  if (unmet != tested.run.cases.end()) {
    return fail({"EL0918",
                 fmt::format("nothing is slimmed: the whole image does not meet `{}`: {}", unmet->name,
                             unmet->message),
                 "make `envlift test` pass first", ExitCode::check_failed, unmet->differences});
  }
  return tested;
}

bool is_judged(const suite::Expectation& expected)
{
  return expected.verdict || !expected.error_type.empty() || !expected.answer.empty();
}

// What the slim image did otherwise; "" for nothing. What a case says of its answer decides; without that, the first
// answer does.
std::string difference(const suite::Case& one, const suite::Observation& first,
                       const suite::Observation& second, const suite::CaseResult& judged)
{
  if (!judged.met) {
    return judged.differences.empty() ? judged.message : judged.differences.front();
  }
  if (first.verdict != second.verdict || first.error_type != second.error_type) {
    return fmt::format("{}, before: {}", suite::name_of(second.verdict), suite::name_of(first.verdict));
  }
  return is_judged(one.expected) || first.answer == second.answer
             ? ""
             : fmt::format("it answers {}, before: {}", second.answer.substr(0, 200),
                           first.answer.substr(0, 200));
}

Error other_answer(const std::string& name, const std::string& what, const std::vector<std::string>& missed,
                   const slim::Place& place)
{
  constexpr std::size_t k_shown = 5;
  Error error{"EL0919",
              fmt::format("the slimmed image was not kept, it does `{}` otherwise: {}", name, what),
              "add a case that goes the same way to events/, or name what has to stay with --keep PATTERN",
              ExitCode::check_failed,
              {}};
  for (const std::string& path : missed) {
    if (error.tail.size() < k_shown) {
      error.tail.push_back("left out: /" + path);
    }
  }
  if (!missed.empty()) {
    error.hint =
        fmt::format("keep what is missing: --keep '{}'", missed.front().substr(place.prefix.size() + 1));
  }
  return error;
}

Result<> second_run(const EnvironmentBuild& work, const std::string& image, const Tested& first,
                    const slim::Fates& fates, const slim::Place& place)
{
  ENVLIFT_TRY_ASSIGN(const Tested second, ask(work, image, first.cases));
  for (std::size_t i = 0; i < std::min(first.cases.size(), second.cases.size()); ++i) {
    const suite::Observation& now = second.observed[i];
    const std::string what = difference(first.cases[i], first.observed[i], now, second.run.cases[i]);
    if (!what.empty()) {
      const std::string told = now.error_message + "\n" + now.answer + "\n" + now.log;
      return fail(other_answer(first.cases[i].name, what, slim::missed(told, fates, place), place));
    }
  }
  return {};
}

void say_losses(const slim::Summary& summary, report::Talk& talk)
{
  constexpr std::size_t k_shown = 5;
  std::vector<std::string> most;
  for (const slim::Loss& one : summary.losses) {
    if (most.size() < k_shown) {
      most.push_back(fmt::format("{} {}", one.name, text::human_bytes(one.bytes)));
    }
  }
  talk.say(fmt::format("slimmed by {}: {} left out, {} reduced to bytecode; most of {}",
                       text::human_bytes(summary.bytes), text::counted(summary.files, "file"),
                       text::counted(summary.reduced, "source"), text::join(most, ", ")));
}

}   // namespace

Error slims_assembled_only(const std::string& reason, const std::string& cure)
{
  return {"EL0917", fmt::format("the image cannot be slimmed: {}", reason), cure, ExitCode::input_error, {}};
}

Result<AssembledImage> slimmed_image(const EnvironmentBuild& work, const AssembledImage& whole)
{
  const plan::EnvironmentPlace lies = plan::environment_place(work.planned.plan);
  const slim::Place place{lies.prefix.substr(1), lies.library.substr(1)};
  ENVLIFT_TRY_ASSIGN(const std::vector<suite::Case> cases, cases_of(work));
  ENVLIFT_TRY(fetch_layers(work, whole.image.layers));
  slim::TraceReader reader;
  work.talk.step_begins(fmt::format("tracing {}", text::counted(cases.size(), "event")));
  const auto first = first_run(work, whole, place, cases, reader);
  work.talk.step_ends(first ? text::counted(reader.result().files.size(), "file") + " opened" : "failed");
  if (!first) {
    return fail(first.error());
  }
  ENVLIFT_TRY_ASSIGN(const auto facts, layer_facts(work.store, whole.image.layers));
  const slim::Fates fates = slim::choose(facts, reader.result(), place, work.planned.inspected.settings.keep);
  image::NewImage image = whole.image;
  ENVLIFT_TRY_ASSIGN(image.layers, slim_layers(work.store, whole.image.layers, fates));
  AssembledImage slim = assembled(work, std::move(image));
  ENVLIFT_TRY_ASSIGN(UntaggedImage loaded, UntaggedImage::load(work, slim));
  work.talk.step_begins("asking the slimmed image the same");
  const auto checked = second_run(work, loaded.id(), *first, fates, place);
  work.talk.step_ends(checked ? "the same answers" : "failed");
  if (!checked) {
    return fail(checked.error());
  }
  loaded.stays();   // it gets its tag next
  say_losses(slim::summary(facts, fates, place), work.talk);
  return slim;
}

}   // namespace envlift::lift
