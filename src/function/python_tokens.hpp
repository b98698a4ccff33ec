// Python source as logical lines of tokens: enough to see which statements stand where. Any text is
// accepted; what is no Python gives tokens all the same.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace envlift::function {

enum class TokenKind { name, number, string, op };

struct Token {
  TokenKind kind = TokenKind::op;
  std::string_view text;    // into the source
  std::size_t line = 0;     // 1-based
};

struct LogicalLine {
  std::size_t indent = 0;   // columns; a tab goes to the next multiple of 8, as in Python
  std::vector<Token> tokens;
};

// The logical lines that hold a token. `source` has "\n" line ends and outlives the result.
std::vector<LogicalLine> python_lines(std::string_view source);

}  // namespace envlift::function
