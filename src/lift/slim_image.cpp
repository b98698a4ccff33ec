#include "lift/slim_image.hpp"

#include "audit/slimmed.hpp"
#include "base/text.hpp"
#include "lift/hand_to_engine.hpp"
#include "lift/slim_layers.hpp"
#include "lift/slim_runs.hpp"
#include "plan/assembly.hpp"

#include <utility>

#include <fmt/format.h>

namespace envlift::lift {

namespace {

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

Result<Traced> trace(const EnvironmentBuild& work, const AssembledImage& whole, const slim::Place& place,
                     diag::Diagnostics& findings)
{
  ENVLIFT_TRY_ASSIGN(const std::vector<suite::Case> cases, cases_to_trace(work));
  ENVLIFT_TRY(fetch_layers(work, whole.image.layers));
  work.talk.step_begins(fmt::format("tracing {} twice", text::counted(cases.size(), "event")));
  auto traced = trace_whole(work, whole, place, cases, findings);
  work.talk.step_ends(traced && findings.all().empty()
                          ? text::counted(traced->trace.files.size(), "file") + " opened"
                          : "failed");
  return traced;
}

// Whether the image gets the tag: where it does what the whole one does.
Result<> prove(const EnvironmentBuild& work, const AssembledImage& slim, const Traced& traced,
               const slim::Fates& fates, const slim::Place& place, diag::Diagnostics& findings)
{
  ENVLIFT_TRY_ASSIGN(UntaggedImage loaded, UntaggedImage::load(work, slim));
  work.talk.step_begins("asking the slimmed image the same");
  const auto asked = ask_slim(work, loaded.id(), traced, fates, place, findings);
  const bool is_same = asked && findings.all().empty();
  work.talk.step_ends(is_same ? "the same answers" : "failed");
  if (is_same) {
    loaded.stays();   // it gets its tag next
  }
  return asked;
}

}   // namespace

Error slims_assembled_only(const std::string& reason, const std::string& cure)
{
  return {"EL0917", fmt::format("the image cannot be slimmed: {}", reason), cure, ExitCode::input_error, {}};
}

Result<Slimmed> slimmed_image(const EnvironmentBuild& work, const AssembledImage& whole)
{
  const plan::EnvironmentPlace lies = plan::environment_place(work.planned.plan);
  const slim::Place place{lies.prefix.substr(1), lies.library.substr(1)};
  diag::Diagnostics findings;
  ENVLIFT_TRY_ASSIGN(const Traced traced, trace(work, whole, place, findings));
  if (!findings.all().empty()) {
    return Slimmed{whole, std::move(findings)};
  }
  ENVLIFT_TRY_ASSIGN(const auto facts, layer_facts(work.store, whole.image.layers));
  const slim::Fates fates = slim::choose(facts, traced.trace, place, work.planned.inspected.settings.keep);
  image::NewImage image = whole.image;
  image.labels.emplace_back(audit::k_slim_label);
  ENVLIFT_TRY_ASSIGN(image.layers, slim_layers(work.store, whole.image.layers, fates));
  AssembledImage slim = assembled(work, std::move(image));
  ENVLIFT_TRY(prove(work, slim, traced, fates, place, findings));
  if (!findings.all().empty()) {
    return Slimmed{whole, std::move(findings)};
  }
  say_losses(slim::summary(facts, fates, place), work.talk);
  return Slimmed{std::move(slim), {}};
}

}   // namespace envlift::lift
