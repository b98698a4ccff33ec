#include "environment/marker.hpp"

#include "environment/scanner.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace envlift::environment {

namespace {

// Dots are the older spelling (PEP 345). `extras` and `dependency_groups` are for lock files.
constexpr std::array<std::string_view, 20> k_variables = {"python_version",
                                                          "python_full_version",
                                                          "os_name",
                                                          "os.name",
                                                          "sys_platform",
                                                          "sys.platform",
                                                          "platform_release",
                                                          "platform_system",
                                                          "platform_version",
                                                          "platform.version",
                                                          "platform_machine",
                                                          "platform.machine",
                                                          "platform_python_implementation",
                                                          "platform.python_implementation",
                                                          "python_implementation",
                                                          "implementation_name",
                                                          "implementation_version",
                                                          "extra",
                                                          "extras",
                                                          "dependency_groups"};
constexpr std::array<std::string_view, 8> k_operators = {"===", "==", "~=", "!=", "<=", ">=", "<", ">"};

constexpr std::size_t k_deepest = 100;   // parentheses; keeps the recursion within any stack

// Recursive descent.
class Parser : Scanner {
public:
  Parser(std::string_view text, std::size_t at) : Scanner(text, at) {}

  MarkerOrProblem whole()
  {
    Marker marker = group();
    spaces();
    if (at_ != text_.size()) {
      fail("`and`, `or` or the end of the marker is due here", at_);
    }
    if (problem_) {
      return {std::nullopt, std::move(*problem_)};
    }
    return {std::move(marker), {}};
  }

private:
  Marker group()
  {
    Marker group;
    group.items.push_back(atom());
    while (true) {
      if (word("and")) {
        group.operators.emplace_back("and");
      }
      else if (word("or")) {
        group.operators.emplace_back("or");
      }
      else {
        return group;
      }
      group.items.push_back(atom());
    }
  }

  Marker atom()
  {
    spaces();
    Marker result;
    if (looking_at("(")) {
      const std::size_t opened = at_++;
      if (++depth_ > k_deepest) {
        fail("the parentheses are nested too deeply", opened);
      }
      result = group();
      spaces();
      if (looking_at(")")) {
        ++at_;
      }
      else {
        fail("this parenthesis is not closed", opened);
      }
      --depth_;
    }
    else {
      result.comparison = comparison();
    }
    spaces();
    return result;
  }

  MarkerComparison comparison()
  {
    MarkerComparison result;
    result.left = operand();
    spaces();
    result.op = op();
    spaces();
    result.right = operand();
    return result;
  }

  MarkerOperand operand()
  {
    if (looking_at("'") || looking_at("\"")) {
      return {false, quoted()};
    }
    const auto found = std::ranges::find_if(k_variables, [&](std::string_view name) { return word(name); });
    if (found == k_variables.end()) {
      fail("a marker variable or a quoted text is due here", at_);
      return {};
    }
    return {true, canonical_variable(*found)};
  }

  static std::string canonical_variable(std::string_view name)
  {
    std::string result(name);
    std::ranges::replace(result, '.', '_');
    return result == "python_implementation" ? "platform_python_implementation" : result;
  }

  std::string quoted()
  {
    const std::size_t begin = at_ + 1;
    const std::size_t end = text_.find(text_[at_], begin);
    if (end == std::string_view::npos) {
      fail("this quote is not closed", at_);
      return "";
    }
    const std::string_view inside = text_.substr(begin, end - begin);
    // pip reads escapes as Python does. No marker needs them, and what they make cannot be written back.
    if (std::ranges::any_of(inside,
                            [](char c) { return c == '\\' || static_cast<unsigned char>(c) < 0x20; })) {
      fail("a marker's text must not hold backslashes or control characters", at_);
      return "";
    }
    at_ = end + 1;
    return std::string(inside);
  }

  std::string op()
  {
    if (word("in")) {
      return "in";
    }
    if (word("not")) {
      const std::size_t before = at_;
      spaces();
      if (at_ == before || !word("in")) {
        fail("`in` is due after `not`", at_);
      }
      return "not in";
    }
    const auto found = std::ranges::find_if(k_operators, [&](std::string_view op) { return looking_at(op); });
    if (found == k_operators.end()) {
      fail("an operator is due here: ==, !=, <, <=, >, >=, ~=, ===, in, not in", at_);
      return "";
    }
    at_ += found->size();
    return std::string(*found);
  }

  // Takes the word when it stands here as a whole.
  bool word(std::string_view what)
  {
    const std::size_t end = at_ + what.size();
    if (!looking_at(what) || (end < text_.size() && is_word(text_[end]))) {
      return false;
    }
    at_ = end;
    return true;
  }

  std::size_t depth_ = 0;
};

// Names of extras and groups are normalised where they are compared (PEP 685).
void normalize_extras(Marker& marker)
{
  for (Marker& item : marker.items) {
    normalize_extras(item);
  }
  if (!marker.comparison) {
    return;
  }
  MarkerOperand& left = marker.comparison->left;
  MarkerOperand& right = marker.comparison->right;
  if (left.is_variable && left.text == "extra" && !right.is_variable) {
    right.text = normalize_name(right.text);
  }
  else if (!left.is_variable && right.is_variable &&
           (right.text == "extra" || right.text == "extras" || right.text == "dependency_groups")) {
    left.text = normalize_name(left.text);
  }
}

std::string operand_text(const MarkerOperand& operand)
{
  if (operand.is_variable) {
    return operand.text;
  }
  const char quote = operand.text.find('"') == std::string::npos ? '"' : '\'';
  return fmt::format("{}{}{}", quote, operand.text, quote);
}

std::string format(const Marker& marker, bool is_outermost)
{
  if (marker.comparison) {
    const MarkerComparison& comparison = *marker.comparison;
    return fmt::format("{} {} {}", operand_text(comparison.left), comparison.op,
                       operand_text(comparison.right));
  }
  if (marker.items.size() == 1) {
    return format(marker.items.front(), is_outermost);
  }
  std::string result = format(marker.items.front(), false);
  for (std::size_t i = 1; i < marker.items.size(); ++i) {
    result += fmt::format(" {} {}", marker.operators[i - 1], format(marker.items[i], false));
  }
  return is_outermost ? result : "(" + result + ")";
}

}  // namespace

std::string Marker::str() const
{
  return format(*this, true);
}

MarkerOrProblem parse_marker(std::string_view text, std::size_t at)
{
  MarkerOrProblem result = Parser(text, at).whole();
  if (result.marker) {
    normalize_extras(*result.marker);
  }
  return result;
}

}  // namespace envlift::environment
