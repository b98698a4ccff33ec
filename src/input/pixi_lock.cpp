// pixi.lock, versions 1 to 7 (rattler_lock). From version 4 on: environments that refer, platform by platform, to
// one list of packages.
#include "base/text.hpp"
#include "environment/requirement.hpp"
#include "input/conda_lock.hpp"
#include "input/formats.hpp"
#include "input/locked.hpp"
#include "input/own_project.hpp"
#include "input/yaml_members.hpp"

#include <algorithm>
#include <charconv>
#include <system_error>
#include <unordered_map>
#include <utility>

#include <fmt/format.h>

namespace envlift::input {

namespace {

constexpr int k_newest_version = 7;
constexpr int k_first_with_environments = 4;
constexpr int k_first_without_kind = 6;   // `- conda: URL` instead of `- kind: conda` and `url: URL`
constexpr std::string_view k_source_kind = "conda_source";

// A reference to a package, or the beginning of its entry: what it is and where it comes from.
struct Located {
  std::string kind;   // conda, pypi, conda_source
  std::string place;
};

bool is_url(std::string_view place)
{
  return place.find("://") != std::string_view::npos;
}

bool is_conda_file(std::string_view place)
{
  return place.ends_with(".conda") || place.ends_with(".tar.bz2");
}

// Of a number of bytes; 0 for what is none.
unsigned long long to_bytes(std::string_view text)
{
  unsigned long long bytes = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), bytes);
  return error == std::errc() && end == text.data() + text.size() ? bytes : 0;
}

// "", "." and "./": the folder that the lock lies in.
bool is_project(std::string_view path)
{
  return path.find_first_not_of("./") == std::string_view::npos && path.find("..") == std::string_view::npos;
}

class PixiLock {
public:
  PixiLock(int version, CondaFile& file)
      : version_(version),
        file_(file),
        members_(file.diagnostics()),
        packages_(file)
  {}

  void read(const YamlNode& root)
  {
    const YamlNode* environments = members_.need_map(root, "environments");
    const YamlNode* packages = members_.need_list(root, "packages");
    const YamlNode* environment = environments == nullptr ? nullptr : choose_environment(*environments);
    const YamlNode* by_platform = environment == nullptr ? nullptr : members_.need_map(*environment, "packages");
    if (packages == nullptr || by_platform == nullptr) {
      return;
    }
    const YamlNode* references = choose_platform(root, *by_platform);
    if (references == nullptr) {
      return;
    }
    read_sources(*environment);
    list_packages(*packages);
    file_.environment().conda.reserve(references->items.size());
    for (const YamlNode& reference : references->items) {
      if (members_.is_map(reference, "a package")) {
        take(reference);
      }
    }
    packages_.finish();
  }

private:
  // --- Which environment and platform --------------------------------------------------------------

  const YamlNode* choose_environment(const YamlNode& environments)
  {
    const std::string& asked = file_.target.pixi_environment;
    const std::string name = asked.empty() ? "default" : asked;
    const YamlNode* found = environments.find(name);
    if (found != nullptr) {
      return members_.is_map(*found, "an environment") ? found : nullptr;
    }
    std::vector<std::string> there;
    for (const YamlEntry& entry : environments.entries) {
      there.push_back(entry.key);
    }
    const auto near = text::nearest(name, there);
    file_.diagnostics().add(
        "EL0412", fmt::format("the lock has no environment `{}`", shown(name)),
        fmt::format("{} it has {}",
                    near ? fmt::format("did you mean `{}`?", shown(*near)) : "name one that is there:",
                    there.empty() ? "none" : shown(text::join(there, ", "))),
        environments.span);
    return nullptr;
  }

  // A platform's name is its subdir; from version 7 on it can be another, which `platforms` explains.
  std::string subdir_of(const YamlNode& root, const std::string& platform)
  {
    const YamlNode* platforms = members_.list(root, "platforms");
    if (platforms == nullptr || version_ < k_newest_version) {
      return platform;
    }
    for (const YamlNode& item : platforms->items) {
      if (item.kind == YamlKind::map && members_.text(item, "name") == platform) {
        const std::string subdir = members_.text(item, "subdir");
        return subdir.empty() ? platform : subdir;
      }
    }
    return platform;
  }

