#include "input/uv_graph.hpp"

#include "base/text.hpp"
#include "input/conda_sections.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace envlift::input {

namespace {

bool same_source(const toml::table& left, const toml::table& right)
{
  return std::ranges::all_of(left, [&](const auto& row) {
    return row.second.value_or(std::string_view()) == text_at(right, row.first.str());
  });
}

// How the markers of conflicting extras and groups name them: `extra-6-my-app-cpu`.
std::string conflict_name(std::string_view kind, std::string_view package, std::string_view part)
{
  return fmt::format("{}-{}-{}-{}", kind, package.size(), package, part);
}

void add_names(const toml::table* table, std::vector<std::string>& names)
{
  if (table == nullptr) {
    return;
  }
  for (const auto& [key, value] : *table) {
    const std::string name(key.str());
    if (std::ranges::find(names, name) == names.end()) {
      names.push_back(name);
    }
  }
}

}  // namespace

UvGraph::UvGraph(std::string path, const toml::table& root, const environment::Target& target,
                 ReadResult& result)
    : path_(path),
      root_(root),
      target_(target),
      diagnostics_(result.diagnostics),
      toml_(std::move(path), result.diagnostics, result.sources)
{}

bool UvGraph::build()
{
  const std::string_view key = k_uv_packages[root_.contains(k_uv_packages[0]) ? 0 : 1];
  const toml::array* packages = toml_.array(root_, key);
  if (packages == nullptr) {
    return root_.get(key) == nullptr && find_roots();
  }
  nodes_.reserve(packages->size());
  bool all_good = true;
  for (const toml::node& node : *packages) {
    all_good = read_package(node) && all_good;
  }
  for (std::size_t i = 0; i < nodes_.size(); ++i) {
    by_name_[nodes_[i].name].push_back(i);
  }
  has_conflicts_ = root_.contains("conflicts");
  if (!all_good || !find_roots()) {
    return false;
  }
  collect_names();
  return true;
}

bool UvGraph::read_package(const toml::node& node)
{
  const toml::table* table = node.as_table();
  const toml::node* source = table == nullptr ? nullptr : table->get("source");
  if (table == nullptr || text_at(*table, "name").empty() || source == nullptr || !source->is_table()) {
    diagnostics_.add("EL0119", "a package has no `name` or no `source`", "lock again with `uv lock`",
                     toml_.place(node));
    return false;
  }
  UvNode found;
  found.name = text_at(*table, "name");
  found.version = text_at(*table, "version");
  found.table = table;
  found.source = source->as_table();
  found.place = toml_.place(*table->get("name"));
  nodes_.push_back(std::move(found));
  return true;
}

// The project, or all members of a workspace whose root is no project.
bool UvGraph::find_roots()
{
  for (std::size_t i = 0; i < nodes_.size(); ++i) {
    const bool is_here = text_at(*nodes_[i].source, "virtual") == "." ||
                         text_at(*nodes_[i].source, "editable") == "." ||
                         text_at(*nodes_[i].source, "directory") == ".";
    if (is_here) {
      roots_.push_back(i);
    }
  }
  const toml::table* manifest = table_at(root_, "manifest");
  if (roots_.empty() && manifest != nullptr) {
    for (const std::string& member : toml_.texts(*manifest, "members")) {
      const auto found = by_name_.find(member);
      if (found != by_name_.end()) {
        roots_.insert(roots_.end(), found->second.begin(), found->second.end());
      }
    }
  }
  const bool has_root = !roots_.empty() || manifest != nullptr || nodes_.empty();
  if (!has_root) {
    diagnostics_.add("EL0350", "no package of the lock is the project: none has the source `.`",
                     "lock again with `uv lock` in the project's folder", {.file = path_});
  }
  for (const std::size_t root : roots_) {
    const std::string_view source = text_at(*nodes_[root].source, "editable");
    nodes_[root].is_root = source.empty() || source == ".";   // a member that is a package is installed
  }
  return has_root;
}

void UvGraph::collect_names()
{
  for (const std::size_t root : roots_) {
    const toml::table& table = *nodes_[root].table;
    add_names(table_at(table, "optional-dependencies"), extras_);
    add_names(table_at(table, "dev-dependencies"), groups_);
    add_names(table_at(table, "metadata.requires-dev"), groups_);
    if (const toml::table* metadata = table_at(table, "metadata")) {
      for (const std::string& extra : toml_.texts(*metadata, "provides-extras")) {   // empty ones too
        if (std::ranges::find(extras_, extra) == extras_.end()) {
          extras_.push_back(extra);
        }
      }
    }
  }
  add_names(table_at(root_, "manifest.dependency-groups"), groups_);
}

