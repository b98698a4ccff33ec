// pixi.toml, and `[tool.pixi]` of a pyproject.toml: the environment that is asked for, put together of features,
// each with its parts for the image's platform.
#include "input/pixi_manifest.hpp"

#include "base/text.hpp"
#include "environment/requirement.hpp"
#include "input/asked_parts.hpp"
#include "input/formats.hpp"
#include "input/pyproject.hpp"
#include "input/text_file.hpp"
#include "input/toml_file.hpp"
#include "input/yaml_members.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include <fmt/format.h>

namespace envlift::input {

namespace {

constexpr const char* k_default = "default";

// A channel and the order that its `priority` gives it.
struct RankedChannel {
  std::string name;
  long long priority = 0;
  diag::Span place;
};

// `linux-*` and the like; `*` stands for any text, once.
bool fits_platform(std::string_view selector, std::string_view subdir)
{
  if (selector == "unix" || selector == "linux" || selector == subdir) {
    return true;
  }
  const std::size_t star = selector.find('*');
  return star != std::string_view::npos && subdir.starts_with(selector.substr(0, star)) &&
         subdir.ends_with(selector.substr(star + 1));
}

// The more of a platform a selector names, the later it is read: it replaces what stands for more of them.
int rank_of(std::string_view selector)
{
  return selector == "unix" ? 0 : selector == "linux" ? 1 : selector.find('*') != std::string_view::npos ? 2 : 3;
}

class Manifest {
public:
  explicit Manifest(PixiFile& file) : file_(file) {}

  void read()
  {
    const toml::table* workspace = file_.workspace();
    if (workspace == nullptr) {
      file_.diagnostics().add("EL0119", "`[workspace]` is missing",
                              file_.pixi.contains("package")
                                  ? "this is a package of a workspace: name the pixi.toml that has [workspace]"
                                  : "write [workspace] with `channels` and `platforms`",
                              {.file = file_.conda.path});
      return;
    }
    if (!workspace->contains("channels")) {
      file_.diagnostics().add("EL0119", "`[workspace]` has no `channels`, and pixi takes no default ones",
                              "write `channels = [\"conda-forge\"]`", file_.toml.place(*workspace));
    }
    read_workspace(*workspace);
    if (!choose_environment()) {
      return;
    }
    for (const toml::table* feature : features_) {
      read_feature(*feature, *workspace);
    }
    finish(*workspace);
  }

private:
  diag::Diagnostics& diagnostics() const { return file_.diagnostics(); }

  // --- [workspace] ---------------------------------------------------------------------------------

  void read_workspace(const toml::table& workspace)
  {
    const std::string name = file_.toml.text(workspace, "name").value_or("");
    const bool is_plain = std::ranges::all_of(name, [](char c) {
      return text::is_alnum(c) || c == '-' || c == '_' || c == '.';
    });
    file_.conda.environment().name = is_plain ? name : "";
    check_platforms(workspace);
    if (const toml::node* newer = workspace.get("exclude-newer")) {
      file_.note_no_effect("exclude-newer", "the solve takes what the channels have then", "pin the versions, or use pixi.lock",
                           file_.toml.place(*newer));
    }
    if (const toml::table* options = file_.toml.table(workspace, "pypi-options")) {
      add_pypi_options(*options, file_);
    }
  }

  void check_platforms(const toml::table& workspace)
  {
    const toml::array* platforms = file_.toml.array(workspace, "platforms");
    if (platforms == nullptr) {
      return;
    }
    const auto is_ours = [&](const toml::node& item) {
      const toml::table* table = item.as_table();
      const std::string name = table == nullptr ? item.value_exact<std::string>().value_or("")
                                                : file_.toml.text(*table, "platform").value_or(
                                                      file_.toml.text(*table, "name").value_or(""));
      return name == file_.conda.subdir();
    };
    if (std::ranges::none_of(*platforms, is_ours)) {
      diagnostics().add("EL0224",
                        fmt::format("`platforms` does not name {}, which the image is", file_.conda.subdir()),
                        fmt::format("add `{}` once the environment solves for it", file_.conda.subdir()),
                        file_.toml.place(*platforms));
    }
  }

  // --- Environments and features -------------------------------------------------------------------

  std::vector<std::string> feature_names() const
  {
    std::vector<std::string> names = project_features(file_);
    if (const toml::table* features = file_.toml.table(file_.pixi, "feature")) {
      for (const auto& [key, value] : *features) {
        names.emplace_back(key.str());
      }
    }
    std::ranges::sort(names);
    names.erase(std::unique(names.begin(), names.end()), names.end());
    return names;
  }

