#include "input/comment_selectors.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace envlift::input {

namespace {

// conda-build's words for platforms and Python 3 (metadata.py, ns_cfg), and conda-lock's (src_parser/selectors.py).
// `arm64` is a word for macOS alone.
std::optional<bool> truth_of_word(std::string_view word, std::string_view arch)
{
  const bool is_arm = arch == "arm64";
  const std::array<std::pair<std::string_view, bool>, 17> words = {{{"linux", true},
                                                                    {"unix", true},
                                                                    {"linux64", !is_arm},
                                                                    {"x86_64", !is_arm},
                                                                    {"x86", !is_arm},
                                                                    {"aarch64", is_arm},
                                                                    {"py3k", true},
                                                                    {"py2k", false},
                                                                    {"linux32", false},
                                                                    {"ppc64le", false},
                                                                    {"osx", false},
                                                                    {"osx64", false},
                                                                    {"arm64", false},
                                                                    {"win", false},
                                                                    {"win32", false},
                                                                    {"win64", false},
                                                                    {"s390x", false}}};
  for (const auto& [known, truth] : words) {
    if (known == word) {
      return truth;
    }
  }
  return std::nullopt;
}

// 311 of "311" and of "3.11" without its dot; nothing when other characters are there.
std::optional<int> number_of(std::string_view digits)
{
  int number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  return error == std::errc() && end == digits.data() + digits.size() ? std::optional(number) : std::nullopt;
}

// `py<311`, `py==39`, and `py311` for the latter. As conda-build does it, the version is one number: 3.11 is 311.
std::optional<bool> truth_of_python(std::string_view word, std::string_view python_minor)
{
  if (!word.starts_with("py")) {
    return std::nullopt;
  }
  word.remove_prefix(2);
  const std::size_t digits = std::min(word.find_first_of("0123456789"), word.size());
  const std::string_view op = word.substr(0, digits);
  const auto wanted = number_of(word.substr(digits));
  const auto ours = number_of(text::replace_all(std::string(python_minor), ".", ""));
  if (!wanted || !ours) {
    return std::nullopt;
  }
  const std::array<std::pair<std::string_view, bool>, 7> truths = {{{"", *ours == *wanted},
                                                                    {"==", *ours == *wanted},
                                                                    {"!=", *ours != *wanted},
                                                                    {"<", *ours < *wanted},
                                                                    {"<=", *ours <= *wanted},
                                                                    {">", *ours > *wanted},
                                                                    {">=", *ours >= *wanted}}};
  const auto found = std::ranges::find(truths, op, &std::pair<std::string_view, bool>::first);
  return found == truths.end() ? std::nullopt : std::optional(found->second);
}

// The words, `py < 311` as one of them.
std::vector<std::string> words_of(std::string_view text)
{
  std::vector<std::string> words;
  bool is_open = false;   // the word before goes on
  for (const std::string_view word : text::split(text, ' ')) {
    if (word.empty()) {
      continue;
    }
    const bool is_operator = std::string_view("<>=!").find(word.front()) != std::string_view::npos;
    if (!words.empty() && (is_open || is_operator)) {
      words.back() += word;
    }
    else {
      words.emplace_back(word);
    }
    is_open = std::string_view("<>=!").find(word.back()) != std::string_view::npos;
  }
  return words;
}

// `not` binds closer than `and`, and that closer than `or`.
class Expression {
public:
  Expression(std::string_view text, const SelectorTarget& target) : target_(target), words_(words_of(text)) {}

  // Nothing when the text is no selector but a comment in brackets.
  std::optional<bool> truth()
  {
    const auto value = either();
    return next_ == words_.size() ? value : std::nullopt;
  }

private:
  bool take(std::string_view word)
  {
    const bool is_next = next_ < words_.size() && words_[next_] == word;
    next_ += is_next ? 1 : 0;
    return is_next;
  }

  std::optional<bool> either()
  {
    auto left = both();
    while (left && take("or")) {
      const auto right = both();
      left = right ? std::optional(*left || *right) : std::nullopt;
    }
    return left;
  }

  std::optional<bool> both()
  {
    auto left = one();
    while (left && take("and")) {
      const auto right = one();
      left = right ? std::optional(*left && *right) : std::nullopt;
    }
    return left;
  }

  std::optional<bool> one()
  {
    bool is_negated = false;
    while (take("not")) {
      is_negated = !is_negated;
    }
    if (next_ == words_.size()) {
      return std::nullopt;
    }
    const std::string& word = words_[next_++];
    auto truth = truth_of_word(word, target_.arch);
    truth = truth ? truth : truth_of_python(word, target_.python_minor);
    return truth ? std::optional(*truth != is_negated) : std::nullopt;
  }

  const SelectorTarget& target_;
  std::vector<std::string> words_;
  std::size_t next_ = 0;
};

}  // namespace

CommentSelectors find_comment_selectors(const std::string& file, std::string_view text,
                                        const SelectorTarget& target)
{
  CommentSelectors found;
  std::size_t number = 0;
  for (const std::string_view line : text::lines(text)) {
    ++number;
    const std::size_t mark = line.find(" #");
    const std::string_view comment = mark == std::string_view::npos ? "" : text::trim(line.substr(mark));
    const std::size_t bracket = comment.rfind('[');
    if (!text::trim(line).starts_with('-') || !comment.ends_with(']') || bracket == std::string_view::npos) {
      continue;
    }
    const std::string_view words = text::trim(comment.substr(bracket + 1, comment.size() - bracket - 2));
    const auto truth = Expression(words, target).truth();
    found[number] = {
      std::string(words), truth.value_or(true), truth.has_value(), {file, number, mark + 2, comment.size()}};
  }
  return found;
}

}  // namespace envlift::input
