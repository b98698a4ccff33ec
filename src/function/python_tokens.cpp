#include "function/python_tokens.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <array>

namespace envlift::function {

namespace {

constexpr std::size_t k_tab_width = 8;
// f-strings may stand in each other's fields; deeper ones are read as plain strings.
constexpr int k_deepest_nesting = 50;

// Longest first. ":=" and "==" must not be seen as ":" and "=".
constexpr std::array<std::string_view, 24> k_operators = {
  "**=", "//=", ">>=", "<<=", "...", "!=", "==", "<=", ">=", "->", ":=", "+=",
  "-=",  "*=",  "/=",  "%=",  "@=",  "&=", "|=", "^=", "**", "//", "<<", ">>"};

bool starts_name(char c)
{
  return text::is_alpha(c) || c == '_' || (static_cast<unsigned char>(c) & 0x80U) != 0;
}

bool continues_name(char c)
{
  return starts_name(c) || text::is_digit(c);
}

bool is_quote(char c)
{
  return c == '\'' || c == '"';
}

bool is_string_prefix(std::string_view word)
{
  return word.size() <= 2 && std::ranges::all_of(word, [](char c) {
           return std::string_view("rRbBuUfFtT").find(c) != std::string_view::npos;
         });
}

bool has_letter(std::string_view prefix, char lower)
{
  return text::to_lower(prefix).find(lower) != std::string::npos;
}

class Tokenizer {
public:
  explicit Tokenizer(std::string_view source) : source_(source)
  {
    if (source_.starts_with("\xEF\xBB\xBF")) {
      at_ = 3;
    }
  }

  std::vector<LogicalLine> run()
  {
    std::vector<LogicalLine> lines;
    while (!ended()) {
      LogicalLine line = read_line();
      if (!line.tokens.empty()) {
        lines.push_back(std::move(line));
      }
    }
    return lines;
  }

private:
  struct Quote {
    char mark = 0;
    bool triple = false;
    bool raw = false;
  };

  bool ended() const { return at_ >= source_.size(); }
  char peek(std::size_t ahead = 0) const
  {
    return at_ + ahead < source_.size() ? source_[at_ + ahead] : '\0';
  }
  void step(std::size_t count = 1)
  {
    for (; count > 0 && !ended(); --count, ++at_) {
      line_ += source_[at_] == '\n' ? 1 : 0;
    }
  }

  LogicalLine read_line()
  {
    LogicalLine line{read_indent(), {}};
    std::size_t depth = 0;
    while (!ended()) {
      if (peek() == '\n') {
        step();
        if (depth == 0) {
          break;
        }
        continue;
      }
      if (skip_between_tokens()) {
        continue;
      }
      line.tokens.push_back(read_token());
      depth = depth_after(line.tokens.back(), depth);
    }
    return line;
  }

  std::size_t read_indent()
  {
    std::size_t columns = 0;
    for (; peek() == ' ' || peek() == '\t' || peek() == '\f'; step()) {
      columns = peek() == ' ' ? columns + 1 : peek() == '\t' ? (columns / k_tab_width + 1) * k_tab_width : 0;
    }
    return columns;
  }

  // Blanks, comments and line continuations; whether there was one.
  bool skip_between_tokens()
  {
    if (peek() == '#') {
      skip_comment();
      return true;
    }
    if (peek() == '\\' && peek(1) == '\n') {
      step(2);
      return true;
    }
    if (peek() == '\0' || text::is_space(peek())) {
      step();
      return true;
    }
    return false;
  }

  void skip_comment()
  {
    while (!ended() && peek() != '\n') {
      step();
    }
  }

  static std::size_t depth_after(const Token& token, std::size_t depth)
  {
    if (token.kind != TokenKind::op || token.text.size() != 1) {
      return depth;
    }
    const char c = token.text.front();
    if (c == '(' || c == '[' || c == '{') {
      return depth + 1;
    }
    const bool closes = c == ')' || c == ']' || c == '}';
    return closes && depth > 0 ? depth - 1 : depth;
  }

  Token read_token()
  {
    const std::size_t begin = at_;
    const std::size_t line = line_;
    const TokenKind kind = skip_token(0);
    return {kind, source_.substr(begin, at_ - begin), line};
  }

