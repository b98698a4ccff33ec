// The packages of a poetry.lock, and the walk over those that tell no groups (lock-version up to 2.0).
#pragma once

#include "input/pip_locked.hpp"
#include "input/poetry_constraint.hpp"
#include "input/toml_file.hpp"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <utility>
#include <vector>

namespace envlift::input {

struct PoetryNode {
  std::string name;   // normalised
  std::string version;
  const toml::table* table = nullptr;
  std::vector<LockedFile> files = {};   // that `table` has
  diag::Span place;
  bool is_reached = false;
  std::string reason;         // why it is left out
  std::string false_marker;   // of an edge that is not followed
};

// What a package, or a group of the project, needs.
struct PoetryEdge {
  std::string name;   // normalised
  std::optional<PoetryConstraint> constraint;   // nothing: any
  std::vector<std::string> extras;
  std::string marker;
  bool is_optional = false;
  diag::Span place;
};

// The edges of `name = VALUE`: a constraint, a table, or a list of tables.
std::vector<PoetryEdge> poetry_edges(std::string_view name, const toml::node& value, const TomlReader& toml);

// Nothing shared with the tree but tables, which must outlive the graph.
class PoetryGraph {
public:
  PoetryGraph(const environment::Target& target, const TomlReader& toml, diag::Diagnostics& diagnostics)
      : target_(target),
        toml_(toml),
        diagnostics_(diagnostics)
  {}

  void reserve(std::size_t packages) { nodes_.reserve(packages); }
  void add(PoetryNode node);
  std::vector<PoetryNode>& nodes() { return nodes_; }

  // Marks what the edges need as reached, or, with a reason, as left out for it. Of optional edges those
  // that `wanted` names are followed.
  void walk(const std::vector<PoetryEdge>& edges, const std::set<std::string>& wanted,
            const std::string& reason);

private:
  struct Step {
    std::size_t node;
    std::string extra;
    bool operator<(const Step& other) const
    {
      return std::tie(node, extra) < std::tie(other.node, other.extra);
    }
  };

  void follow(const PoetryEdge& edge, const std::string& extra);
  LockMarkers& markers_for(const std::string& extra);
  std::vector<std::size_t> candidates(const PoetryEdge& edge) const;
  void take(std::size_t node, const PoetryEdge& edge);
  void open(const Step& step);
  void run();
  std::size_t pick(const std::vector<std::size_t>& candidates) const;
  void open_own_extras(const Step& step, std::string_view text);
  int python_rank(const PoetryNode& node) const;

  const environment::Target& target_;
  const TomlReader& toml_;
  diag::Diagnostics& diagnostics_;
  std::vector<PoetryNode> nodes_;
  std::unordered_map<std::string, std::vector<std::size_t>> by_name_;
  std::vector<Step> steps_;
  std::set<Step> seen_;
  std::vector<PoetryEdge> deferred_;   // with several candidates: what else is reached decides
  std::map<std::string, LockMarkers> markers_;   // by the extra that a package is opened for
  diag::Diagnostics ignored_;
  std::string reason_;
};

// Whether the target's Python is in poetry's constraint.
bool python_fits(const PoetryConstraint& constraint, const environment::Target& target);

}  // namespace envlift::input
