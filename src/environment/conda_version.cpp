#include "environment/conda_version.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace envlift::environment {

namespace {

constexpr std::size_t k_longest_literal = 64;   // CEP 26
constexpr int k_deepest_parentheses = 16;       // nobody writes more; the reader is recursive
constexpr std::array<std::string_view, 8> k_operators = {"=", "==", "!=", "<", "<=", ">", ">=", "~="};

bool is_operator_character(char c)
{
  return c == '=' || c == '<' || c == '>' || c == '!' || c == '~';
}

bool is_literal_character(char c)
{
  return text::is_alnum(c) || c == '.' || c == '_' || c == '+' || c == '!' || c == '*' || c == '-';
}

bool has_glob(std::string_view literal)
{
  return literal.find('*') != std::string_view::npos;
}

// Whether the only `*` stand at the end: a fuzzy version, not a pattern of texts.
bool is_trailing_glob(std::string_view literal)
{
  const std::size_t star = literal.find('*');
  return star != std::string_view::npos && star != 0 &&
         literal.find_first_not_of(".*", star) == std::string_view::npos;
}

// `1.2` of `1.2`, `1.2*` and `1.2.*`.
std::string_view without_glob(std::string_view literal)
{
  while (literal.ends_with('*')) {
    literal.remove_suffix(literal.ends_with(".*") ? 2 : 1);
  }
  return literal;
}

std::string fuzzy(std::string_view literal)
{
  return std::string(without_glob(literal)) + ".*";
}

// Offset of what makes the separators of a version part (the whole, or the local part behind `+`) ill-formed.
std::size_t bad_segment(std::string_view part)
{
  const auto separates = [](char c) { return c == '.' || c == '_' || c == '-'; };
  const std::size_t dash = part.find('-');   // read as `_`, so never beside one
  for (std::size_t at = 0; at < part.size(); ++at) {
    const bool empty_segment = separates(part[at]) && (at == 0 || separates(part[at - 1]));
    if (empty_segment || (part[at] == '_' && dash != std::string_view::npos)) {
      return at;
    }
  }
  // `1.1.1_` is allowed: it sorts before `1.1.1a` (openssl's scheme).
  return part.empty() || part.back() == '.' || part.back() == '-' ? part.size() : std::string_view::npos;
}

struct LiteralProblem {
  std::string message;   // empty: a version literal
  std::size_t offset = 0;
};

// CEP 33: `[EPOCH!]SEGMENTS[+LOCAL]`. Runs of digits longer than its bound are left to the solver:
// published packages carry time stamps there.
LiteralProblem check_literal(std::string_view literal)
{
  if (literal.size() > k_longest_literal) {
    return {fmt::format("a version has at most {} characters", k_longest_literal), k_longest_literal};
  }
  std::size_t begin = 0;
  if (const std::size_t mark = literal.find('!'); mark != std::string_view::npos) {
    if (mark == 0 || !std::ranges::all_of(literal.substr(0, mark), &text::is_digit)) {
      return {"an epoch is a number before one `!`", mark};
    }
    begin = mark + 1;
  }
  const std::size_t plus = literal.find('+', begin);
  const std::string_view main = literal.substr(begin, plus == std::string_view::npos ? plus : plus - begin);
  if (const std::size_t at = bad_segment(main); at != std::string_view::npos) {
    return {"the version's parts are not separated as they must be (one `.` or `_` each)", begin + at};
  }
  if (plus == std::string_view::npos) {
    return literal.find('!', begin) == std::string_view::npos
               ? LiteralProblem{}
               : LiteralProblem{"a version has one `!` at most", literal.find('!', begin)};
  }
  const std::string_view local = literal.substr(plus + 1);
  if (const std::size_t at = local.find_first_of("+!"); at != std::string_view::npos) {
    return {fmt::format("a second `{}` in a version", local[at]), plus + 1 + at};
  }
  if (const std::size_t at = bad_segment(local); at != std::string_view::npos) {
    return {"the local version's parts are not separated as they must be (one `.` or `_` each)",
            plus + 1 + at};
  }
  return {};
}

class Scanner {
public:
  explicit Scanner(std::string_view text) : text_(text) {}

  VersionExpression scan()
  {
    any_of(0);
    result_.end = at_;
    result_.is_single = clauses_ == 1;
    if (result_.is_single) {
      result_.text = result_.op + result_.literal;   // parentheses around one clause say nothing
    }
    return std::move(result_);
  }

private:
  bool failed() const { return !result_.problem.empty(); }
  char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }

  void fail(std::string message, std::size_t at)
  {
    if (!failed()) {
      result_.problem = std::move(message);
      result_.problem_at = at;
    }
  }

