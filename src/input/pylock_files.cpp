#include "input/pylock_files.hpp"

#include "base/text.hpp"
#include "input/conda_sections.hpp"
#include "input/hashes.hpp"
#include "input/requirements_direct.hpp"
#include "input/toml_file.hpp"
#include "input/wheel_name.hpp"

#include <algorithm>
#include <span>

#include <fmt/format.h>

namespace envlift::input {

namespace {

constexpr const char* k_lock_again = "lock again with the tool that wrote it";

bool is_of_pypi(std::string_view url)
{
  return url.starts_with("https://files.pythonhosted.org/") || url.starts_with("https://pypi.org/");
}

// How well the wheel fits, as packaging.tags orders tags: the Python's own before abi3 before pure ones, and a
// glibc that the base images have before a newer one. 0: not at all.
int rank(const std::string& name, const environment::Target& target)
{
  const auto wheel = parse_wheel_name(name);
  const auto needed_glibc = wheel ? needed_glibc_minor(*wheel, target) : std::nullopt;
  if (!needed_glibc) {
    return 0;
  }
  const auto has = [](const std::vector<std::string>& tags, std::string_view tag) {
    return std::ranges::find(tags, tag) != tags.end();
  };
  const bool is_pure = has(wheel->abi_tags, "none");
  const int tags = is_pure ? 1 : (has(wheel->abi_tags, "abi3") ? 2 : 3);
  const int platform = has(wheel->platform_tags, "any") ? 0 : 1;
  return (*needed_glibc > glibc_minor(target) ? 1 : 10) + (tags * 2) + platform;
}

}   // namespace

bool PylockFiles::refuse(std::string_view code, std::string message, std::string hint,
                         const diag::Span& place) const
{
  diagnostics_.add(code, std::move(message), std::move(hint), place);
  return false;
}

// The first hash that pip takes.
std::string PylockFiles::hash(const toml::table& table, const LockedPackage& package, bool& is_good) const
{
  const toml::table* hashes = toml_.table(table, "hashes");
  for (const std::string_view name : k_pip_hashes) {
    const auto value = hashes == nullptr ? std::nullopt : toml_.text(*hashes, name);
    if (value) {
      return fmt::format("{}:{}", name, *value);
    }
  }
  is_good = hashes == nullptr || hashes->empty()
                ? refuse("EL0119", fmt::format("a file of `{}` has no `hashes`", package.name), k_lock_again,
                         toml_.place(table))
                : refuse("EL0311", fmt::format("a file of `{}` has no hash that pip takes", package.name),
                         "lock again with sha256 hashes", toml_.place(table));
  return "";
}

std::optional<PylockEntry> PylockFiles::entry(const toml::table& table, const LockedPackage& package) const
{
  bool is_good = true;
  PylockEntry found;
  found.file.hash = hash(table, package, is_good);
  found.file.bytes = bytes_at(table, "size");
  found.url = toml_.text(table, "url").value_or("");
  found.path = toml_.text(table, "path").value_or("");
  found.file.name = toml_.text(table, "name").value_or("");
  if (found.file.name.empty()) {
    found.file.name = file_name_of(found.url.empty() ? found.path : found.url);
  }
  if (found.url.empty() && found.path.empty()) {
    is_good = refuse("EL0119", fmt::format("a file of `{}` has neither `url` nor `path`", package.name),
                     k_lock_again, toml_.place(table));
  }
  return is_good ? std::optional(std::move(found)) : std::nullopt;
}

std::optional<std::vector<PylockEntry>> PylockFiles::entries(const toml::table& table,
                                                             const LockedPackage& package) const
{
  std::vector<PylockEntry> entries;
  if (const toml::array* wheels = toml_.array(table, "wheels")) {
    for (const toml::node& wheel : *wheels) {
      const toml::table* file = wheel.as_table();
      if (file == nullptr) {
        toml_.wrong_kind("wheels", "an array of tables", wheel);
        return std::nullopt;
      }
      auto found = entry(*file, package);
      if (!found) {
        return std::nullopt;
      }
      entries.push_back(std::move(*found));
    }
  }
  if (const toml::table* sdist = toml_.table(table, "sdist")) {
    auto found = entry(*sdist, package);
    if (!found) {
      return std::nullopt;
    }
    entries.push_back(std::move(*found));
  }
  return entries;
}

bool PylockFiles::of_index(std::vector<PylockEntry> entries, LockedPackage& package) const
{
  if (entries.empty()) {
    return refuse("EL0354", fmt::format("`{}` has neither a wheel nor an sdist", package.name), k_lock_again,
                  package.place);
  }
  const bool has_index = !package.index.empty() &&
                         std::ranges::all_of(entries, [](const PylockEntry& one) { return !one.url.empty(); });
  const bool is_public = std::ranges::all_of(entries, [](const PylockEntry& one) { return is_of_pypi(one.url); });
  if ((!has_index && !is_public) || package.version.empty()) {
    return take_one(entries, package);
  }
  for (PylockEntry& one : entries) {
    package.files.push_back(std::move(one.file));
  }
  return true;
}

// Without an index nobody could find the files by name: the best of them is named itself.
bool PylockFiles::take_one(const std::vector<PylockEntry>& entries, LockedPackage& package) const
{
  const PylockEntry* best = nullptr;
  int best_rank = 0;
  for (const PylockEntry& one : entries) {
    const bool is_wheel = one.file.name.ends_with(".whl");
    const int here = is_wheel ? rank(one.file.name, target_) : 0;
    if (here > best_rank || (!is_wheel && best == nullptr)) {
      best = &one;
      best_rank = here;
    }
  }
  if (best == nullptr) {
    return refuse("EL0413",
                  fmt::format("`{}` has no file for Linux {} with Python {} in the lock", package.name,
                              target_.arch, target_.python_minor),
                  "choose another Python with --python, or lock again for this platform", package.place);
  }
  package.files = {best->file};
  package.url = best->path.empty() ? best->url : "";
  package.from_index = best->path.empty();
  package.path = best->path;
  return true;
}

bool PylockFiles::of_vcs(const toml::table& vcs, LockedPackage& package) const
{
  const std::string type = toml_.text(vcs, "type").value_or("");
  const std::string url = toml_.text(vcs, "url").value_or("");
  const std::string commit = toml_.text(vcs, "commit-id").value_or("");
  const std::string subdirectory = toml_.text(vcs, "subdirectory").value_or("");
  if (type.empty() || commit.empty()) {
    return refuse(
        "EL0119",
        fmt::format("the `vcs` of `{}` has no `{}`", package.name, type.empty() ? "type" : "commit-id"),
        k_lock_again, toml_.place(vcs));
  }
  if (url.empty()) {
    return refuse("EL0344",
                  fmt::format("the repository of `{}` is a path, which the build cannot clone", package.name),
                  "lock it from its https:// URL", toml_.place(vcs));
  }
  package.url = fmt::format("{}+{}@{}{}", type, url, commit,
                            subdirectory.empty() ? "" : "#subdirectory=" + subdirectory);
  return true;
}

bool PylockFiles::of_place(const toml::table& table, LockedPackage& package) const
{
  if (table.contains("vcs")) {
    const toml::table* vcs = toml_.table(table, "vcs");
    return vcs != nullptr && of_vcs(*vcs, package);
  }
  if (table.contains("directory")) {
    const toml::table* directory = toml_.table(table, "directory");
    const auto path = directory == nullptr ? std::nullopt : toml_.text(*directory, "path");
    if (!path || path->empty()) {
      return directory != nullptr &&
             refuse("EL0119", fmt::format("the `directory` of `{}` has no `path`", package.name),
                    k_lock_again, toml_.place(*directory));
    }
    const std::string below = toml_.text(*directory, "subdirectory").value_or("");
    package.path = below.empty() ? *path : *path + "/" + below;
    package.path = package.path == "./" ? "." : package.path;
    package.editable = toml_.boolean(*directory, "editable").value_or(false);
    return true;
  }
  const toml::table* archive = toml_.table(table, "archive");
  auto found = archive == nullptr ? std::nullopt : entry(*archive, package);
  if (!found) {
    return false;
  }
  const std::string below = toml_.text(*archive, "subdirectory").value_or("");
  package.files = {found->file};
  package.path = found->path;
  package.url = !found->path.empty() || below.empty() ? found->url : found->url + "#subdirectory=" + below;
  package.url = found->path.empty() ? package.url : "";
  return true;
}

std::vector<PylockEntry> take_entries(toml::table& package)
{
  diag::Diagnostics faults;
  const diag::Sources none;
  const TomlReader toml("", faults, none);
  auto entries = PylockFiles(toml, environment::Target(), faults).entries(package, {});
  if (!entries || entries->empty() || !faults.all().empty()) {
    return {};
  }
  if (toml::array* wheels = package.get_as<toml::array>("wheels")) {
    wheels->clear();
  }
  if (toml::table* sdist = package.get_as<toml::table>("sdist")) {
    sdist->clear();
  }
  entries->shrink_to_fit();
  return std::move(*entries);
}

}   // namespace envlift::input
