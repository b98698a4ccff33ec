#include "plan/notes.hpp"

#include "base/text.hpp"
#include "plan/builder_json.hpp"
#include "plan/environment_files.hpp"
#include "plan/python_choice.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace envlift::plan {

namespace {

void note(Plan& plan, std::string topic, std::string text)
{
  plan.notes.push_back({std::move(topic), std::move(text)});
}

std::string why_python(const Inputs& inputs)
{
  const std::string& constraint = inputs.environment.python;
  if (!inputs.settings.python.empty()) {
    return "as set";
  }
  if (minor_of_tag(inputs.settings.base)) {
    return "the one of the base image that is set";
  }
  if (constraint.empty()) {
    return "the environment does not ask for one";
  }
  return fmt::format("the newest that Lambda has and the environment's `python {}` allows", constraint);
}

void explain_base(const Inputs& inputs, Plan& plan)
{
  const std::string& minor = plan.base.python_minor;
  note(plan, "python", fmt::format("{}: {}", minor, why_python(inputs)));
  if (plan.strategy == Strategy::swap && adds_python(inputs.environment, minor)) {
    note(plan, "added",
         fmt::format("python={}: the environment allows others, and the image runs this one", minor));
  }
  note(plan, "base",
       inputs.settings.base.empty()
           ? fmt::format("{}: AWS's base of Python {}, {} with glibc {}, patched until {}",
                         plan.base.reference, minor, plan.base.os, plan.base.glibc, plan.base.end_of_life)
           : fmt::format("{}: as set", plan.base.reference));
}

void explain_channels(const environment::Environment& environment, Plan& plan)
{
  if (environment.conda_locked) {
    note(plan, "lock", fmt::format("{} conda packages by URL and checksum: nothing is solved", environment.conda.size()));
    return;
  }
  const bool says_so = environment.nodefaults ||
                       std::ranges::find(environment.channels, "defaults") != environment.channels.end();
  note(plan, "channels",
       text::join(solve_channels(environment), ", ") +
           (environment.channels.empty() ? ": the file names none, and conda's default channels are accepted"
            : says_so                    ? ": as the file lists them"
                                         : ": conda would add its default channels; `nodefaults` keeps them out"));
}

void explain_conda(const Inputs& inputs, Plan& plan)
{
  const environment::Environment& environment = inputs.environment;
  explain_channels(environment, plan);
  if (adds_pip(environment)) {
    note(plan, "added", "pip: it installs the runtime interface client");
  }
  note(plan, "installer",
       inputs.settings.installer_url.empty() ? fmt::format("{}: the newest Miniconda that runs with glibc {}",
                                                           base_installer(inputs).url, plan.base.glibc)
                                             : fmt::format("{}: as set", inputs.settings.installer_url));
}

void explain_pip(const Inputs& inputs, Plan& plan)
{
  if (inputs.environment.pip_locked) {
    note(plan, "lock", fmt::format("{} pip packages, each pinned: pip looks at no dependencies", inputs.environment.pip.size()));
  }
  for (const environment::PipPackage& package : inputs.environment.pip) {
    if (package.editable) {
      note(plan, "local",
           package.path +
               ": installed as an ordinary package; an editable one would point at the builder's folder");
    }
  }
  for (const environment::Dropped& dropped : inputs.environment.dropped) {
    note(plan, "left out", dropped.name + ": " + dropped.reason);
  }
}

// What the finish does to the environment; templates/build_finish.py's order.
void explain_finish(const settings::Settings& settings, Plan& plan)
{
  note(plan, "prune",
       settings.no_prune
           ? "nothing but package caches is left out (as set)"
           : "headers, manuals, static libraries, tests of large packages and of the standard library, pip and wheel are "
             "left out; `--keep WHAT` keeps some, `--no-prune` all");
  if (!settings.keep.empty()) {
    note(plan, "prune", fmt::format("kept: {} (as set)", text::join(settings.keep, ", ")));
  }
  note(plan, "strip",
       settings.no_strip ? "shared objects keep symbol tables and debug information (as set)"
                         : "symbol tables and debug information of shared objects are left out, and nothing that is "
                           "loaded is moved; `--no-strip` keeps them");
  const bool keeps_duplicates = std::ranges::find(settings.keep, "duplicates") != settings.keep.end();
  note(plan, "duplicates",
       keeps_duplicates ? "identical shared objects stay apart (as set)"
                        : "identical shared objects become links to the first, where the loader finds the same beside "
                          "them; `--keep duplicates` leaves them apart");
  note(plan, "bytecode",
       settings.debug_ranges
           ? "compiled at build time, with the columns of tracebacks (as set)"
           : "compiled at build time, the environment's without the columns of tracebacks; `--debug-ranges` keeps them");
}

void explain_mounts(Plan& plan)
{
  note(plan, "mounts", fmt::format("{}: packages that were downloaded once, in no layer", k_cache));
  for (const SecretFile& secret : plan.secrets) {
    note(
        plan, "mounts",
        fmt::format("/run/secrets/{}: the file of the setting `{}`, in no layer", secret.id, secret.setting));
  }
}

}  // namespace

void add_notes(const Inputs& inputs, const StrategyInfo& strategy, Plan& plan)
{
  note(plan, "strategy",
       fmt::format("{}: {}{}", strategy.name, strategy.why,
                   inputs.settings.strategy.empty() ? "" : " (as set)"));
  explain_base(inputs, plan);
  if (plan.strategy == Strategy::swap) {
    explain_conda(inputs, plan);
  }
  explain_pip(inputs, plan);
  note(plan, "runtime client",
       fmt::format("{}: the newest with a wheel for this Python, unless the environment brings one",
                   inputs.base_image.runtime_client));
  explain_finish(inputs.settings, plan);
  explain_mounts(plan);
  note(plan, "order",
       "environment, launcher, code: what changes most comes last, so that it alone is rebuilt and pushed");
}

}  // namespace envlift::plan
