#include "plan/checks.hpp"

#include "base/text.hpp"
#include "environment/credentials.hpp"
#include "plan/base_images.hpp"
#include "plan/planner.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <set>

#include <fmt/format.h>

namespace envlift::plan {

namespace {

using environment::Environment;
using settings::Settings;

diag::Span environment_file(const Environment& environment)
{
  return {.file = environment.sources.empty() ? "" : environment.sources.front().path};
}

bool names_anaconda_host(std::string_view channel)
{
  return channel.find("//repo.anaconda.com/") != std::string_view::npos ||
         channel.find("//repo.continuum.io/") != std::string_view::npos;
}

// Whether the channel is one that Anaconda's terms of service cover: `defaults` and `pkgs/…`, which conda itself
// resolves to repo.anaconda.com, and their copies on anaconda.org.
bool has_terms(std::string_view channel, const Settings& settings)
{
  if (channel == "defaults") {
    return settings.default_channels.empty() ||
           std::ranges::any_of(settings.default_channels, names_anaconda_host);
  }
  const bool copy = channel == "anaconda" || channel == "main";
  return names_anaconda_host(channel) || channel.starts_with("pkgs/") ||
         (copy && settings.channel_alias.empty());
}

bool is_accepted(std::string_view channel, const Settings& settings)
{
  return std::ranges::any_of(settings.accept_tos, [&](const std::string& accepted) {
    return accepted == channel || accepted == "defaults";
  });
}

void check_channel(const std::string& channel, const Settings& settings, const diag::Span& place,
                   diag::Diagnostics& diagnostics)
{
  if (has_terms(channel, settings) && !is_accepted(channel, settings)) {
    diagnostics.add(
        "EL0707", fmt::format("the channel `{}` is Anaconda's and has terms of service", channel),
        fmt::format("use conda-forge in its place; or accept the terms with `--accept-tos {}`", channel),
        place);
  }
}

// "https://host/channel" of "https://host/channel/linux-64/name-1.0-0.conda".
std::string channel_of_url(const std::string& url)
{
  const std::size_t file = url.rfind('/');
  const std::size_t subdir = file == std::string::npos || file == 0 ? file : url.rfind('/', file - 1);
  return subdir == std::string::npos ? url : url.substr(0, subdir);
}

// What to do about a package that runs with glibc 2.N at least, and not with the base's.
std::string cure_of_glibc(std::string_view name, std::string_view glibc)
{
  const auto has_it = [&](const BaseImage& base) { return !is_newer(glibc, base.glibc); };
  const auto base = std::ranges::find_if(base_images(), has_it);
  return base == base_images().end()
             ? fmt::format("lock another version of `{}`: no base image of AWS's has glibc {}", name, glibc)
             : fmt::format(
                   "lock for Python {} or later, whose base has glibc {}, or lock an older version of `{}`",
                   base->python_minor, base->glibc, name);
}

bool is_version_control(std::string_view url)
{
  constexpr std::array<std::string_view, 4> k_schemes = {"git+", "hg+", "svn+", "bzr+"};
  return std::ranges::any_of(k_schemes, [&](std::string_view scheme) { return url.starts_with(scheme); });
}

}   // namespace

// A mirror keeps the end of the name.
bool has_known_glibc(const Settings& settings)
{
  return settings.base.empty() || settings.base.find("lambda/python:") != std::string::npos;
}

void check_terms(const Environment& environment, const Settings& settings, diag::Diagnostics& diagnostics)
{
  if (!environment.uses_conda) {
    return;
  }
  const bool takes_defaults = has_terms("defaults", settings) && !is_accepted("defaults", settings);
  // After an error the file may name channels that were not taken.
  if (environment.channels.empty() && !environment.conda_locked && takes_defaults && !diagnostics.has_errors()) {
    diagnostics.add(
        "EL0707", "the file names no channels, so conda would take Anaconda's default channels",
        "give `--channel conda-forge`, or `channels:` in the file; or accept Anaconda's terms of service with `--accept-tos "
        "defaults`",
        environment_file(environment));
  }
  for (const std::string& channel : environment.channels) {
    const auto place = environment.channel_places.find(channel);
    check_channel(channel, settings,
                  place == environment.channel_places.end() ? environment_file(environment) : place->second, diagnostics);
  }
  std::set<std::string, std::less<>> seen(environment.channels.begin(), environment.channels.end());
  for (const environment::CondaPackage& package : environment.conda) {
    const std::string channel = package.channel.empty() ? channel_of_url(package.url) : package.channel;
    if (seen.insert(channel).second) {   // a lock names one channel hundreds of times
      check_channel(channel, settings, package.span, diagnostics);
    }
  }
}

void check_locked_python(const Environment& environment, diag::Diagnostics& diagnostics)
{
  const bool has_python = std::ranges::any_of(environment.conda, [](const auto& one) { return one.name == "python"; });
  if (environment.conda_locked && !has_python) {
    diagnostics.add("EL0715", "the lock holds no Python, and nothing is added to a lock",
                    "add `python` to the environment and lock it again", environment_file(environment));
  }
}

void check_installer(const Inputs& inputs, diag::Diagnostics& diagnostics)
{
  const std::string& url = inputs.settings.installer_url;
  const std::string_view floor = url.empty() ? "" : installer_glibc_floor(url);
  if (has_known_glibc(inputs.settings) && is_newer(floor, inputs.base_image.glibc)) {
    diagnostics.add("EL0713",
                    fmt::format("the conda installer needs glibc {}, {} has {}", floor, inputs.base_image.os,
                                inputs.base_image.glibc),
                    "leave `installer.url` out to take one that runs there, or move to Python 3.12 or later",
                    inputs.settings.place_of("installer.url"));
  }
}

void check_glibc(const Inputs& inputs, diag::Diagnostics& diagnostics)
{
  if (!has_known_glibc(inputs.settings)) {
    return;
  }
  const std::string_view have = inputs.base_image.glibc;
  const auto check = [&](const auto& package, std::string_view code, std::string_view message) {
    const std::string need = fmt::format("2.{}", package.glibc_minor);
    if (is_newer(need, have)) {
      diagnostics.add(code,
                      fmt::format(fmt::runtime(message), package.name, need, inputs.base_image.os, have),
                      cure_of_glibc(package.name, need), package.span);
    }
  };
  for (const environment::CondaPackage& package : inputs.environment.conda) {
    check(package, "EL0716", "`{}` is locked to a build for glibc {}, and {} has {}");
  }
  for (const environment::PipPackage& package : inputs.environment.pip) {
    check(package, package.has_source ? "EL0717" : "EL0716",
          package.has_source
              ? "the lock's wheels of `{}` are for glibc {}, and {} has {}: pip builds its source"
              : "the lock's wheels of `{}` are for glibc {}, and {} has {}");
  }
}

void check_version_control(const Environment& environment, diag::Diagnostics& diagnostics)
{
  for (const environment::PipPackage& package : environment.pip) {
    const std::string tool =
        is_version_control(package.url) ? package.url.substr(0, package.url.find('+')) : "";
    const bool is_there =
        std::ranges::any_of(environment.conda, [&](const auto& one) { return one.name == tool; });
    if (!tool.empty() && !is_there) {
      diagnostics.add(
          "EL0710",
          fmt::format("`{}` is fetched with {}, which the base image has not",
                      text::redact(package.requirement), tool),
          environment.uses_conda
              ? fmt::format("add `{}` to the conda dependencies, or name a source archive's URL", tool)
              : "name a source archive's URL (https://…/archive/REF.zip)",
          package.span);
    }
  }
}

void check_dockerfile_texts(const Plan& plan, const Settings& settings, diag::Diagnostics& diagnostics)
{
  // Both alphabets hold nothing that ends a string or an instruction: the parser reads what follows a newline
  // as an instruction even between quotes, and expands `$` (moby/buildkit: frontend/dockerfile/parser).
  const auto check = [&](const std::string& text, const char* key) {
    const auto allowed = [](char c) {
      return text::is_alnum(c) || std::string_view("._-/:@").find(c) != std::string_view::npos;
    };
    if (!std::ranges::all_of(text, allowed)) {
      diagnostics.add("EL0708",
                      fmt::format("the {} holds a character that cannot stand in a Dockerfile", key),
                      "use letters, digits, and . _ - / : @ only", settings.place_of(key));
    }
  };
  check(plan.base.builder, "base");
  if (plan.base.reference != plan.base.builder) {
    check(plan.base.reference, "os_base");
  }
  check(plan.handler, "handler");
}

void check_credentials(const Plan& plan, const Environment& environment, diag::Diagnostics& diagnostics)
{
  for (const auto& [name, value] : environment.variables) {
    if (environment::has_credentials(value)) {
      diagnostics.add(
          "EL0709",
          fmt::format("the variable {} would carry a password or token into the image's layers", name),
          "set it in the function's configuration, not in the environment file",
          environment_file(environment));
      return;
    }
  }
  for (const environment::PipOption& option : environment.pip_options) {
    if (environment::has_credentials(option.value)) {
      diagnostics.add(
          "EL0709", fmt::format("{} would carry a password or token into the image's layers", option.option),
          "move the option into a pip.conf that the setting `pip_config` names", option.span);
      return;
    }
  }
  for (const ContextEntry& entry : plan.context) {
    const auto* file = std::get_if<TextFile>(&entry);
    if (file != nullptr && environment::has_credentials(file->text)) {
      diagnostics.add("EL0709",
                      fmt::format("{} would carry a password or token into the image's layers", file->path),
                      "move it into a file that the settings `pip_config` or `condarc` name",
                      environment_file(environment));
      return;
    }
  }
}

}   // namespace envlift::plan