void UvGraph::choose(std::set<std::string> extras, std::set<std::string> groups)
{
  chosen_extras_ = std::move(extras);
  chosen_groups_ = std::move(groups);
}

bool UvGraph::is_extra_chosen(std::string_view extra) const
{
  return chosen_extras_.contains(environment::normalize_name(extra));
}

bool UvGraph::is_group_chosen(std::string_view group) const
{
  return chosen_groups_.contains(environment::normalize_name(group));
}

environment::Chosen UvGraph::chosen() const
{
  environment::Chosen chosen{.extras = active_, .groups = {}, .newest_patch = newest_patch_};
  for (const std::size_t root : roots_) {
    const std::string_view name = nodes_[root].name;
    chosen.extras.insert(fmt::format("project-{}-{}", name.size(), name));
    for (const std::string& extra : chosen_extras_) {
      chosen.extras.insert(conflict_name("extra", name, extra));
    }
    for (const std::string& group : chosen_groups_) {
      chosen.extras.insert(conflict_name("group", name, group));
    }
  }
  return chosen;
}

const toml::array* UvGraph::list(const UvNode& node, std::string_view table, std::string_view name) const
{
  const toml::node* found = node.table->get(table);
  if (found != nullptr && !name.empty()) {
    found = found->is_table() ? found->as_table()->get(name) : nullptr;
  }
  return found == nullptr ? nullptr : found->as_array();
}

std::vector<std::size_t> UvGraph::candidates(const toml::table& dependency, LockMarkers& markers)
{
  const auto named = by_name_.find(text_at(dependency, "name"));
  std::vector<std::size_t> found = named == by_name_.end() ? std::vector<std::size_t>{} : named->second;
  if (const std::string_view version = text_at(dependency, "version"); !version.empty()) {
    std::erase_if(found, [&](std::size_t i) { return nodes_[i].version != version; });
  }
  const toml::node* source = dependency.get("source");
  if (source != nullptr && source->is_table()) {
    std::erase_if(found, [&](std::size_t i) { return !same_source(*source->as_table(), *nodes_[i].source); });
  }
  if (found.size() > 1) {   // forks
    std::erase_if(found, [&](std::size_t i) {
      const toml::node* forks = nodes_[i].table->get("resolution-markers");
      return forks != nullptr && forks->is_array() && !forks->as_array()->empty() &&
             std::ranges::none_of(*forks->as_array(), [&](const toml::node& marker) {
               return markers.holds(marker.value_or(std::string_view()), nodes_[i].place);
             });
    });
  }
  return found;
}

void UvGraph::queue(const toml::table& dependency, LockMarkers& markers)
{
  const std::string_view marker = text_at(dependency, "marker");
  const bool holds = markers.holds(marker, toml_.place(dependency));
  const std::vector<std::size_t> found = candidates(dependency, markers);
  if (!holds) {
    for (const std::size_t index : found) {
      nodes_[index].false_marker = marking_ == nullptr ? marker : nodes_[index].false_marker;
    }
    return;
  }
  if (found.size() != 1) {
    diagnostics_.add(
        "EL0350",
        fmt::format("`{}` is {} in the lock", shown(text_at(dependency, "name")),
                    found.empty() ? "needed and not" : "there more than once for this platform and Python"),
        "lock again with `uv lock`", toml_.place(dependency));
    return;
  }
  steps_.emplace_back(found.front(), "");
  // `extra` since revision 0 is a list; the first locks had one text.
  const toml::node* extra = dependency.get("extra");
  if (extra != nullptr && extra->is_array()) {
    for (const toml::node& name : *extra->as_array()) {
      steps_.emplace_back(found.front(), std::string(name.value_or(std::string_view())));
    }
  }
  else if (extra != nullptr) {
    steps_.emplace_back(found.front(), std::string(extra->value_or(std::string_view())));
  }
}

void UvGraph::queue_list(const toml::array* items, LockMarkers& markers)
{
  if (items == nullptr) {
    return;
  }
  for (const toml::node& item : *items) {
    if (const toml::table* dependency = item.as_table()) {
      queue(*dependency, markers);
    }
    else {
      toml_.wrong_kind("dependencies", "an array of tables", item);
    }
  }
}

