#include "plan/planner.hpp"

#include "base/text.hpp"
#include "plan/base_images.hpp"
#include "plan/python_choice.hpp"
#include "plan/strategies.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace envlift::plan {

namespace {

using environment::Environment;
using settings::Settings;

void note(Plan& plan, std::string topic, std::string text)
{
  plan.notes.push_back({std::move(topic), std::move(text)});
}

bool is_anaconda_default(std::string_view channel)
{
  return channel == "defaults" || channel.find("repo.anaconda.com") != std::string_view::npos ||
         channel.find("repo.continuum.io") != std::string_view::npos || channel == "main" || channel == "anaconda" ||
         channel.starts_with("pkgs/");
}

// Anaconda's own channels have terms of service; conda stops at a prompt that a build cannot answer.
void check_terms(const Environment& environment, const Settings& settings, diag::Diagnostics& diagnostics)
{
  if (!environment.uses_conda || !settings.default_channels.empty() || !settings.accept_tos.empty()) {
    return;
  }
  const auto named = std::ranges::find_if(environment.channels, is_anaconda_default);
  const diag::Span span{.file = environment.sources.empty() ? "" : environment.sources.front().path};
  if (environment.channels.empty() && !environment.nodefaults) {
    diagnostics.add("EL0707", "the file names no channels, so conda would take Anaconda's default channels",
                    "add `channels: [conda-forge]`; or accept Anaconda's terms of service with `--accept-tos defaults`",
                    span);
  }
  else if (named != environment.channels.end()) {
    diagnostics.add("EL0707", fmt::format("the channel `{}` is Anaconda's and has terms of service", *named),
                    "use conda-forge in its place; or accept the terms with `--accept-tos defaults`", span);
  }
}

const StrategyInfo* choose_strategy(const Environment& environment, const Settings& settings, Plan& plan,
                                    diag::Diagnostics& diagnostics)
{
  const std::string natural = environment.uses_conda ? "swap" : "native";
  const StrategyInfo* chosen = find_strategy(settings.strategy.empty() ? natural : settings.strategy);
  if (chosen == nullptr) {
    return nullptr;   // the settings reported it
  }
  if (chosen->strategy == Strategy::native && environment.uses_conda) {
    diagnostics.add("EL0706", "the strategy `native` cannot install conda packages",
                    "leave the setting `strategy` out, or set it to swap", {.file = "--strategy"});
    return nullptr;
  }
  note(plan, "strategy", fmt::format("{}: {}{}", chosen->name, chosen->why,
                                     settings.strategy.empty() ? "" : " (as set)"));
  return chosen;
}

void check_base_tag(const Plan& plan, const Settings& settings, diag::Diagnostics& diagnostics)
{
  const auto tagged = minor_of_tag(settings.base);
  if (tagged && *tagged != plan.base.python_minor) {
    diagnostics.add("EL0704",
                    fmt::format("the base image {} has Python {}, the environment needs {}", settings.base, *tagged,
                                plan.base.python_minor),
                    fmt::format("use a base of Python {0}, or `{{python}}` in its tag", plan.base.python_minor),
                    {.file = "--base"});
  }
}

void choose_base(const Environment& environment, const BaseImage& base, const Settings& settings, Plan& plan,
                 diag::Diagnostics& diagnostics)
{
  const std::string minor(base.python_minor);
  plan.base = {settings.base.empty() ? std::string(base.reference) : text::replace_all(settings.base, "{python}", minor),
               minor, std::string(base.os), std::string(base.glibc), std::string(base.deprecation)};
  check_base_tag(plan, settings, diagnostics);
  if (!settings.python.empty() && !allows_minor(environment.python, settings.python)) {
    diagnostics.add("EL0703", fmt::format("the setting python: {} contradicts the environment's `python {}`",
                                          settings.python, environment.python),
                    "change one of the two", environment.python_span);
  }
  note(plan, "python",
       !settings.python.empty()      ? fmt::format("{}: as set", minor)
       : environment.python.empty()  ? fmt::format("{}: the environment does not pin one, so this minor is added to it", minor)
                                     : fmt::format("{}: the newest that Lambda has and `python {}` allows", minor, environment.python));
  note(plan, "base", settings.base.empty()
                         ? fmt::format("{}: AWS's base of Python {}: {} with glibc {}", plan.base.reference, minor,
                                       base.os, base.glibc)
                         : fmt::format("{}: as set", plan.base.reference));
  if (base.deprecated && settings.base.empty()) {
    diagnostics.add("EL0705", fmt::format("Lambda deprecated its Python {} runtime on {}", minor, base.deprecation),
                    fmt::format("move the environment to Python {} or later", k_default_minor), environment.python_span);
  }
}

void collect_secrets(const Settings& settings, Plan& plan)
{
  const auto add = [&](const char* id, const std::string& path) {
    if (!path.empty()) {
      plan.secrets.push_back({id, id, path});
      note(plan, "secrets", fmt::format("{}: mounted at /run/secrets/{} while the environment is built, in no layer", path, id));
    }
  };
  add("ca_bundle", settings.ca_bundle);
  add("pip_config", settings.pip_config);
  add("condarc", settings.condarc);
}

// The only texts of the user's that a Dockerfile holds are image references and the handler: both have
// alphabets that cannot end a string or an instruction (the parser's rules: quotes do not protect newlines).
void check_dockerfile_texts(const Plan& plan, diag::Diagnostics& diagnostics)
{
  const auto check = [&](const std::string& text, const char* what) {
    const auto allowed = [](char c) {
      return text::is_alnum(c) || std::string_view("._-/:@").find(c) != std::string_view::npos;
    };
    if (!std::ranges::all_of(text, allowed)) {
      diagnostics.add("EL0708", fmt::format("the {} holds a character that cannot stand in a Dockerfile", what),
                      "use letters, digits, and . _ - / : @ only", {.file = fmt::format("--{}", what)});
    }
  };
  check(plan.base.reference, "base");
  check(plan.handler, "handler");
}

void check_git(const Environment& environment, diag::Diagnostics& diagnostics)
{
  const bool has_git = std::ranges::any_of(environment.conda, [](const auto& package) { return package.name == "git"; });
  for (const environment::PipPackage& package : environment.pip) {
    if (package.url.starts_with("git+") && !has_git) {
      diagnostics.add("EL0710", fmt::format("`{}` is cloned with git, which the base image has not", package.requirement),
                      environment.uses_conda ? "add `git` to the conda dependencies, or name a source archive's URL"
                                             : "name a source archive's URL (https://…/archive/REF.zip)",
                      package.span);
    }
  }
}

void check_credentials(const Plan& plan, diag::Diagnostics& diagnostics)
{
  for (const ContextEntry& entry : plan.context) {
    const auto* file = std::get_if<TextFile>(&entry);
    if (file != nullptr && text::has_credentials(file->text)) {
      diagnostics.add("EL0709", fmt::format("{} would carry a password or token into the image's layers", file->path),
                      "move it into a file that the settings `pip_config` or `condarc` name", {.file = file->path});
    }
  }
}

void explain_content(const Environment& environment, const BaseImage& base, Plan& plan)
{
  if (plan.strategy == Strategy::swap) {
    note(plan, "channels", text::join(solve_channels(environment), ", ") + ": conda's default channels are never added implicitly");
  }
  note(plan, "runtime client", std::string(base.runtime_client) + ": the newest with a wheel for this Python, installed into the environment");
  for (const environment::Dropped& dropped : environment.dropped) {
    note(plan, "left out", dropped.name + ": " + dropped.reason);
  }
  for (const environment::PipPackage& package : environment.pip) {
    if (package.editable) {
      note(plan, "local", package.path + ": installed as an ordinary package; an editable one would point at the builder");
    }
  }
  note(plan, "order", "environment, launcher, code: what changes most comes last, so that it alone is rebuilt and pushed");
}

}  // namespace