  const YamlNode* choose_platform(const YamlNode& root, const YamlNode& by_platform)
  {
    const YamlEntry* chosen = nullptr;
    std::vector<std::string> there;
    for (const YamlEntry& entry : by_platform.entries) {
      there.push_back(entry.key);
      const bool fits = subdir_of(root, entry.key) == file_.subdir();
      if (fits && (chosen == nullptr || entry.key == file_.subdir())) {
        chosen = &entry;
      }
    }
    if (chosen == nullptr) {
      refuse_missing_platform(there, by_platform.span, file_);
      return nullptr;
    }
    return members_.need_list(by_platform, chosen->key);
  }

  // --- Channels and indexes ------------------------------------------------------------------------

  void read_sources(const YamlNode& environment)
  {
    if (const YamlNode* channels = members_.list(environment, "channels")) {
      for (const YamlNode& channel : channels->items) {
        const std::string url = channel.kind == YamlKind::scalar ? channel.scalar : members_.text(channel, "url");
        add_locked_channel(url, channel, file_);
      }
    }
    if (const YamlNode* indexes = members_.list(environment, "indexes")) {
      read_indexes(*indexes);
    }
    if (const YamlNode* links = members_.list(environment, "find-links")) {
      for (const YamlNode& link : links->items) {
        const std::string path = link.kind == YamlKind::map ? members_.text(link, "path") : "";
        const std::string url = link.kind == YamlKind::map ? members_.text(link, "url") : link.scalar;
        packages_.add_option("--find-links", path.empty() ? url : path, link.span);
      }
    }
  }

  void read_indexes(const YamlNode& indexes)
  {
    bool is_first = true;
    for (const YamlNode& index : indexes.items) {
      const bool is_default = index.scalar == "https://pypi.org/simple" || index.scalar == "https://pypi.org/simple/";
      if (!is_first || !is_default) {
        packages_.add_option(is_first ? "--index-url" : "--extra-index-url", index.scalar, index.span);
      }
      is_first = false;
    }
  }

  // --- The packages --------------------------------------------------------------------------------

  Located located(const YamlNode& item)
  {
    for (const std::string_view kind : {"conda", "pypi", k_source_kind.data()}) {
      const YamlNode* place = item.find(kind);
      if (place != nullptr) {
        return {std::string(kind), members_.text(item, kind)};
      }
    }
    return {};
  }

  Located located_entry(const YamlNode& item)
  {
    if (version_ >= k_first_without_kind) {
      return located(item);
    }
    const std::string url = members_.text(item, "url");
    return {members_.text(item, "kind"), url.empty() ? members_.text(item, "path") : url};
  }

  void list_packages(const YamlNode& packages)
  {
    entries_.reserve(packages.items.size());
    for (const YamlNode& item : packages.items) {
      if (members_.is_map(item, "a package")) {
        const Located at = located_entry(item);
        entries_[at.kind + " " + at.place].push_back(&item);
      }
    }
  }

  void take(const YamlNode& reference)
  {
    const Located at = located(reference);
    const auto found = entries_.find(at.kind + " " + at.place);
    if (at.kind.empty() || found == entries_.end()) {
      file_.diagnostics().add("EL0119",
                              at.kind.empty() ? "a package needs `conda` or `pypi`"
                                              : fmt::format("`packages` has no entry for `{}`", shown(at.place)),
                              "write the lock again with pixi", reference.span);
      return;
    }
    if (at.kind == "pypi") {
      take_pypi(*found->second.front(), at.place);
    }
    else {
      take_conda(reference, at, found->second);
    }
  }