  void skip_spaces()
  {
    while (text::is_space(peek())) {
      ++at_;
    }
  }

  // Goes behind the joining character when one comes next; spaces before it belong to it.
  bool take(char joiner)
  {
    const std::size_t before = at_;
    skip_spaces();
    if (peek() == joiner) {
      ++at_;
      result_.text += joiner;
      return true;
    }
    at_ = before;
    return false;
  }

  void any_of(int depth)
  {
    do {
      all_of(depth);
    } while (!failed() && take('|'));
  }

  void all_of(int depth)
  {
    do {
      term(depth);
    } while (!failed() && take(','));
  }

  void term(int depth)
  {
    skip_spaces();
    if (peek() != '(') {
      clause();
      return;
    }
    if (depth == k_deepest_parentheses) {
      fail("too many parentheses", at_);
      return;
    }
    const std::size_t open = at_;
    result_.text += text_[at_++];
    any_of(depth + 1);
    if (!failed() && !take(')')) {
      fail("this parenthesis is not closed", open);
    }
  }

  void clause()
  {
    ++clauses_;
    if (peek() == '^') {
      regular_expression();
      return;
    }
    const std::size_t op_at = at_;
    while (is_operator_character(peek())) {
      ++at_;
    }
    result_.op = text_.substr(op_at, at_ - op_at);
    check_operator(op_at);
    skip_spaces();
    literal();
    // conda takes `==1.2.*` for `==1.2` where it stands beside others.
    const bool is_fuzzy = result_.op == "==" && is_trailing_glob(result_.literal);
    result_.text += is_fuzzy ? fuzzy(result_.literal) : result_.op + result_.literal;
  }

  void check_operator(std::size_t op_at)
  {
    const std::string& op = result_.op;
    if (op.empty() || std::ranges::find(k_operators, op) != k_operators.end()) {
      return;
    }
    std::string message = fmt::format("`{}` is not an operator of conda", op);
    if (op == "=>" || op == "=<") {
      message += fmt::format("; write `{}=`", op[1]);
    }
    else if (op == "===") {
      message += "; write `==`";
    }
    fail(std::move(message), op_at);
  }

  void literal()
  {
    const std::size_t begin = at_;
    while (is_literal_character(peek())) {
      ++at_;
    }
    std::string_view found = text_.substr(begin, at_ - begin);
    if (found.empty()) {
      fail(result_.op.empty() ? "a version is missing here"
                              : fmt::format("no version after `{}`", result_.op),
           begin);
      return;
    }
    // conda reads `numpy=1.2.` as `numpy=1.2.*`.
    if (result_.op == "=" && found.size() > 1 && found.back() == '.' && !has_glob(found)) {
      found.remove_suffix(1);
    }
    result_.literal = found;
    if (has_glob(found) && !is_trailing_glob(found)) {
      // Matched as a text, not compared as a version; in front `!` would be taken for an operator.
      if (found.front() == '!') {
        fail("an epoch is a number before one `!`", begin);
      }
      return;
    }
    if (LiteralProblem problem = check_literal(without_glob(found)); !problem.message.empty()) {
      fail(std::move(problem.message), begin + problem.offset);
    }
  }

  // `^…$`, as conda's own splitting takes it: up to the first `$`.
  void regular_expression()
  {
    const std::size_t end = text_.find('$', at_);
    const std::string_view found = text_.substr(at_, end == std::string_view::npos ? end : end + 1 - at_);
    const std::size_t bad = found.find_first_of(" '\"`");
    if (end == std::string_view::npos || bad != std::string_view::npos) {
      fail("a regular expression ends with `$` and has no spaces or quotes", at_);
      return;
    }
    result_.op.clear();
    result_.literal = found;
    result_.text += found;
    at_ = end + 1;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  int clauses_ = 0;
  VersionExpression result_;
};

}   // namespace

VersionExpression scan_version(std::string_view text)
{
  return Scanner(text).scan();
}

std::string canonical_version(const VersionExpression& expression, SingleEquals meaning)
{
  const std::string& literal = expression.literal;
  const bool is_equality = expression.op.empty() || expression.op == "=" || expression.op == "==";
  if (!expression.is_single || !is_equality || literal.starts_with('^')) {
    return expression.text;
  }
  if (literal == "*") {
    return "";
  }
  if (is_trailing_glob(literal)) {
    return fuzzy(literal);
  }
  if (has_glob(literal)) {
    return literal;   // matched as a text whatever the operator (CEP 29)
  }
  return expression.op == "=" && meaning == SingleEquals::fuzzy ? fuzzy(literal) : "==" + literal;
}

}   // namespace envlift::environment