Plan make_plan(const Environment& environment, const function::Function& function, const Settings& settings,
               diag::Diagnostics& diagnostics)
{
  Plan plan;
  plan.arch = settings.arch;
  plan.handler = function.handler;
  plan.tag = settings.tag;
  plan.build_network = settings.build_network;
  const std::string minor = choose_python(environment, settings);
  const BaseImage* base = find_base(minor);
  if (base == nullptr) {
    diagnostics.add("EL0702", fmt::format("no Lambda base image has Python {}", minor),
                    fmt::format("choose a Python from {} to {}", base_images().front().python_minor,
                                base_images().back().python_minor),
                    environment.python_span);
    return plan;
  }
  choose_base(environment, *base, settings, plan, diagnostics);
  const StrategyInfo* strategy = choose_strategy(environment, settings, plan, diagnostics);
  if (strategy == nullptr) {
    return plan;
  }
  plan.strategy = strategy->strategy;
  collect_secrets(settings, plan);
  check_terms(environment, settings, diagnostics);
  check_git(environment, diagnostics);
  explain_content(environment, *base, plan);
  strategy->fill({environment, function, settings, *base}, plan);
  check_dockerfile_texts(plan, diagnostics);
  check_credentials(plan, diagnostics);
  return plan;
}

}  // namespace envlift::plan
