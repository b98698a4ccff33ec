#include "input/poetry_graph.hpp"

#include "base/text.hpp"
#include "input/conda_sections.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace envlift::input {

namespace {

std::string clause_list(const std::vector<VersionClause>& clauses)
{
  std::vector<std::string> parts;
  parts.reserve(clauses.size());
  for (const VersionClause& clause : clauses) {
    parts.push_back(clause.op + clause.version);
  }
  return text::join(parts, ",");
}

bool allows(const PoetryConstraint& constraint, const std::string& version)
{
  const auto parsed = environment::Version::parse(version);
  return !parsed || std::ranges::any_of(constraint.alternatives, [&](const auto& clauses) {
    return environment::satisfies(*parsed, clause_list(clauses)).value_or(true);
  });
}

std::string joined_markers(const std::string& marker, const std::string& python)
{
  if (marker.empty() || python.empty()) {
    return marker.empty() ? python : marker;
  }
  return fmt::format("({}) and ({})", marker, python);
}

PoetryEdge table_edge(PoetryEdge edge, const toml::table& table, const TomlReader& toml)
{
  if (const auto version = toml.text(table, "version")) {
    edge.constraint = parse_poetry_constraint(*version);
  }
  edge.extras = toml.texts(table, "extras");
  edge.is_optional = toml.boolean(table, "optional").value_or(false);
  const auto python = parse_poetry_constraint(text_at(table, "python"));
  edge.marker = joined_markers(std::string(text_at(table, "markers")), python ? python->python_marker() : "");
  if (const std::string platform(text_at(table, "platform")); !platform.empty()) {
    edge.marker = joined_markers(edge.marker, fmt::format("sys_platform == \"{}\"", platform));
  }
  return edge;
}

// The names of `boto3 (>=1)`, `psycopg2[binary]`, `a ; python_version < "3"`.
std::string leading_name(std::string_view text)
{
  return environment::normalize_name(text::trim(text.substr(0, text.find_first_of(" [(;<>=!~"))));
}

}  // namespace

std::vector<PoetryEdge> poetry_edges(std::string_view name, const toml::node& value, const TomlReader& toml)
{
  PoetryEdge edge;
  edge.name = environment::normalize_name(name);
  edge.place = toml.place(value);
  if (const auto text = value.value_exact<std::string>()) {
    edge.constraint = parse_poetry_constraint(*text);
    return {edge};
  }
  if (const toml::table* table = value.as_table()) {
    return {table_edge(std::move(edge), *table, toml)};
  }
  std::vector<PoetryEdge> edges;
  if (const toml::array* items = value.as_array()) {
    for (const toml::node& item : *items) {
      if (!item.is_array()) {
        auto more = poetry_edges(name, item, toml);
        std::ranges::move(more, std::back_inserter(edges));
      }
    }
    return edges;
  }
  toml.wrong_kind(name, "a constraint or a table", value);
  return edges;
}

void PoetryGraph::add(PoetryNode node)
{
  by_name_[node.name].push_back(nodes_.size());
  nodes_.push_back(std::move(node));
}

// 2 when every patch release of the Python can have the package, 1 when some can, 0 when none can.
int PoetryGraph::python_rank(const PoetryNode& node) const
{
  const auto constraint = parse_poetry_constraint(text_at(*node.table, "python-versions"));
  if (!constraint) {
    return 2;
  }
  const bool is_sure = std::ranges::any_of(constraint->alternatives, [&](const auto& clauses) {
    return python_fits_surely(clause_list(clauses), target_);
  });
  return is_sure ? 2 : (input::python_fits(*constraint, target_) ? 1 : 0);
}

std::vector<std::size_t> PoetryGraph::candidates(const PoetryEdge& edge) const
{
  const auto named = by_name_.find(edge.name);
  std::vector<std::size_t> found = named == by_name_.end() ? std::vector<std::size_t>{} : named->second;
  if (found.size() > 1 && edge.constraint) {
    std::erase_if(found, [&](std::size_t i) { return !allows(*edge.constraint, nodes_[i].version); });
  }
  if (found.size() > 1) {
    int best = 0;
    for (const std::size_t index : found) {
      best = std::max(best, python_rank(nodes_[index]));
    }
    std::erase_if(found, [&](std::size_t i) { return python_rank(nodes_[i]) < best; });
  }
  return found;
}

void PoetryGraph::take(std::size_t node, const PoetryEdge& edge)
{
  steps_.push_back({node, ""});
  for (const std::string& extra : edge.extras) {
    steps_.push_back({node, environment::normalize_name(extra)});
  }
}

