#include "report/license_expression.hpp"

#include "base/text.hpp"
#include "report/license_list.hpp"

#include <algorithm>
#include <span>
#include <vector>

namespace envlift::report {

namespace {

constexpr std::size_t k_most_words = 200;   // of an expression; the parser goes as deep as its parentheses

std::vector<std::string> words_of(std::string_view text)
{
  std::vector<std::string> words;
  bool is_in_word = false;
  for (const char c : text) {
    const bool is_parenthesis = c == '(' || c == ')';
    if (c == ' ' || c == '\t') {
      is_in_word = false;
    }
    else if (is_in_word && !is_parenthesis) {
      words.back() += c;
    }
    else {
      words.emplace_back(1, c);
      is_in_word = !is_parenthesis;
    }
  }
  return words;
}

std::optional<std::string> listed(std::span<const std::string_view> ids, std::string_view word)
{
  const std::string lower = text::to_lower(word);
  const auto found =
      std::ranges::lower_bound(ids, lower, {}, [](std::string_view id) { return text::to_lower(id); });
  return found != ids.end() && text::to_lower(*found) == lower ? std::optional(std::string(*found))
                                                               : std::nullopt;
}

// expression = term {("AND" | "OR") term}; term = "(" expression ")" | license ["+"] ["WITH" exception]
class Parser {
public:
  explicit Parser(std::vector<std::string> words) : words_(std::move(words)) {}

  std::optional<std::string> whole()
  {
    auto text = expression();
    return text && at_ == words_.size() ? text : std::nullopt;
  }

private:
  std::optional<std::string> expression()
  {
    auto text = term();
    while (text && at_ < words_.size() && words_[at_] != ")") {
      const std::string word = text::to_lower(words_[at_++]);
      const auto right = word == "and" || word == "or" ? term() : std::nullopt;
      text = right ? std::optional(*text + (word == "and" ? " AND " : " OR ") + *right) : std::nullopt;
    }
    return text;
  }

  std::optional<std::string> term()
  {
    if (!takes("(")) {
      return license();
    }
    const auto inner = expression();
    return inner && takes(")") ? std::optional("(" + *inner + ")") : std::nullopt;
  }

  std::optional<std::string> license()
  {
    if (at_ == words_.size()) {
      return std::nullopt;
    }
    const std::string& word = words_[at_++];
    auto id = listed(license_ids(), word);
    if (!id && word.ends_with('+')) {
      id = listed(license_ids(), std::string_view(word).substr(0, word.size() - 1));
      id = id ? std::optional(*id + "+") : std::nullopt;
    }
    if (!id || !takes("with")) {
      return id;
    }
    const auto exception = at_ < words_.size() ? listed(exception_ids(), words_[at_++]) : std::nullopt;
    return exception ? std::optional(*id + " WITH " + *exception) : std::nullopt;
  }

  bool takes(std::string_view word)
  {
    const bool is_there = at_ < words_.size() && text::to_lower(words_[at_]) == word;
    at_ += is_there ? 1 : 0;
    return is_there;
  }

  std::vector<std::string> words_;
  std::size_t at_ = 0;
};

}   // namespace

std::optional<std::string> license_expression(std::string_view text)
{
  std::vector<std::string> words = words_of(text);
  return words.size() <= k_most_words ? Parser(std::move(words)).whole() : std::nullopt;
}

}   // namespace envlift::report