  bool choose_environment()
  {
    const std::string& asked = file_.conda.target.pixi_environment;
    const std::string name = asked.empty() ? k_default : asked;
    const toml::table* environments = file_.toml.table(file_.pixi, "environments");
    const toml::node* chosen = environments == nullptr ? nullptr : environments->get(name);
    if (chosen == nullptr && name != k_default) {
      refuse_environment(name, environments);
      return false;
    }
    if (chosen == nullptr) {
      put_default();
    }
    else if (const toml::table* table = chosen->as_table()) {
      if (has_own_content(*table)) {
        features_.push_back(table);   // as a feature of its own, before the others
      }
      put_features(*table, "features");
      if (!file_.toml.boolean(*table, "no-default-feature").value_or(false)) {
        put_default();
      }
    }
    else {
      put_features(*environments, name);
      put_default();
    }
    put_asked();
    return true;
  }

  static bool has_own_content(const toml::table& environment)
  {
    return std::ranges::any_of(environment, [](const auto& entry) {
      const std::string_view key = entry.first.str();
      return key != "features" && key != "solve-group" && key != "no-default-feature";
    });
  }

  void refuse_environment(const std::string& name, const toml::table* environments)
  {
    std::vector<std::string> there = {k_default};
    if (environments != nullptr) {
      for (const auto& [key, value] : *environments) {
        there.emplace_back(key.str());
      }
    }
    const auto near = text::nearest(name, there);
    diagnostics().add(
        "EL0412", fmt::format("{} has no environment `{}`", file_.conda.path, shown(name)),
        fmt::format("{} it has {}",
                    near ? fmt::format("did you mean `{}`?", shown(*near)) : "name one that is there:",
                    shown(text::join(there, ", "))),
        {.file = file_.conda.path});
  }

  void put_default() { features_.push_back(&file_.pixi); }

  void put_features(const toml::table& in, std::string_view key)
  {
    for (const std::string& name : file_.toml.texts(in, key)) {
      if (name != k_default && !put_feature(name)) {
        const auto near = text::nearest(name, feature_names());
        diagnostics().add("EL0249", fmt::format("there is no feature `{}`", shown(name)),
                          near ? fmt::format("did you mean `{}`?", shown(*near)) : "remove it, or write [feature.NAME]",
                          file_.toml.place(*in.get(key)));
      }
    }
  }

  bool put_feature(const std::string& name)
  {
    const toml::table* all = file_.toml.table(file_.pixi, "feature");
    const toml::table* feature = all == nullptr ? nullptr : file_.toml.table(*all, name);
    const std::vector<std::string> of_project = project_features(file_);
    const bool is_of_project = std::ranges::find(of_project, name) != of_project.end();
    if (!taken_.insert(name).second) {
      return true;
    }
    if (feature != nullptr) {
      features_.push_back(feature);
    }
    if (is_of_project) {
      project_parts_.push_back(name);
    }
    return feature != nullptr || is_of_project;
  }

  // Groups and extras that are asked for are features beside those of the environment.
  void put_asked()
  {
    const std::vector<std::string> there = feature_names();
    const auto& target = file_.conda.target;
    std::set<std::string> wanted =
        asked_parts(PartKind::group, target.groups, there, file_.conda.path, diagnostics());
    wanted.merge(asked_parts(PartKind::extra, target.extras, there, file_.conda.path, diagnostics()));
    for (const std::string& name : there) {
      if (wanted.contains(environment::normalize_name(name))) {
        put_feature(name);
      }
    }
  }

  // --- A feature -----------------------------------------------------------------------------------

  // The feature itself, then its targets that are the image's, the most particular last.
  std::vector<const toml::table*> parts_of(const toml::table& feature) const
  {
    std::vector<const toml::table*> parts = {&feature};
    const toml::table* targets = file_.toml.table(feature, "target");
    if (targets == nullptr) {
      return parts;
    }
    std::vector<std::pair<int, const toml::table*>> fitting;
    for (const auto& [key, value] : *targets) {
      if (fits_platform(key.str(), file_.conda.subdir())) {
        if (const toml::table* table = file_.toml.table(*targets, key.str())) {
          fitting.emplace_back(rank_of(key.str()), table);
        }
      }
    }
    std::ranges::stable_sort(fitting, {}, &std::pair<int, const toml::table*>::first);
    for (const auto& [rank, table] : fitting) {
      parts.push_back(table);
    }
    return parts;
  }

