// Poetry's version constraints (`^1.2`, `~1.2`, `1.*`, `||`) as PEP 440
// (poetry-core: constraints/version/parser.py).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace envlift::input {

// One PEP 440 clause: `>=` and `1.2`; `==` and `1.*`.
struct VersionClause {
  std::string op;
  std::string version;
};

// What holds when one of the alternatives does; an alternative without clauses allows everything.
struct PoetryConstraint {
  std::vector<std::vector<VersionClause>> alternatives;

  bool allows_all() const;
  // Canonical PEP 440, "" for everything. Nothing for alternatives that PEP 440 has no words for: its
  // sets have no `or`.
  std::optional<std::string> specifiers() const;
  // As a marker on the Python, "" for everything.
  std::string python_marker() const;
  // As text that a reader of the file knows: alternatives between `|`.
  std::string text() const;
};

// Nothing when it is not one of poetry's constraints.
std::optional<PoetryConstraint> parse_poetry_constraint(std::string_view text);

}  // namespace envlift::input
