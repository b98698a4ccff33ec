// Environment markers (PEP 508; https://packaging.python.org/en/latest/specifications/dependency-specifiers/).
#pragma once

#include "environment/requirement.hpp"

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace envlift::environment {

// One side of a comparison: a variable's name or a quoted text.
struct MarkerOperand {
  bool is_variable = false;
  std::string text;
};

struct MarkerComparison {
  MarkerOperand left;
  std::string op;   // "==", "in", "not in", …
  MarkerOperand right;
};

// A comparison, or a group of them: an `or` of `and`s, which is how the two bind.
struct Marker {
  std::optional<MarkerComparison> comparison;
  std::vector<Marker> items;   // of a group
  std::vector<std::string> operators;   // "and" or "or" between the items

  // As `packaging` prints it: double quotes, single spaces, no needless parentheses.
  std::string str() const;
};

struct MarkerOrProblem {
  std::optional<Marker> marker;
  ParseProblem problem;
};

// Reads `text` from `at` to its end.
MarkerOrProblem parse_marker(std::string_view text, std::size_t at);

}   // namespace envlift::environment
