// pylock.toml (PEP 751), as installers and src/input/pylock.cpp read it.
#include "base/path.hpp"
#include "base/text.hpp"
#include "report/lock_parts.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <variant>

#include <fmt/format.h>

namespace envlift::report {

namespace {

// A TOML basic string; what JSON escapes, TOML escapes alike, but for DEL.
std::string quoted(std::string_view text)
{
  return text::replace_all(text::json_quote(text), "\x7f", "\\u007F");
}

std::string list(const std::vector<std::string>& texts)
{
  std::vector<std::string> parts;
  parts.reserve(texts.size());
  std::ranges::transform(texts, std::back_inserter(parts),
                         [](const std::string& one) { return quoted(one); });
  return "[" + text::join(parts, ", ") + "]";
}

// Where a path of the context was copied from: below the project's folder.
std::optional<std::string> project_path(const std::string& path, const plan::Plan& plan)
{
  for (const plan::ContextEntry& entry : plan.context) {
    if (const auto* file = std::get_if<plan::ProjectFile>(&entry);
        file != nullptr && file->path == "environment/" + path) {
      return file->source;
    }
    const auto* folder = std::get_if<plan::ProjectFolder>(&entry);
    const std::string inside = "environment/" + path;
    if (folder != nullptr && (inside == folder->path || inside.starts_with(folder->path + "/"))) {
      return folder->source + inside.substr(folder->path.size());
    }
  }
  return std::nullopt;
}

std::string hashes_of(const InstalledPip& package)
{
  std::vector<std::string> parts;
  for (const char* algorithm : {"sha256", "sha384", "sha512"}) {   // those that pip takes
    if (const auto found = package.hashes.find(algorithm); found != package.hashes.end()) {
      parts.push_back(fmt::format("{} = {}", algorithm, quoted(found->second)));
    }
  }
  return parts.empty() ? "" : "{ " + text::join(parts, ", ") + " }";
}

std::string vcs(const InstalledPip& package)
{
  const std::string below =
      package.subdirectory.empty() ? "" : ", subdirectory = " + quoted(package.subdirectory);
  return fmt::format("vcs = {{ type = {}, url = {}, commit-id = {}{} }}\n", quoted(package.vcs),
                     quoted(package.url), quoted(package.commit), below);
}

// `place` is "url = …" or "path = …".
std::string files(const InstalledPip& package, const std::string& place, const std::string& hashes)
{
  if (package.direct) {
    const std::string below =
        package.subdirectory.empty() ? "" : "subdirectory = " + quoted(package.subdirectory) + ", ";
    return fmt::format("archive = {{ {}, {}hashes = {} }}\n", place, below, hashes);
  }
  const std::string file = fmt::format("{{ {}, hashes = {} }}", place, hashes);
  return package.url.ends_with(".whl") || package.path.ends_with(".whl")
             ? fmt::format("wheels = [{}]\n", file)
             : fmt::format("sdist = {}\n", file);
}

Result<std::string> source_of(const InstalledPip& package, const plan::Plan& plan)
{
  if (!package.vcs.empty()) {
    return vcs(package);
  }
  const auto path = package.path.empty() ? std::nullopt : project_path(package.path, plan);
  const std::string hashes = hashes_of(package);
  if (path && hashes.empty()) {
    return fmt::format("directory = {{ path = {} }}\n", quoted(*path));
  }
  if (hashes.empty() || (!path && package.url.empty())) {
    return not_lockable(
        package.name, "pip did not tell where it has the package from, and its hash",
        "pin the package in a requirements file with a hash, or choose another Python with --python");
  }
  return files(package, path ? "path = " + quoted(*path) : "url = " + quoted(package.url), hashes);
}

std::string head(const LockSource& source)
{
  std::string text = lock_head(source);
  text += "lock-version = \"1.0\"\ncreated-by = \"envlift\"\n";
  text += fmt::format("requires-python = {}\n", quoted(fmt::format("=={}.*", source.plan.base.python_minor)));
  text += fmt::format(
      "environments = {}\n",
      list({fmt::format("sys_platform == 'linux' and platform_machine == '{}'", machine(source.plan))}));
  // All that was asked for is installed by default; who asks again is not told that there is no such part.
  text += source.extras.empty() ? "" : fmt::format("extras = {}\n", list(source.extras));
  if (!source.groups.empty()) {
    text += fmt::format("dependency-groups = {}\ndefault-groups = {}\n", list(source.groups),
                        list(source.groups));
  }
  return text;
}

}  // namespace

Result<Lock> pylock(const Installed& installed, const LockSource& source)
{
  Lock lock;
  std::string packages;
  for (const InstalledPip& package : installed.pip) {
    ENVLIFT_TRY(check_url(package));
    ENVLIFT_TRY_ASSIGN(const std::string from, source_of(package, source.plan));
    packages += fmt::format("\n[[packages]]\nname = {}\nversion = {}\n{}", quoted(package.name),
                            quoted(package.version), from);
    ++lock.pip;
  }
  lock.text = head(source) + (packages.empty() ? "packages = []\n" : packages);
  return lock;
}

}  // namespace envlift::report
