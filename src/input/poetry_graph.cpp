#include "input/poetry_graph.hpp"

#include "base/text.hpp"
#include "input/conda_sections.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace envlift::input {

namespace {

std::string text_in(const toml::table& table, std::string_view key)
{
  const toml::node* node = table.get(key);
  return node == nullptr ? "" : node->value_or(std::string());
}

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
  const auto python = parse_poetry_constraint(text_in(table, "python"));
  edge.marker = joined_markers(text_in(table, "markers"), python ? python->python_marker() : "");
  if (const std::string platform = text_in(table, "platform"); !platform.empty()) {
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

bool PoetryGraph::fits_python(const PoetryNode& node) const
{
  const auto constraint = parse_poetry_constraint(text_in(*node.table, "python-versions"));
  return !constraint || input::python_fits(*constraint, target_);
}

std::vector<std::size_t> PoetryGraph::candidates(const PoetryEdge& edge) const
{
  const auto named = by_name_.find(edge.name);
  std::vector<std::size_t> found = named == by_name_.end() ? std::vector<std::size_t>{} : named->second;
  if (found.size() > 1 && edge.constraint) {
    std::erase_if(found, [&](std::size_t i) { return !allows(*edge.constraint, nodes_[i].version); });
  }
  if (found.size() > 1) {
    std::vector<std::size_t> fitting = found;
    std::erase_if(fitting, [&](std::size_t i) { return !fits_python(nodes_[i]); });
    found = fitting.empty() ? found : fitting;
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