  TokenKind skip_token(int nesting)
  {
    if (starts_name(peek()) || is_quote(peek())) {
      return skip_word_or_string(nesting);
    }
    if (text::is_digit(peek())) {
      while (continues_name(peek()) || peek() == '.') {
        step();
      }
      return TokenKind::number;
    }
    const std::string_view rest = source_.substr(at_);
    const auto found =
        std::ranges::find_if(k_operators, [&](std::string_view op) { return rest.starts_with(op); });
    step(found == k_operators.end() ? 1 : found->size());
    return TokenKind::op;
  }

  TokenKind skip_word_or_string(int nesting)
  {
    const std::size_t begin = at_;
    while (continues_name(peek())) {
      step();
    }
    const std::string_view word = source_.substr(begin, at_ - begin);
    if (!is_quote(peek()) || !is_string_prefix(word)) {
      return TokenKind::name;
    }
    const Quote quote{peek(), peek(1) == peek() && peek(2) == peek(), has_letter(word, 'r')};
    step(quote.triple ? 3 : 1);
    const bool formatted = has_letter(word, 'f') || has_letter(word, 't');
    if (formatted && nesting < k_deepest_nesting) {
      skip_formatted(quote, nesting);
    }
    else {
      skip_plain(quote);
    }
    return TokenKind::string;
  }

  // Whether the string ends here; its closing quotes are then behind us.
  bool closes(const Quote& quote)
  {
    const bool here =
        peek() == quote.mark && (!quote.triple || (peek(1) == quote.mark && peek(2) == quote.mark));
    if (here) {
      step(quote.triple ? 3 : 1);
    }
    return here;
  }

  // A newline ends a string that should have been closed on its line.
  bool breaks_off(const Quote& quote) const { return peek() == '\n' && !quote.triple; }

  void skip_plain(const Quote& quote)
  {
    while (!ended() && !breaks_off(quote) && !closes(quote)) {
      step(peek() == '\\' ? 2 : 1);
    }
  }

  void skip_formatted(const Quote& quote, int nesting)
  {
    while (!ended() && !breaks_off(quote) && !closes(quote)) {
      if (peek() == '\\') {
        skip_escape(quote);
      }
      else if (peek() == '{' && peek(1) != '{') {
        step();
        skip_field(quote, nesting);
      }
      else {
        step(peek() == '{' ? 2 : 1);
      }
    }
  }

  // "\N{DASH}" is a character, "\{" is a backslash before a field.
  void skip_escape(const Quote& quote)
  {
    if (!quote.raw && peek(1) == 'N' && peek(2) == '{') {
      while (!ended() && peek() != '}' && !breaks_off(quote)) {
        step();
      }
    }
    else {
      step(peek(1) == '{' ? 1 : 2);
    }
  }

  // A replacement field up to and with its "}". Since Python 3.12 any expression may stand there,
  // with the same quotes, line ends and comments (PEP 701).
  void skip_field(const Quote& quote, int nesting)
  {
    std::size_t depth = 0;
    while (!ended()) {
      const char c = peek();
      if (depth == 0 && c == '}') {
        step();
        return;
      }
      if (depth == 0 && c == ':') {
        step();
        skip_format_spec(quote, nesting);
        return;
      }
      if (c == '\n') {
        step();
      }
      else if (!skip_between_tokens()) {
        const std::size_t begin = at_;
        const TokenKind kind = skip_token(nesting + 1);
        depth = depth_after({kind, source_.substr(begin, at_ - begin), line_}, depth);
      }
    }
  }

  // ":>{width}": text with fields, up to and with the "}" of the field it belongs to.
  void skip_format_spec(const Quote& quote, int nesting)
  {
    while (!ended() && !breaks_off(quote) && peek() != quote.mark) {
      const char c = peek();
      step();
      if (c == '}') {
        return;
      }
      if (c == '{' && nesting < k_deepest_nesting) {
        skip_field(quote, nesting + 1);
      }
    }
  }

  std::string_view source_;
  std::size_t at_ = 0;
  std::size_t line_ = 1;
};

}  // namespace

std::vector<LogicalLine> python_lines(std::string_view source)
{
  return Tokenizer(source).run();
}

}  // namespace envlift::function
