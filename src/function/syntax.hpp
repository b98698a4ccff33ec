// Errors of syntax that Python refuses a module for, as far as they can be seen without its grammar.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace envlift::function {

struct SyntaxError {
  std::size_t line = 0;   // 1-based
  std::string what;       // "the bracket ( is not closed"
};

// The first one that is certain: brackets and strings that are not closed, a block without its colon or its lines, an
// indentation that belongs to no block, marks of a merge, Python 2's print. Nothing for any source that Python takes.
std::optional<SyntaxError> find_syntax_error(std::string_view python_source);

}   // namespace envlift::function
