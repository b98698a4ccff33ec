// conda-lock.yml, version 1 (CEP 37), as conda-lock and src/input/conda_lock.cpp read it.
#include "base/sha256.hpp"
#include "base/text.hpp"
#include "report/lock_parts.hpp"

#include <algorithm>
#include <functional>
#include <set>

#include <fmt/format.h>

namespace envlift::report {

namespace {

// conda links packages in the order of a list: each behind what it depends on. Where they depend on each other, by name.
std::vector<const InstalledConda*> in_order(const std::vector<InstalledConda>& packages)
{
  std::map<std::string_view, const InstalledConda*> by_name;
  for (const InstalledConda& package : packages) {
    by_name.emplace(package.name, &package);
  }
  std::vector<const InstalledConda*> ordered;
  std::set<std::string_view> seen;
  const std::function<void(const InstalledConda&)> take = [&](const InstalledConda& package) {
    if (!seen.insert(package.name).second) {
      return;
    }
    std::vector<std::string> depends = package.depends;
    std::ranges::sort(depends);
    for (const std::string& spec : depends) {
      const auto found = by_name.find(std::string_view(spec).substr(0, spec.find_first_of(" =<>!~[")));
      if (found != by_name.end()) {
        take(*found->second);
      }
    }
    ordered.push_back(&package);
  };
  for (const auto& [name, package] : by_name) {
    take(*package);
  }
  return ordered;
}

std::string member(std::string_view key, std::string_view value)
{
  return fmt::format("  {}: {}\n", key, text::json_quote(value));
}

std::string dependencies(const std::vector<std::string>& depends)
{
  std::map<std::string, std::string> by_name;
  for (const std::string& spec : depends) {
    const std::size_t end = std::min(spec.find(' '), spec.size());
    by_name.emplace(spec.substr(0, end), text::trim(std::string_view(spec).substr(end)));
  }
  std::string text = by_name.empty() ? "  dependencies: {}\n" : "  dependencies:\n";
  for (const auto& [name, constraint] : by_name) {
    text += fmt::format("    {}: {}\n", text::json_quote(name), text::json_quote(constraint));
  }
  return text;
}

std::string entry(std::string_view name, std::string_view version, std::string_view manager,
                  const std::string& platform, const std::string& depends, const std::string& url,
                  const std::vector<std::pair<std::string, std::string>>& hashes)
{
  std::string text = fmt::format("- name: {}\n", text::json_quote(name));
  text += member("version", version) + member("manager", manager) + member("platform", platform) + depends;
  text += member("url", url);
  std::string lines;
  for (const auto& [algorithm, digits] : hashes) {
    lines += digits.empty() ? "" : fmt::format("    {}: {}\n", algorithm, text::json_quote(digits));
  }
  text += lines.empty() ? "  hash: {}\n" : "  hash:\n" + lines;
  return text + "  category: \"main\"\n  optional: false\n";
}

Result<std::string> conda_entry(const InstalledConda& package, const std::string& platform, Lock& lock)
{
  if (package.url.empty() || package.url.starts_with("file:") ||
      (package.md5.empty() && package.sha256.empty())) {
    return not_lockable(package.name, "conda-meta does not tell its URL and hash",
                        "install the package from a channel");
  }
  ++lock.conda;
  return entry(package.name, package.version, "conda", platform, dependencies(package.depends), package.url,
               {{"md5", package.md5}, {"sha256", package.sha256}});
}

// As pip writes it, and conda-lock with it: git+https://HOST/REPOSITORY@COMMIT#subdirectory=FOLDER.
std::string place(const InstalledPip& package)
{
  std::string url =
      package.url.empty() ? fmt::format("https://pypi.org/simple/{}/", package.name) : package.url;
  if (!package.vcs.empty()) {
    url = fmt::format("{}+{}@{}", package.vcs, url, package.commit);
  }
  return package.subdirectory.empty() ? url : url + "#subdirectory=" + package.subdirectory;
}

Result<std::string> pip_entry(const InstalledPip& package, const std::string& platform, Lock& lock)
{
  if (!package.path.empty()) {
    return not_lockable(package.name, "conda-lock.yml has no way to name a file or folder of the project",
                        "publish the package, or copy its modules into the code");
  }
  ENVLIFT_TRY(check_url(package));
  const std::string url = place(package);
  const auto sha256 = package.hashes.find("sha256");
  const std::string digits = sha256 == package.hashes.end() ? "" : sha256->second;
  if (digits.empty() && package.vcs.empty()) {
    lock.unhashed.push_back(package.name);
  }
  ++lock.pip;
  std::string text = entry(package.name, package.version, "pip", platform, "  dependencies: {}\n", url,
                           {{"sha256", digits}});
  if (package.direct && package.vcs.empty()) {
    text += fmt::format("  source:\n    type: \"url\"\n    url: {}\n", text::json_quote(url));
  }
  return text;
}

std::string metadata(const LockSource& source, const std::string& platform, const std::string& packages)
{
  std::string text = "version: 1\nmetadata:\n  content_hash:\n";
  text += fmt::format("    {}: {}\n", platform, text::json_quote(sha256_hex(packages)));
  text += source.environment.channels.empty() ? "  channels: []\n" : "  channels:\n";
  for (const std::string& channel : source.environment.channels) {
    text += fmt::format("  - url: {}\n    used_env_vars: []\n", text::json_quote(channel));
  }
  text += fmt::format("  platforms:\n  - {}\n  sources:\n  - {}\n", platform, text::json_quote(source.file));
  // The form has no place for variables; this map is for what others than conda-lock know.
  text += source.environment.variables.empty() ? "" : "  custom_metadata:\n";
  for (const auto& [name, value] : source.environment.variables) {
    text +=
        fmt::format("    {}: {}\n", text::json_quote("envlift.variable." + name), text::json_quote(value));
  }
  return text;
}

}   // namespace

Result<Lock> conda_lock(const Installed& installed, const LockSource& source)
{
  const std::string platform = source.plan.arch == "arm64" ? "linux-aarch64" : "linux-64";
  Lock lock;
  std::string packages = installed.conda.empty() && installed.pip.empty() ? "package: []\n" : "package:\n";
  for (const InstalledConda* package : in_order(installed.conda)) {
    ENVLIFT_TRY_ASSIGN(const std::string text, conda_entry(*package, platform, lock));
    packages += text;
  }
  for (const InstalledPip& package : installed.pip) {
    ENVLIFT_TRY_ASSIGN(const std::string text, pip_entry(package, platform, lock));
    packages += text;
  }
  lock.text = lock_head(source) + metadata(source, platform, packages) + packages;
  return lock;
}

}   // namespace envlift::report
