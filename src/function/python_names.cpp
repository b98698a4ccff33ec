// Which names a module's statements bind at its top level.
#include "function/function.hpp"
#include "function/python_tokens.hpp"

#include <algorithm>
#include <array>
#include <span>

namespace envlift::function {

namespace {

using Tokens = std::span<const Token>;

constexpr std::array<std::string_view, 11> k_headers = {"if",  "elif", "else",  "try",   "except", "finally",
                                                        "for", "with", "while", "match", "case"};

bool is_op(const Token& token, std::string_view text)
{
  return token.kind == TokenKind::op && token.text == text;
}

bool is_word(const Token& token, std::string_view text)
{
  return token.kind == TokenKind::name && token.text == text;
}

bool opens(const Token& token)
{
  return is_op(token, "(") || is_op(token, "[") || is_op(token, "{");
}

bool closes(const Token& token)
{
  return is_op(token, ")") || is_op(token, "]") || is_op(token, "}");
}

// Index of the first token outside brackets that `wanted` accepts; tokens.size() when there is none.
template <typename Predicate>
std::size_t find_outside(Tokens tokens, Predicate wanted)
{
  std::size_t depth = 0;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    if (depth == 0 && wanted(tokens[i])) {
      return i;
    }
    if (opens(tokens[i])) {
      ++depth;
    }
    else if (closes(tokens[i]) && depth > 0) {
      --depth;
    }
  }
  return tokens.size();
}

std::size_t find_op(Tokens tokens, std::string_view op)
{
  return find_outside(tokens, [&](const Token& token) { return is_op(token, op); });
}

std::vector<Tokens> split_at(Tokens tokens, std::string_view op)
{
  std::vector<Tokens> parts;
  while (true) {
    const std::size_t at = find_op(tokens, op);
    parts.push_back(tokens.first(at));
    if (at == tokens.size()) {
      return parts;
    }
    tokens = tokens.subspan(at + 1);
  }
}

// What stands between the bracket that opens the tokens and its partner.
Tokens inside_brackets(Tokens tokens)
{
  const Tokens rest = tokens.subspan(1);
  return rest.first(find_outside(rest, closes));
}

// The colon that ends a compound statement's header. A lambda outside brackets has one of its own.
std::size_t find_header_end(Tokens tokens)
{
  std::size_t lambdas = 0;
  return find_outside(tokens, [&](const Token& token) {
    if (is_word(token, "lambda")) {
      ++lambdas;
    }
    if (!is_op(token, ":")) {
      return false;
    }
    const bool ends_header = lambdas == 0;
    lambdas -= ends_header ? 0 : 1;
    return ends_header;
  });
}

class Collector {
public:
  ModuleNames collect(const std::vector<LogicalLine>& lines)
  {
    for (const LogicalLine& line : lines) {
      if (hidden_below_ && line.indent > *hidden_below_) {
        continue;
      }
      hidden_below_.reset();
      read_line(line);
    }
    names_.may_bind_more = names_.may_bind_more || names_.find("__getattr__") != nullptr;
    return std::move(names_);
  }

private:
  void read_line(const LogicalLine& line)
  {
    Tokens tokens(line.tokens);
    if (is_op(tokens.front(), "@")) {
      decorated_ = true;
      return;
    }
    const bool async = is_word(tokens.front(), "async");
    if (async) {
      tokens = tokens.subspan(1);
    }
    if (!tokens.empty() && (is_word(tokens.front(), "def") || is_word(tokens.front(), "class"))) {
      read_definition(tokens, async);
      hidden_below_ = line.indent;
    }
    else if (!read_compound(tokens, line.indent)) {
      read_statements(tokens);
    }
    decorated_ = false;
  }

  void read_definition(Tokens tokens, bool async)
  {
    if (tokens.size() < 2 || tokens[1].kind != TokenKind::name) {
      return;
    }
    Binding& binding = bind(tokens[1]);
    if (is_word(tokens[0], "def") && !decorated_) {
      binding.kind = async ? Binding::Kind::coroutine : Binding::Kind::function;
      read_parameters(tokens.subspan(2), binding);
    }
  }

  // The tokens after the name: type parameters (PEP 695), then the parameters in parentheses.
  static void read_parameters(Tokens tokens, Binding& binding)
  {
    const std::size_t parenthesis = find_op(tokens, "(");
    if (parenthesis == tokens.size()) {
      return;
    }
    std::size_t most = 0;
    bool unbounded = false;
    for (const Tokens parameter : split_at(inside_brackets(tokens.subspan(parenthesis)), ",")) {
      if (parameter.empty() || is_op(parameter[0], "/")) {
        continue;
      }
      if (is_op(parameter[0], "*") || is_op(parameter[0], "**")) {
        unbounded = is_op(parameter[0], "*") && parameter.size() > 1;
        break;   // what follows is given by name only
      }
      ++most;
      binding.least_arguments += find_op(parameter, "=") == parameter.size() ? 1 : 0;
    }
    binding.most_arguments = unbounded ? std::nullopt : std::optional(most);
  }

  // `if`, `for`, `with`, … bind at module scope, and so do the statements inside them. False when the
  // line is no compound statement; `match` and `case` are ordinary names elsewhere.
  bool read_compound(Tokens tokens, std::size_t indent)
  {
    if (tokens.empty() || tokens[0].kind != TokenKind::name ||
        std::ranges::find(k_headers, tokens[0].text) == k_headers.end()) {
      return false;
    }
    const std::size_t end = find_header_end(tokens);
    const Tokens header = tokens.first(end);
    const bool annotated = header.size() == 1 && (is_word(header[0], "match") || is_word(header[0], "case"));
    if (end == tokens.size() || find_op(header, "=") != header.size() || annotated) {
      return false;
    }
    if (is_main_guard(header)) {
      hidden_below_ = indent;   // Lambda imports the module: this block does not run
      return true;
    }
    read_header(header);
    read_statements(tokens.subspan(end + 1));
    return true;
  }