  // The targets that are not the image's.
  void drop_other_parts(const toml::table& feature)
  {
    const toml::table* targets = table_at(feature, "target");
    if (targets == nullptr) {
      return;
    }
    for (const auto& [key, value] : *targets) {
      if (value.is_table() && !fits_platform(key.str(), file_.conda.subdir())) {
        drop_entries(*value.as_table(),
                     fmt::format("belongs to `target.{}`, and the image is {}", shown(key.str()),
                                 file_.conda.subdir()),
                     file_);
      }
    }
  }

  void drop_feature(const std::string& name)
  {
    const std::string reason = not_asked_reason(PartKind::group, name);
    const toml::table* features = table_at(file_.pixi, "feature");
    const toml::node* feature = features == nullptr ? nullptr : features->get(name);
    if (feature != nullptr && feature->is_table()) {
      for (const toml::table* part : parts_of(*feature->as_table())) {
        drop_entries(*part, reason, file_);
      }
      drop_other_parts(*feature->as_table());
    }
    drop_project_feature(name, reason, file_);
  }

  void read_feature(const toml::table& feature, const toml::table& workspace)
  {
    const std::vector<const toml::table*> parts = parts_of(feature);
    drop_other_parts(feature);
    const bool is_default = &feature == &file_.pixi;
    add_channels(is_default || !feature.contains("channels") ? workspace : feature);
    const bool has_python = add_entries(parts, {"dependencies", "host-dependencies", "build-dependencies"}, true);
    add_entries(parts, {"pypi-dependencies"}, false);
    if (is_default) {
      add_project_dependencies(has_python, file_);
    }
    for (const toml::table* part : parts) {
      add_activation(*part, file_);
      refuse_rest(*part, file_);
    }
    if (const toml::table* options = file_.toml.table(feature, "pypi-options")) {
      add_pypi_options(*options, file_);
    }
    if (const toml::table* system = file_.toml.table(feature, "system-requirements")) {
      check_system(*system, file_);
    }
  }

  // Within a feature the later entry replaces the earlier one: of host and build, and of a target. Returns whether
  // Python is among them.
  bool add_entries(const std::vector<const toml::table*>& parts, const std::vector<std::string_view>& keys, bool is_conda)
  {
    std::map<std::string, std::pair<std::string, const toml::node*>> entries;   // by the name in one form
    for (const toml::table* part : parts) {
      for (const std::string_view key : keys) {
        const toml::table* table = file_.toml.table(*part, key);
        if (table == nullptr) {
          continue;
        }
        for (const auto& [name, value] : *table) {
          const std::string written(name.str());
          entries[is_conda ? text::to_lower(written) : environment::normalize_name(written)] = {written, &value};
        }
      }
    }
    std::vector<std::pair<std::string, const toml::node*>> in_order;
    in_order.reserve(entries.size());
    for (auto& [name, entry] : entries) {
      in_order.push_back(std::move(entry));
    }
    std::ranges::stable_sort(in_order, {}, [](const auto& entry) {
      return std::pair(entry.second->source().begin.line, entry.second->source().begin.column);
    });
    for (const auto& [name, node] : in_order) {
      is_conda ? add_conda_entry(name, *node, file_) : add_pypi_entry(name, *node, file_);
    }
    return entries.contains("python");
  }

  void add_channels(const toml::table& in)
  {
    const toml::array* channels = file_.toml.array(in, "channels");
    if (channels == nullptr) {
      return;
    }
    for (const toml::node& item : *channels) {
      const toml::table* table = item.as_table();
      const auto name = table == nullptr ? item.value_exact<std::string>() : file_.toml.text(*table, "channel");
      if (!name || name->empty()) {
        file_.toml.wrong_kind("channels", "an array of names", item);
        continue;
      }
      const long long priority =
          table == nullptr ? 0 : file_.toml.integer(*table, "priority").value_or(0);
      channels_.push_back({*name, priority, file_.toml.place(item)});
    }
  }

  // --- The whole -----------------------------------------------------------------------------------