void UvGraph::run(LockMarkers& markers)
{
  while (!steps_.empty()) {
    const auto [index, extra] = std::move(steps_.back());
    steps_.pop_back();
    UvNode& node = nodes_[index];
    if (!seen_.insert(fmt::format("{} {}", index, extra)).second) {
      continue;
    }
    if (marking_ == nullptr) {
      node.is_reached = true;
      if (!extra.empty()) {
        active_.insert(conflict_name("extra", node.name, extra));
      }
    }
    else if (node.reason.empty()) {
      node.reason = *marking_;
    }
    queue_list(extra.empty() ? list(node, "dependencies", "") : list(node, "optional-dependencies", extra),
               markers);
  }
}

void UvGraph::queue_part(std::string_view table, std::string_view name, LockMarkers& markers)
{
  const std::string normal = environment::normalize_name(name);
  const auto queue_of = [&](const toml::table* parts) {
    if (parts == nullptr) {
      return;
    }
    for (const auto& [key, value] : *parts) {
      if (environment::normalize_name(key.str()) == normal) {
        queue_list(value.as_array(), markers);
      }
    }
  };
  for (const std::size_t root : roots_) {
    queue_of(table_at(*nodes_[root].table, table));
  }
  if (table == "dev-dependencies") {
    queue_of(table_at(root_, "manifest.dependency-groups"));
  }
}

// A script's own requirements (PEP 723).
void UvGraph::queue_manifest(LockMarkers& markers)
{
  const toml::table* manifest = table_at(root_, "manifest");
  if (manifest != nullptr) {
    queue_list(toml_.array(*manifest, "requirements"), markers);
  }
}

void UvGraph::walk_once()
{
  LockMarkers markers(target_, chosen(), diagnostics_);
  seen_.clear();
  for (UvNode& node : nodes_) {
    node.is_reached = false;
    node.false_marker = {};
  }
  for (const std::size_t root : roots_) {
    steps_.emplace_back(root, "");
  }
  queue_manifest(markers);
  for (const std::string& extra : chosen_extras_) {
    queue_part("optional-dependencies", extra, markers);
  }
  for (const std::string& group : chosen_groups_) {
    queue_part("dev-dependencies", group, markers);
  }
  run(markers);
}

void UvGraph::walk_until_stable()
{
  constexpr int k_most_rounds = 8;
  std::size_t active = 0;
  const diag::Diagnostics before = diagnostics_;
  // Markers of conflicts ask which extras are active, which the walk itself finds out.
  for (int round = 0; round < k_most_rounds; ++round) {
    diagnostics_ = before;
    walk_once();
    if (!has_conflicts_ || active_.size() == active) {
      break;
    }
    active = active_.size();
  }
}

void UvGraph::walk()
{
  const diag::Diagnostics before = diagnostics_;
  walk_until_stable();
  const std::size_t forked = find_double();
  if (forked == nodes_.size()) {
    return;
  }
  newest_patch_ = true;
  diagnostics_ = before;
  walk_until_stable();
  if (const std::size_t twice = find_double(); twice < nodes_.size()) {
    diagnostics_.add("EL0350",
                     fmt::format("the lock has more than one `{}` for this platform and Python",
                                 shown(nodes_[twice].name)),
                     "lock again with `uv lock`, or ask for one of the conflicting extras or groups",
                     nodes_[twice].place);
    return;
  }
  diagnostics_.add(
      "EL0351",
      fmt::format("which `{}` is needed depends on the patch release of Python {}, which only the image "
                  "tells: the lock is read for the newest",
                  shown(nodes_[forked].name), target_.python_minor),
      "nothing has to be done with a current base image", nodes_[forked].place);
}

// A package of which two versions are reached; the number of nodes when there is none.
std::size_t UvGraph::find_double() const
{
  std::unordered_set<std::string_view> names;
  for (std::size_t i = 0; i < nodes_.size(); ++i) {
    if (nodes_[i].is_reached && !names.insert(nodes_[i].name).second) {
      return i;
    }
  }
  return nodes_.size();
}

void UvGraph::mark(std::string_view table, std::string_view part, const std::string& reason)
{
  diag::Diagnostics ignored;
  LockMarkers markers(target_, chosen(), ignored);
  const diag::Diagnostics before = diagnostics_;
  marking_ = &reason;
  queue_part(table, part, markers);
  run(markers);
  marking_ = nullptr;
  diagnostics_ = before;
}

}  // namespace envlift::input
