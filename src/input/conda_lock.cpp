// conda-lock's unified lock file, version 1 (CEP 37): packages of several platforms, managers and categories.
#include "base/text.hpp"
#include "environment/requirement.hpp"
#include "input/asked_parts.hpp"
#include "input/conda_lock.hpp"
#include "input/formats.hpp"
#include "input/locked.hpp"
#include "input/text_file.hpp"
#include "input/yaml_members.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include <fmt/format.h>

namespace envlift::input {

namespace {

constexpr int k_newest_version = 1;
constexpr const char* k_main = "main";
constexpr std::string_view k_variable = "envlift.variable.";

class CondaLock {
public:
  explicit CondaLock(CondaFile& file) : file_(file), members_(file.diagnostics()), packages_(file) {}

  void read(const YamlNode& root)
  {
    const YamlNode* metadata = members_.need_map(root, "metadata");
    const YamlNode* list = members_.need_list(root, "package");
    if (metadata == nullptr || list == nullptr) {
      return;
    }
    read_channels(*metadata);
    read_variables(*metadata);
    for (const YamlNode& item : list->items) {
      if (members_.is_map(item, "a package")) {
        sort_out(item);
      }
    }
    if (!has_platform(*metadata)) {
      refuse_missing_platform({platforms_.begin(), platforms_.end()}, list->span, file_);
      return;
    }
    take_categories();
    packages_.finish();
  }

private:
  struct Row {
    const YamlNode* node = nullptr;
    std::string category;
  };

  void read_channels(const YamlNode& metadata)
  {
    const YamlNode* channels = members_.list(metadata, "channels");
    if (channels == nullptr) {
      return;
    }
    for (const YamlNode& channel : channels->items) {
      const std::string url = channel.kind == YamlKind::scalar ? channel.scalar : members_.text(channel, "url");
      // A URL of variables names no channel here; those of the packages do.
      if (url.find('$') == std::string::npos) {
        add_locked_channel(url, channel, file_);
      }
    }
  }

  // The form has no variables: `envlift lock` keeps those of the environment among what is known to others only.
  void read_variables(const YamlNode& metadata)
  {
    const YamlNode* custom = members_.map(metadata, "custom_metadata");
    if (custom == nullptr) {
      return;
    }
    for (const YamlEntry& entry : custom->entries) {
      const std::string name = entry.key.starts_with(k_variable) ? entry.key.substr(k_variable.size()) : "";
      if (!name.empty() && !refuse_variable_name(name, entry.key_span(), file_)) {
        set_variable(name, entry.value.scalar, entry.value.span, file_);
      }
    }
  }

  // Packages of the image's platform are looked at later, when all categories are known.
  void sort_out(const YamlNode& item)
  {
    const auto platform = members_.need_text(item, "platform");
    if (!platform) {
      return;
    }
    platforms_.insert(*platform);
    if (*platform != file_.subdir()) {
      return;
    }
    const std::string category = members_.text(item, "category");
    rows_.push_back({&item, category.empty() ? k_main : category});
  }

  // A platform without any package is one that was locked to nothing.
  bool has_platform(const YamlNode& metadata)
  {
    if (const YamlNode* named = members_.list(metadata, "platforms")) {
      for (const YamlNode& platform : named->items) {
        platforms_.insert(platform.scalar);
      }
    }
    return platforms_.contains(file_.subdir());
  }

  void take_categories()
  {
    std::set<std::string> names;
    for (const Row& row : rows_) {
      names.insert(row.category);
    }
    names.erase(k_main);
    const std::vector<std::string> there(names.begin(), names.end());
    // conda-lock's word for a category on its command line is an extra.
    std::set<std::string> wanted = asked_parts(PartKind::group, file_.target.groups, there, file_.path,
                                               file_.diagnostics());
    wanted.merge(asked_parts(PartKind::extra, file_.target.extras, there, file_.path, file_.diagnostics()));
    const auto is_wanted = [&](const std::string& category) {
      return category == k_main || wanted.contains(environment::normalize_name(category));
    };
    file_.environment().conda.reserve(rows_.size());
    for (const Row& row : rows_) {
      if (is_wanted(row.category)) {
        take(*row.node);
      }
    }
    for (const Row& row : rows_) {
      if (!is_wanted(row.category)) {
        leave_out(row);
      }
    }
    note_left_out({left_out_.begin(), left_out_.end()}, {}, {.file = file_.path}, file_.result);
  }