LockMarkers& PoetryGraph::markers_for(const std::string& extra)
{
  environment::Chosen chosen;
  if (!extra.empty()) {
    chosen.extras.insert(extra);
  }
  return markers_.try_emplace(extra, target_, chosen, reason_.empty() ? diagnostics_ : ignored_)
      .first->second;
}

void PoetryGraph::follow(const PoetryEdge& edge, const std::string& extra)
{
  const std::vector<std::size_t> found = candidates(edge);
  if (!markers_for(extra).holds(edge.marker, edge.place)) {
    for (const std::size_t index : found) {
      nodes_[index].false_marker = reason_.empty() ? edge.marker : nodes_[index].false_marker;
    }
    return;
  }
  if (found.empty()) {
    diagnostics_.add("EL0350", fmt::format("`{}` is needed and not in the lock", shown(edge.name)),
                     "lock again with `poetry lock`", edge.place);
  }
  else if (found.size() == 1) {
    take(found.front(), edge);
  }
  else {
    deferred_.push_back(edge);
  }
}

// The one that something else needs already, else the newest.
std::size_t PoetryGraph::pick(const std::vector<std::size_t>& candidates) const
{
  std::size_t best = candidates.front();
  for (const std::size_t index : candidates) {
    if (nodes_[index].is_reached) {
      return index;
    }
    const auto left = environment::Version::parse(nodes_[index].version);
    const auto right = environment::Version::parse(nodes_[best].version);
    best = left && right && left->compare(*right) > 0 ? index : best;
  }
  return best;
}

// An extra that names other extras of its package: `dask[array,dataframe]` in dask.
void PoetryGraph::open_own_extras(const Step& step, std::string_view text)
{
  const std::size_t begin = text.find('[');
  const std::size_t end = text.find(']', std::min(begin, text.size()));
  if (end == std::string_view::npos || leading_name(text) != nodes_[step.node].name) {
    return;
  }
  for (const std::string_view extra : text::split(text.substr(begin + 1, end - begin - 1), ',')) {
    steps_.push_back({step.node, environment::normalize_name(text::trim(extra))});
  }
}

// The dependencies of a package, or those that an extra of it adds.
void PoetryGraph::open(const Step& step)
{
  const toml::table& table = *nodes_[step.node].table;
  const toml::table* dependencies = toml_.table(table, "dependencies");
  if (dependencies == nullptr) {
    return;
  }
  std::set<std::string> wanted;
  if (const toml::table* extras = step.extra.empty() ? nullptr : toml_.table(table, "extras")) {
    for (const auto& [key, value] : *extras) {
      if (environment::normalize_name(key.str()) == step.extra) {
        for (const std::string& text : toml_.texts(*extras, key.str())) {
          wanted.insert(leading_name(text));
          open_own_extras(step, text);
        }
      }
    }
  }
  for (const auto& [key, value] : *dependencies) {
    for (const PoetryEdge& edge : poetry_edges(key.str(), value, toml_)) {
      if (edge.is_optional ? wanted.contains(edge.name) : step.extra.empty()) {
        follow(edge, step.extra);
      }
    }
  }
}

void PoetryGraph::run()
{
  while (!steps_.empty() || !deferred_.empty()) {
    if (steps_.empty()) {
      const PoetryEdge edge = std::move(deferred_.back());
      deferred_.pop_back();
      take(pick(candidates(edge)), edge);
      continue;
    }
    const Step step = std::move(steps_.back());
    steps_.pop_back();
    if (!seen_.insert(step).second) {
      continue;
    }
    PoetryNode& node = nodes_[step.node];
    if (reason_.empty()) {
      node.is_reached = true;
    }
    else if (node.reason.empty()) {
      node.reason = reason_;
    }
    open(step);
  }
}

void PoetryGraph::walk(const std::vector<PoetryEdge>& edges, const std::set<std::string>& wanted,
                       const std::string& reason)
{
  if (reason.empty() != reason_.empty()) {
    markers_.clear();
  }
  reason_ = reason;
  const diag::Diagnostics before = diagnostics_;
  for (const PoetryEdge& edge : edges) {
    if (!edge.is_optional || wanted.contains(edge.name)) {
      follow(edge, "");
    }
  }
  run();
  if (!reason.empty()) {
    diagnostics_ = before;   // what is left out may be anything
  }
}

bool python_fits(const PoetryConstraint& constraint, const environment::Target& target)
{
  return std::ranges::any_of(constraint.alternatives, [&](const auto& clauses) {
    return python_fits(clause_list(clauses), target).value_or(true);
  });
}

}  // namespace envlift::input