  void finish(const toml::table& workspace)
  {
    if (channels_.empty()) {
      add_channels(workspace);
    }
    std::ranges::stable_sort(channels_, std::greater<>(), &RankedChannel::priority);
    for (const RankedChannel& channel : channels_) {
      add_channel(channel.name, channel.place, file_.conda);
    }
    remove_repeated_channels(file_.conda);
    // pixi asks no channel but those.
    file_.conda.environment().nodefaults = true;
    for (const std::string& name : project_parts_) {
      add_project_feature(name, file_);
    }
    note_rest();
    read_spec_lines(file_.specs, "", file_.conda);
    std::vector<RequirementLine> lines = std::move(file_.pip_options);
    lines.insert(lines.end(), file_.pip.begin(), file_.pip.end());
    if (!lines.empty()) {
      read_requirement_lines(lines, file_.conda.path, file_.conda.files, file_.conda.target, file_.conda.result);
      name_paths();
      warn_shared_names(file_.conda);
    }
    if (file_.specs.empty() && file_.pip.empty() && !diagnostics().has_errors()) {
      diagnostics().add("EL0226", "the environment has no dependencies: there will be nothing but Python",
                        "list the packages below [dependencies]", {.file = file_.conda.path});
    }
  }

  void name_paths()
  {
    for (environment::PipPackage& package : file_.conda.environment().pip) {
      const auto found = file_.path_names.find({package.span.line, package.span.column});
      if (package.name.empty() && found != file_.path_names.end()) {
        package.name = found->second;
      }
    }
  }

  // Of a feature, or of the group or extra of the project that is one.
  diag::Span place_of_feature(const std::string& name) const
  {
    const toml::table* whole = file_.pyproject;
    const toml::table* project = whole == nullptr ? nullptr : table_at(*whole, "project");
    for (const toml::table* features : {table_at(file_.pixi, "feature"),
                                        project == nullptr ? nullptr : table_at(*project, "optional-dependencies"),
                                        whole == nullptr ? nullptr : table_at(*whole, "dependency-groups")}) {
      if (features != nullptr && features->contains(name)) {
        return file_.toml.place(features->find(name)->first);
      }
    }
    return {.file = file_.conda.path};
  }

  // Extras and groups of the project that no feature of the environment takes.
  void note_rest()
  {
    std::vector<std::string> left;
    for (const std::string& name : feature_names()) {
      if (!taken_.contains(name)) {
        left.push_back(name);
        drop_feature(name);
      }
    }
    note_left_out(left, {}, left.empty() ? diag::Span{.file = file_.conda.path} : place_of_feature(left.front()),
                  file_.conda.result);
  }

  PixiFile& file_;
  std::vector<const toml::table*> features_;
  std::vector<std::string> project_parts_;
  std::set<std::string> taken_;   // names of features
  std::vector<RankedChannel> channels_;
};

}  // namespace

const toml::table* PixiFile::workspace() const
{
  const toml::table* found = toml.table(pixi, "workspace");
  return found != nullptr ? found : toml.table(pixi, "project");
}

bool detects_pixi_manifest(std::string_view file_name, std::string_view text)
{
  if (file_name != "pyproject.toml") {
    const bool has_workspace = has_top_key(text, "[workspace]") || has_top_key(text, "[project]");
    return file_name == "pixi.toml" ||
           (file_name.ends_with(".toml") && has_workspace && has_top_key(text, "channels ="));
  }
  for (std::size_t at = text.find("[tool.pixi"); at != std::string_view::npos; at = text.find("[tool.pixi", at + 1)) {
    const std::string_view rest = text.substr(at + 10);
    if ((at == 0 || text[at - 1] == '\n') &&
        (rest.starts_with("]") || rest.starts_with(".workspace]") || rest.starts_with(".project]"))) {
      return true;
    }
  }
  return false;
}

void read_pixi_manifest(const std::string& path, std::string bytes, const FileSource& files,
                        environment::Target& target, ReadResult& result)
{
  result.environment.uses_conda = true;
  const auto root = read_toml_file(path, std::move(bytes), TomlVersion::v1_1, result);
  if (!root) {
    return;
  }
  CondaFile conda{path, files, target, result};
  const TomlReader toml(path, result.diagnostics, result.sources);
  const bool is_pyproject = path.ends_with("pyproject.toml");
  const toml::table* pixi = is_pyproject ? table_at(*root, "tool.pixi") : &*root;
  if (pixi == nullptr) {
    result.diagnostics.add("EL0119", "`tool.pixi` is not a table", "write [tool.pixi.workspace]", {.file = path});
    return;
  }
  PixiFile file{conda, toml, *pixi, is_pyproject ? &*root : nullptr};
  warn_unknown_keys(file);
  if (is_pyproject) {
    warn_unknown_keys(*root, toml);
  }
  Manifest(file).read();
}

}  // namespace envlift::input
