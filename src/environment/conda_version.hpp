// Version expressions of a MatchSpec (CEP 29, "version matching"; literals: CEP 26 and CEP 33).
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace envlift::environment {

// What stands at the beginning of a text as a version expression. `,` binds tighter than `|`.
struct VersionExpression {
  std::string text;            // the clauses as written, without spaces
  bool is_single = false;      // one clause; then `op` and `literal` are its parts
  std::string op;              // "", "=", "==", "!=", "<", "<=", ">", ">=", "~="
  std::string literal;         // "1.2", "1.2.*", "*", or a regular expression "^…$"
  std::size_t end = 0;         // offset behind the expression
  std::string problem;         // not empty: it cannot be read
  std::size_t problem_at = 0;
};

// Reads as far as a version expression goes; the caller judges what follows it.
VersionExpression scan_version(std::string_view text);

// How a single `=` reads: fuzzy in `numpy=1.2`, exact between three fields as in `numpy=1.2=py38_0`.
enum class SingleEquals { fuzzy, exact };

// MatchSpec::version for the expression: "==1.2", "1.2.*", ">=1,<2", "" when every version will do.
std::string canonical_version(const VersionExpression& expression, SingleEquals meaning);

}  // namespace envlift::environment