  // A package stands once for each of its categories.
  bool is_new(const YamlNode& item, const std::string& name)
  {
    return taken_.insert(members_.text(item, "manager") + " " + name).second;
  }

  void leave_out(const Row& row)
  {
    const std::string name = members_.text(*row.node, "name");
    left_out_.insert(row.category);
    if (is_new(*row.node, name)) {
      file_.environment().dropped.push_back(
          {name, not_asked_reason(PartKind::group, row.category), row.node->span});
    }
  }

  void take(const YamlNode& item)
  {
    const auto name = members_.need_text(item, "name");
    const auto manager = members_.need_text(item, "manager");
    const auto url = members_.need_text(item, "url");
    const bool is_pip = manager && (*manager == "pip" || *manager == "pypi");
    const YamlNode* hash = is_pip ? members_.map(item, "hash") : members_.need_map(item, "hash");
    const bool is_virtual = name && manager && *manager == "conda" && name->starts_with("__");
    if (!name || !manager || !url || (hash == nullptr && !is_pip) || is_virtual || !is_new(item, *name)) {
      return;
    }
    const diag::Span place = item.find("name")->span;
    const std::string sha256 = hash == nullptr ? "" : members_.text(*hash, "sha256");
    if (*manager == "conda") {
      const YamlNode* needs = item.find("dependencies");
      const YamlNode* glibc = needs == nullptr ? nullptr : needs->find("__glibc");
      packages_.add(LockedConda{*url, members_.text(*hash, "md5"), sha256, place,
                                glibc == nullptr ? "" : glibc->scalar});
    }
    else if (is_pip) {
      take_pip(item, *name, *url, sha256, place);
    }
    else {
      file_.diagnostics().add("EL0119", fmt::format("`manager` must be conda or pip, not `{}`", shown(*manager)),
                              "write the lock again with conda-lock", item.find("manager")->span);
    }
  }

  void take_pip(const YamlNode& item, const std::string& name, const std::string& url, const std::string& sha256,
                const diag::Span& place)
  {
    const auto version = members_.need_text(item, "version");
    if (!version) {
      return;
    }
    LockedPip package{name, *version, url, "", {}, false, place};
    if (!sha256.empty()) {
      package.hashes.push_back("sha256:" + sha256);
    }
    const YamlNode* source = members_.map(item, "source");
    if (source != nullptr && members_.text(*source, "type") == "url") {
      package.url = members_.text(*source, "url");
    }
    package.from_index = source == nullptr && !package.url.starts_with("git+");
    packages_.add(std::move(package));
  }

  CondaFile& file_;
  YamlMembers members_;
  LockedPackages packages_;
  std::vector<Row> rows_;
  std::set<std::string> platforms_;
  std::set<std::string> left_out_;
  std::unordered_set<std::string> taken_;   // manager and name
};

}  // namespace

std::optional<YamlNode> parse_lock(CondaFile& file, std::string bytes)
{
  file.environment().uses_conda = true;
  const auto text = decode_file(file.path, std::move(bytes), Encoding::utf8, file.result);
  auto root = text ? parse_yaml(file.path, *text, file.diagnostics(), k_lock_limit_bytes) : std::nullopt;
  return root && YamlMembers(file.diagnostics()).is_map(*root, "a lock file") ? std::move(root) : std::nullopt;
}

void read_package_list(const YamlNode& root, CondaFile& file)
{
  CondaLock(file).read(root);
}

bool detects_conda_lock(std::string_view file_name, std::string_view text)
{
  const std::string name = text::to_lower(file_name);
  if (!name.ends_with(".yml") && !name.ends_with(".yaml")) {
    return false;
  }
  if (text.empty()) {
    return name.ends_with("-lock.yml") || name.ends_with("-lock.yaml");
  }
  return has_top_key(text, "package:") && has_top_key(text, "metadata:") && !has_top_key(text, "dependencies:");
}

void read_conda_lock(const std::string& path, std::string bytes, const FileSource& files,
                     environment::Target& target, ReadResult& result)
{
  CondaFile file{path, files, target, result};
  const auto root = parse_lock(file, std::move(bytes));
  if (root && read_lock_version(*root, "the lock", k_newest_version, result.diagnostics)) {
    read_package_list(*root, file);
  }
}

}  // namespace envlift::input
