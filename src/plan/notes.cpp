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

// "51.9 MB compressed, 86.2 MB less than public.ecr.aws/lambda/python:3.11", as far as the table has both.
std::string os_base_size(const BaseImage& base, const OsBaseImage& os_base)
{
  const std::string size = fmt::format("{:.1f} MB compressed", os_base.compressed_mb);
  return base.compressed_mb == 0 ? size
                                 : fmt::format("{}, {:.1f} MB less than {}", size,
                                               base.compressed_mb - os_base.compressed_mb, base.reference);
}

void explain_os_base(const Inputs& inputs, Plan& plan)
{
  const Base& base = plan.base;
  const OsBaseImage& ours = os_base_of(inputs.base_image);
  note(plan, "base",
       inputs.settings.os_base.empty()
           ? fmt::format("{}: AWS's {} with glibc {} and no Python: {}", base.reference, base.os, base.glibc,
                         os_base_size(inputs.base_image, ours))
           : fmt::format("{}: as set", base.reference));
  note(plan, "builder",
       fmt::format("{}: the environment is made in a base of the same Linux that has a Python; nothing of it "
                   "is in the image",
                   base.builder));
  note(plan, "SDK",
       "the image has the packages of the environment only: boto3 where the environment lists it");
}

void explain_custom_base(Plan& plan)
{
  note(plan, "base",
       fmt::format("{}: as set; any base with glibc and a Python 3.8 or newer, which runs the builder alone",
                   plan.base.reference));
  note(plan, "runtime", "the entry script, the bootstrap and the variables of AWS's bases are added");
  note(plan, "SDK",
       "the image has the packages of the environment only: boto3 where the environment lists it");
}

void explain_python_base(const Inputs& inputs, Plan& plan)
{
  const Base& base = plan.base;
  const OsBaseImage& other = os_base_of(inputs.base_image);
  note(plan, "base",
       inputs.settings.base.empty()
           ? fmt::format("{}: AWS's base of Python {}, {} with glibc {}, patched until {}", base.reference,
                         base.python_minor, base.os, base.glibc, base.end_of_life)
           : fmt::format("{}: as set", base.reference));
  note(plan, "base",
       fmt::format("`--strategy os-only` would take {} ({}): without the base's Python and SDK, {}",
                   other.reference, os_base_size(inputs.base_image, other),
                   brings_python(plan.strategy) ? "which this environment runs without"
                                                : "with a Python that conda installs from conda-forge"));
}

}  // namespace

void explain_base(const Inputs& inputs, Plan& plan)
{
  const std::string& minor = plan.base.python_minor;
  note(plan, "python", fmt::format("{}: {}", minor, why_python(inputs)));
  if (brings_python(plan.strategy) && adds_python(inputs.environment, minor)) {
    note(plan, "added",
         fmt::format("python={}: the environment allows others, and the image runs this one", minor));
  }
  switch (plan.strategy) {
    case Strategy::custom: return explain_custom_base(plan);
    case Strategy::os_only: return explain_os_base(inputs, plan);
    case Strategy::swap:
    case Strategy::native: return explain_python_base(inputs, plan);
  }
}

namespace {

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
       inputs.settings.installer_url.empty()
           ? fmt::format("{}: the newest Miniconda that runs with glibc {}", base_installer(inputs).url,
                         inputs.base_image.glibc)
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

// templates/build_layers.py's rules.
void explain_layers(Plan& plan)
{
  note(plan, "layers",
       "each package of 512 KB and more has one of its own, the 24 largest at most; the others share 8 by "
       "the hash of "
       "their names; then what no package owns, the launcher, and the code last. Their bytes are the same in "
       "every build, "
       "so that what changed alone is pushed; with `--dockerfile` the environment is one layer");
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
  if (brings_python(plan.strategy)) {
    explain_conda(inputs, plan);
  }
  explain_pip(inputs, plan);
  note(plan, "runtime client",
       fmt::format("{}: the newest with a wheel for this Python, unless the environment brings one",
                   inputs.base_image.runtime_client));
  explain_finish(inputs.settings, plan);
  explain_mounts(plan);
  explain_layers(plan);
}

}  // namespace envlift::plan