  // Up to version 5 one file could have several entries, one of them with its checksums; in version 6 the
  // entries of one source differ in what the reference says besides.
  void take_conda(const YamlNode& reference, const Located& at, const std::vector<const YamlNode*>& entries)
  {
    const diag::Span place = reference.span;
    if (at.kind == k_source_kind || !is_conda_file(at.place)) {
      const std::string name = text_of_any(entries, "name");
      // `name[hash] @ folder` from version 7 on.
      const std::string what = name.empty() ? at.place.substr(0, at.place.find('[')) : name;
      file_.diagnostics().add("EL0246",
                              fmt::format("`{}` is built from its source by pixi, which an image's build does not do",
                                          shown(what)),
                              "put the built package into a channel and depend on that, or name the project itself "
                              "for pip",
                              place);
      if (!name.empty() || what != at.place) {
        environment::MatchSpec spec;
        spec.name = text::to_lower(what);
        const std::string version = text_of_any(entries, "version");
        spec.version = version.empty() ? "" : "==" + version;
        list_refused_conda(spec, place, file_);
      }
      return;
    }
    packages_.add(LockedConda{at.place, text_of_any(entries, "md5"), text_of_any(entries, "sha256"), place,
                              glibc_of(entries), to_bytes(text_of_any(entries, "size"))});
  }

  // ">=2.28,<3.0.a0" of the dependency `__glibc >=2.28,<3.0.a0`.
  static std::string glibc_of(const std::vector<const YamlNode*>& entries)
  {
    constexpr std::string_view k_name = "__glibc ";
    for (const YamlNode* entry : entries) {
      const YamlNode* needs = entry->find("depends");
      for (const YamlNode& one : needs == nullptr ? YamlList<YamlNode>() : needs->items) {
        if (one.scalar.starts_with(k_name)) {
          return one.scalar.substr(k_name.size());
        }
      }
    }
    return "";
  }

  std::string text_of_any(const std::vector<const YamlNode*>& entries, std::string_view key)
  {
    for (const YamlNode* entry : entries) {
      if (std::string text = members_.text(*entry, key); !text.empty()) {
        return text;
      }
    }
    return "";
  }

  void take_pypi(const YamlNode& entry, const std::string& location)
  {
    const auto name = members_.need_text(entry, "name");
    if (!name) {
      return;
    }
    const diag::Span place = entry.find("name")->span;
    LockedPip package{*name, members_.text(entry, "version"), "", "", {}, members_.text(entry, "editable") == "true",
                      place};
    if (!is_url(location)) {
      take_path(std::move(package), location);
      return;
    }
    constexpr std::string_view direct = "direct+";
    const bool is_direct = location.starts_with(direct);
    package.url = location.substr(is_direct ? direct.size() : 0);
    if (const std::string sha256 = members_.text(entry, "sha256"); !sha256.empty()) {
      package.hashes.push_back("sha256:" + sha256);
    }
    packages_.add(std::move(package));
  }

  void take_path(LockedPip package, const std::string& path)
  {
    if (is_project(path)) {
      file_.environment().dropped.push_back(
          {environment::normalize_name(package.name), std::string(k_own_project), package.span});
      return;
    }
    package.path = path;
    packages_.add(std::move(package));
  }

  int version_;
  CondaFile& file_;
  YamlMembers members_;
  LockedPackages packages_;
  std::unordered_map<std::string, std::vector<const YamlNode*>> entries_;   // by kind and place
};

}  // namespace

bool detects_pixi_lock(std::string_view file_name, std::string_view text)
{
  if (file_name == "pixi.lock") {
    return true;
  }
  const std::string name = text::to_lower(file_name);
  const bool may_be = name.ends_with(".lock") || name.ends_with(".yml") || name.ends_with(".yaml");
  return may_be && has_top_key(text, "environments:") && has_top_key(text, "packages:") &&
         has_top_key(text, "version:");
}

void read_pixi_lock(const std::string& path, std::string bytes, const FileSource& files,
                    environment::Target& target, ReadResult& result)
{
  CondaFile file{path, files, target, result};
  const auto root = parse_lock(file, std::move(bytes));
  const auto version =
      root ? read_lock_version(*root, "the lock", k_newest_version, result.diagnostics) : std::nullopt;
  if (version && *version < k_first_with_environments) {
    read_package_list(*root, file);
  }
  else if (version) {
    PixiLock(*version, file).read(*root);
  }
}

}  // namespace envlift::input
