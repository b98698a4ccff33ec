// One clause of a PEP 440 specifier set: an operator and a version.
#pragma once

#include "environment/requirement.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace envlift::environment {

struct Specifier {
  std::string op;        // "==", "!=", "~=", "<=", ">=", "<", ">", "==="
  std::string version;   // as written; ".*" at its end with == and !=

  std::string str() const { return op + version; }
};

// Length of the clause that the text begins with, 0 when it begins with none. The same text is taken
// as by the pattern of `packaging` (Specifier._specifier_regex_str).
std::size_t specifier_length(std::string_view text);

// The text as one clause, spaces around allowed; nothing when it is none.
std::optional<Specifier> parse_specifier(std::string_view text);

// The clauses of a set, in its order; nothing when one of them is none.
std::optional<std::vector<Specifier>> parse_specifiers(std::string_view text);

// Whether the version satisfies the clause, pre-releases included. `===` compares texts, so it is
// given one; everything else is false for a text that is no version.
bool contains(const Specifier& specifier, std::string_view version);

}  // namespace envlift::environment