  static bool is_main_guard(Tokens header)
  {
    return header.size() == 4 && is_word(header[0], "if") && is_word(header[1], "__name__") &&
           is_op(header[2], "==") && header[3].kind == TokenKind::string;
  }

  void read_header(Tokens header)
  {
    if (is_word(header[0], "for")) {
      const Tokens rest = header.subspan(1);
      read_target(rest.first(find_outside(rest, [](const Token& token) { return is_word(token, "in"); })));
    }
    else if (is_word(header[0], "with")) {
      read_as_targets(header);
    }
    read_expression(header);
  }

  // `with open(a) as f, (b as (g, h)):` — a target goes up to the next comma or bracket's end.
  void read_as_targets(Tokens header)
  {
    for (std::size_t i = 0; i + 1 < header.size(); ++i) {
      if (is_word(header[i], "as")) {
        const Tokens rest = header.subspan(i + 1);
        read_target(rest.first(
            find_outside(rest, [](const Token& token) { return is_op(token, ",") || closes(token); })));
      }
    }
  }

  void read_statements(Tokens tokens)
  {
    for (const Tokens statement : split_at(tokens, ";")) {
      if (!statement.empty()) {
        read_statement(statement);
      }
    }
  }

  void read_statement(Tokens tokens)
  {
    if (is_word(tokens[0], "import")) {
      read_import(tokens.subspan(1));
    }
    else if (is_word(tokens[0], "from")) {
      read_from_import(tokens);
    }
    else if (is_word(tokens[0], "type") && tokens.size() > 2 && tokens[1].kind == TokenKind::name) {
      bind(tokens[1]);   // `type X = …` (PEP 695)
    }
    else {
      read_assignment(tokens);
      read_expression(tokens);
    }
  }

  // `import a.b, c as d` binds a and d.
  void read_import(Tokens tokens)
  {
    for (const Tokens module : split_at(tokens, ",")) {
      if (!module.empty()) {
        bind(module.size() > 2 && is_word(module[module.size() - 2], "as") ? module.back() : module.front());
      }
    }
  }

  void read_from_import(Tokens tokens)
  {
    const auto word =
        std::ranges::find_if(tokens, [](const Token& token) { return is_word(token, "import"); });
    Tokens imported(word, tokens.end());
    if (imported.size() < 2) {
      return;
    }
    imported = imported.subspan(1);
    if (is_op(imported[0], "*")) {
      names_.may_bind_more = true;
      return;
    }
    for (const Tokens name : split_at(is_op(imported[0], "(") ? inside_brackets(imported) : imported, ",")) {
      if (!name.empty()) {
        bind(name.back());
      }
    }
  }

  // `a = b, c = value`, `a: int = value`; an annotation alone binds nothing.
  void read_assignment(Tokens tokens)
  {
    const std::vector<Tokens> parts = split_at(tokens, "=");
    for (std::size_t i = 0; i + 1 < parts.size(); ++i) {
      read_target(parts[i].first(find_op(parts[i], ":")));
    }
  }

  // A name, or names in tuples and lists; `a.b` and `a[0]` bind nothing.
  void read_target(Tokens target)
  {
    for (Tokens part : split_at(target, ",")) {
      if (!part.empty() && is_op(part[0], "*")) {
        part = part.subspan(1);
      }
      if (part.size() == 1 && part[0].kind == TokenKind::name) {
        bind(part[0]);
      }
      else if (part.size() > 1 && opens(part[0]) && inside_brackets(part).size() + 2 == part.size()) {
        read_target(inside_brackets(part));
      }
    }
  }

  // What an expression does at module scope: `:=` binds, and some calls bind names unseen.
  void read_expression(Tokens tokens)
  {
    for (std::size_t i = 0; i + 1 < tokens.size(); ++i) {
      if (tokens[i].kind != TokenKind::name) {
        continue;
      }
      if (is_op(tokens[i + 1], ":=")) {
        bind(tokens[i]);
      }
      const bool dynamic =
          tokens[i].text == "exec" || tokens[i].text == "globals" || tokens[i].text == "setattr";
      names_.may_bind_more = names_.may_bind_more || (dynamic && is_op(tokens[i + 1], "("));
    }
  }

  Binding& bind(const Token& token)
  {
    Binding binding;
    binding.name = std::string(token.text);
    binding.line = token.line;
    return names_.bindings.emplace_back(std::move(binding));
  }

  ModuleNames names_;
  std::optional<std::size_t> hidden_below_;   // indent of the block whose body binds nothing here
  bool decorated_ = false;
};

// Python reads "\r\n" and "\r" as line ends too.
std::string with_unix_line_ends(std::string_view source)
{
  std::string result;
  result.reserve(source.size());
  for (std::size_t i = 0; i < source.size(); ++i) {
    if (source[i] != '\r') {
      result += source[i];
    }
    else if (i + 1 == source.size() || source[i + 1] != '\n') {
      result += '\n';
    }
  }
  return result;
}

}  // namespace

const Binding* ModuleNames::find(std::string_view name) const
{
  const auto found = std::find_if(bindings.rbegin(), bindings.rend(),
                                  [&](const Binding& binding) { return binding.name == name; });
  return found == bindings.rend() ? nullptr : &*found;
}

ModuleNames top_level_names(const std::string& python_source)
{
  const std::string source = with_unix_line_ends(python_source);
  return Collector().collect(python_lines(source));
}

}  // namespace envlift::function
