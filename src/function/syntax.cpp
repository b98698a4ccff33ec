#include "function/syntax.hpp"

#include "base/text.hpp"
#include "function/python_tokens.hpp"

#include <algorithm>
#include <vector>

#include <fmt/format.h>

namespace envlift::function {

namespace {

using Found = std::optional<SyntaxError>;

bool is_op(const Token& token, std::string_view text)
{
  return token.kind == TokenKind::op && token.text == text;
}

// What a line begins with that has to have a colon.
bool begins_block(const LogicalLine& line)
{
  return line.tokens.front().kind == TokenKind::name &&
         text::is_one_of(line.tokens.front().text, {"def", "class", "if", "elif", "else", "while", "for",
                                                    "try", "except", "finally", "with"});
}

char closing(std::string_view bracket)
{
  return bracket == "(" ? ')' : bracket == "[" ? ']' : '}';
}

// Brackets, and whether a colon stands outside of them.
Found check_brackets(const LogicalLine& line)
{
  std::vector<const Token*> open;
  bool has_colon = false;
  for (const Token& token : line.tokens) {
    if (token.kind != TokenKind::op) {
      continue;
    }
    if (text::is_one_of(token.text, {"(", "[", "{"})) {
      open.push_back(&token);
    }
    else if (text::is_one_of(token.text, {")", "]", "}"})) {
      if (open.empty() || closing(open.back()->text) != token.text.front()) {
        return SyntaxError{token.line, fmt::format("the bracket {} closes none", token.text)};
      }
      open.pop_back();
    }
    has_colon = has_colon || (token.text == ":" && open.empty());
  }
  if (!open.empty()) {
    return SyntaxError{open.back()->line, fmt::format("the bracket {} is not closed", open.back()->text)};
  }
  if (begins_block(line) && !has_colon) {
    return SyntaxError{line.tokens.front().line,
                       fmt::format("`{}` without its colon", line.tokens.front().text)};
  }
  return std::nullopt;
}

bool is_closed_string(std::string_view text)
{
  const std::size_t quote = text.find_first_of("'\"");
  const std::string_view marks = text.substr(quote, 3);
  const bool is_triple = marks.size() == 3 && marks[0] == marks[1] && marks[1] == marks[2];
  const std::size_t length = is_triple ? 3 : 1;
  const std::string_view body = text.substr(quote);
  return body.size() >= 2 * length && body.ends_with(marks.substr(0, length));
}

Found check_tokens(const LogicalLine& line)
{
  const auto& tokens = line.tokens;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    if (tokens[i].kind == TokenKind::string && !is_closed_string(tokens[i].text)) {
      return SyntaxError{tokens[i].line, "the string is not closed"};
    }
    if (i > 0 && is_op(tokens[i - 1], "=") && is_op(tokens[i], "=")) {
      return SyntaxError{tokens[i].line, "`=` twice"};
    }
  }
  const bool is_statement = tokens.size() > 1 && tokens[0].text == "print" && tokens[1].kind != TokenKind::op;
  if (is_statement && !text::is_one_of(tokens[1].text, {"in", "is", "if", "and", "or", "not", "for"})) {
    return SyntaxError{tokens[0].line, "`print` is a function since Python 3"};
  }
  if (tokens.size() > 2 && line.indent == 0 && tokens[0].text == tokens[1].text &&
      tokens[1].text == tokens[2].text && text::is_one_of(tokens[0].text, {"<<", ">>", "=="})) {
    return SyntaxError{tokens[0].line, "a mark of a merge that was not resolved"};
  }
  return std::nullopt;
}

// Blocks by their indentation.
class Blocks {
public:
  Found take(const LogicalLine& line)
  {
    const std::size_t at = line.tokens.front().line;
    if (is_expected_ && line.indent <= levels_.back()) {
      return SyntaxError{at, "the block before this line has no lines"};
    }
    if (line.indent > levels_.back()) {
      if (!is_expected_) {
        return SyntaxError{at, "the line is indented, and no block begins before it"};
      }
      levels_.push_back(line.indent);
    }
    while (line.indent < levels_.back()) {
      levels_.pop_back();
    }
    if (line.indent != levels_.back()) {
      return SyntaxError{at, "the indentation is that of no block around it"};
    }
    is_expected_ = is_op(line.tokens.back(), ":");
    return std::nullopt;
  }

  bool is_expected() const { return is_expected_; }

private:
  std::vector<std::size_t> levels_ = {0};
  bool is_expected_ = false;
};

}   // namespace

std::optional<SyntaxError> find_syntax_error(std::string_view python_source)
{
  const std::string source =
      text::replace_all(text::replace_all(std::string(python_source), "\r\n", "\n"), "\r", "\n");
  Blocks blocks;
  std::size_t last = 0;
  for (const LogicalLine& line : python_lines(source)) {
    for (const auto check : {check_tokens, check_brackets}) {
      if (Found found = check(line)) {
        return found;
      }
    }
    if (Found found = blocks.take(line)) {
      return found;
    }
    last = line.tokens.back().line;
  }
  return blocks.is_expected() ? Found(SyntaxError{last, "the block at the end has no lines"}) : std::nullopt;
}

}   // namespace envlift::function
