// The graph of a uv.lock, and the walk over it.
#pragma once

#include "input/pip_locked.hpp"
#include "input/toml_file.hpp"

#include <array>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

namespace envlift::input {

// The array of the packages; the second until uv 0.4.
inline constexpr std::array<std::string_view, 2> k_uv_packages = {"package", "distribution"};

struct UvNode {
  std::string_view name;
  std::string_view version;
  const toml::table* table = nullptr;
  const toml::table* source = nullptr;
  diag::Span place;
  bool is_root = false;
  bool is_reached = false;
  std::string_view false_marker;   // of an edge that is not followed
  std::string reason;              // why the node is left out
};

// Views point into the tree, which must outlive the graph.
class UvGraph {
public:
  UvGraph(std::string path, const toml::table& root, const environment::Target& target,
          ReadResult& result);

  // Reads the packages and finds the roots; whether that could be done.
  bool build();
  // Names, as written, of what can be asked for at the roots.
  const std::vector<std::string>& extras() const { return extras_; }
  const std::vector<std::string>& groups() const { return groups_; }
  // What is asked for, normalised.
  void choose(std::set<std::string> extras, std::set<std::string> groups);
  bool is_extra_chosen(std::string_view extra) const;
  bool is_group_chosen(std::string_view group) const;
  // Marks what the roots and what is chosen need as reached.
  void walk();
  // Gives the reason to what only the part needs, in a package's `optional-dependencies` or `dev-dependencies`.
  void mark(std::string_view table, std::string_view part, const std::string& reason);

  const std::vector<UvNode>& nodes() const { return nodes_; }

private:
  using Step = std::pair<std::size_t, std::string>;   // node, its extra or ""

  bool read_package(const toml::node& node);
  bool find_roots();
  void collect_names();
  const toml::array* list(const UvNode& node, std::string_view table, std::string_view name) const;
  void queue_list(const toml::array* items, LockMarkers& markers);
  void queue(const toml::table& dependency, LockMarkers& markers);
  void queue_part(std::string_view table, std::string_view name, LockMarkers& markers);
  void queue_manifest(LockMarkers& markers);
  std::vector<std::size_t> candidates(const toml::table& dependency, LockMarkers& markers);
  void run(LockMarkers& markers);
  void walk_once();
  void walk_until_stable();
  std::size_t find_double() const;
  environment::Chosen chosen() const;

  std::string path_;
  const toml::table& root_;
  const environment::Target& target_;
  diag::Diagnostics& diagnostics_;
  TomlReader toml_;
  std::vector<UvNode> nodes_;
  std::unordered_map<std::string_view, std::vector<std::size_t>> by_name_;
  std::vector<std::size_t> roots_;
  std::vector<std::string> extras_, groups_;
  std::set<std::string> chosen_extras_, chosen_groups_;
  std::set<std::string> active_;          // extras of packages as conflicts name them
  bool has_conflicts_ = false;
  bool newest_patch_ = false;
  const std::string* marking_ = nullptr;  // the reason that is given now; nullptr while reaching
  std::vector<Step> steps_;
  std::unordered_set<std::string> seen_;
};

}  // namespace envlift::input
