#include "plan/planner.hpp"

#include "base/text.hpp"
#include "plan/base_images.hpp"
#include "plan/checks.hpp"
#include "plan/notes.hpp"
#include "plan/python_choice.hpp"
#include "plan/strategies.hpp"

#include <fmt/format.h>

namespace envlift::plan {

namespace {

constexpr const char* k_netrc_file = "netrc";

using environment::Environment;
using settings::Settings;

const StrategyInfo* choose_strategy(const Environment& environment, const Settings& settings,
                                    diag::Diagnostics& diagnostics)
{
  const std::string natural = environment.uses_conda ? "swap" : "native";
  const StrategyInfo* chosen = find_strategy(settings.strategy.empty() ? natural : settings.strategy);
  if (chosen == nullptr) {
    diagnostics.add("EL0706", fmt::format("`{}` is no strategy", settings.strategy),
                    "set swap, native, os-only or custom, or leave it out", settings.place_of("strategy"));
    return nullptr;
  }
  if (chosen->strategy == Strategy::native && environment.uses_conda) {
    diagnostics.add("EL0706", "the strategy `native` cannot install conda packages",
                    "leave the setting `strategy` out, or set it to swap or os-only",
                    settings.place_of("strategy"));
    return nullptr;
  }
  if (chosen->strategy == Strategy::custom && settings.base.empty()) {
    diagnostics.add("EL0706", "the strategy `custom` stands on a base of yours, and none is set",
                    "name one with glibc and a Python 3.8 or newer: `--base python:3.12-slim`",
                    settings.place_of("strategy"));
    return nullptr;
  }
  return chosen;
}

const BaseImage* choose_base(const Environment& environment, const Settings& settings,
                             diag::Diagnostics& diagnostics)
{
  if (is_contradiction(environment, settings)) {
    diagnostics.add("EL0702", no_python(environment), "change one of the constraints",
                    environment.python_span);
    return nullptr;
  }
  const std::string minor = choose_python(environment, settings);
  const BaseImage* base = find_base(minor);
  if (base == nullptr) {
    diagnostics.add("EL0702", fmt::format("no Lambda base image has Python {}", minor),
                    fmt::format("choose a Python from {} to {}", base_images().front().python_minor,
                                base_images().back().python_minor),
                    settings.python.empty() ? environment.python_span : settings.place_of("python"));
  }
  return base;
}

// The base's row with the references that the Dockerfile will name.
Base resolve_base(const BaseImage& base, const Settings& settings, Strategy strategy)
{
  const auto named = [](const std::string& setting, std::string_view place, std::string_view value,
                        std::string_view ours) {
    return setting.empty() ? std::string(ours) : text::replace_all(setting, place, value);
  };
  const std::string builder = named(settings.base, "{python}", base.python_minor, base.reference);
  Base resolved{.reference = builder,
                .builder = builder,
                .python_minor = std::string(base.python_minor),
                .os = std::string(base.os),
                .glibc = std::string(base.glibc),
                .end_of_life = std::string(base.deprecation)};
  if (strategy == Strategy::os_only) {
    const OsBaseImage& os_base = os_base_of(base);
    resolved.reference = named(settings.os_base, "{os}", os_base.name, os_base.reference);
    resolved.end_of_life.clear();   // another than the Python runtime's
  }
  if (strategy == Strategy::custom) {
    resolved.os.clear();   // the user's own
    resolved.glibc.clear();
    resolved.end_of_life.clear();
  }
  return resolved;
}

// The environment, the settings and the base's tag must speak of one Python.
void check_one_python(const Environment& environment, const Settings& settings, const BaseImage& base,
                      diag::Diagnostics& diagnostics)
{
  if (!settings.python.empty() && !allows_minor(environment.python, settings.python)) {
    diagnostics
        .add("EL0703",
             fmt::format("the setting python: {} contradicts the environment's `python {}`", settings.python,
                         environment.python),
             "change one of the two", settings.place_of("python"))
        .notes.push_back(fmt::format("the environment asks for it in {}", environment.python_span.file));
  }
  const auto tagged =
      settings.strategy == to_string(Strategy::custom) ? std::nullopt : minor_of_tag(settings.base);
  if (tagged && *tagged != base.python_minor) {
    diagnostics.add("EL0704",
                    fmt::format("the base image {} has Python {}, the environment needs {}", settings.base,
                                *tagged, base.python_minor),
                    fmt::format("use a base of Python {}, or `{{python}}` in its tag", base.python_minor),
                    settings.place_of("base"));
  }
  if (base.deprecated && settings.base.empty()) {
    diagnostics.add(
        "EL0705",
        fmt::format("Lambda deprecated its Python {} runtime on {}", base.python_minor, base.deprecation),
        fmt::format("move the environment to Python {} or later", k_default_minor), environment.python_span);
  }
}

std::vector<SecretFile> collect_secrets(const Environment& environment, const Settings& settings)
{
  std::vector<SecretFile> secrets;
  const auto add = [&](const char* id, const std::string& path) {
    if (!path.empty()) {
      secrets.push_back({.id = id, .setting = id, .host_path = path});
    }
  };
  add("ca_bundle", settings.ca_bundle);
  add("pip_config", settings.pip_config);
  add("condarc", settings.condarc);
  // The environment's own credentials are a file that only the build writes: a rendered line names its place.
  add("netrc", !settings.netrc.empty() || environment.credentials.empty() ? settings.netrc : k_netrc_file);
  return secrets;
}

}   // namespace

void check_bundled(const Environment& environment, const Settings& settings, diag::Diagnostics& diagnostics)
{
  if (settings.strategy == to_string(Strategy::os_only) || settings.strategy == to_string(Strategy::custom)) {
    return;
  }
  std::vector<std::string> names;
  const auto add = [&](const auto& package, const std::string& constraint) {
    if (is_bundled(package.name) && constraint.starts_with("==")) {
      names.push_back(fmt::format("{} {}", package.name, constraint.substr(2)));
    }
  };
  for (const environment::CondaPackage& package : environment.conda) {
    add(package, package.version);
  }
  for (const environment::PipPackage& package : environment.pip) {
    add(package, package.specifier);
  }
  if (!names.empty()) {
    diagnostics.add(
        "EL0718",
        fmt::format("the base image brings versions of its own of what you pin: {}; yours are imported",
                    text::join(names, ", ")),
        "nothing to do; `--strategy os-only` leaves the base's out",
        {.file = environment.sources.empty() ? "" : environment.sources.front().path});
  }
}

std::vector<Note> base_notes(const Environment& environment, const Settings& settings)
{
  diag::Diagnostics unused;   // `plan` says them
  const BaseImage* base = choose_base(environment, settings, unused);
  const StrategyInfo* strategy = choose_strategy(environment, settings, unused);
  if (base == nullptr || strategy == nullptr) {
    return {};
  }
  Plan plan;
  plan.strategy = strategy->strategy;
  plan.base = resolve_base(*base, settings, strategy->strategy);
  const function::Function none;
  explain_base({environment, none, settings, *base}, plan);
  return plan.notes;
}

Plan make_plan(const Environment& environment, const function::Function& function, const Settings& settings,
               diag::Diagnostics& diagnostics)
{
  Plan plan;
  plan.arch = settings.arch;
  plan.handler = function.handler;
  plan.tag = settings.tag;
  plan.build_network = settings.build_network;
  plan.secrets = collect_secrets(environment, settings);
  const BaseImage* base = choose_base(environment, settings, diagnostics);
  const StrategyInfo* strategy = choose_strategy(environment, settings, diagnostics);
  if (base == nullptr || strategy == nullptr) {
    return plan;
  }
  const Inputs inputs{environment, function, settings, *base};
  plan.base = resolve_base(*base, settings, strategy->strategy);
  plan.strategy = strategy->strategy;
  check_one_python(environment, settings, *base, diagnostics);
  check_installer(inputs, diagnostics);
  check_glibc(inputs, diagnostics);
  check_terms(environment, settings, diagnostics);
  check_locked_python(environment, diagnostics);
  check_version_control(environment, diagnostics);
  strategy->fill(inputs, plan);
  check_dockerfile_texts(plan, settings, diagnostics);
  check_credentials(plan, environment, diagnostics);
  add_notes(inputs, *strategy, plan);
  return plan;
}

}   // namespace envlift::plan
