#include "input/comment_selectors.hpp"

#include "base/text.hpp"

#include <array>
#include <optional>
#include <utility>
#include <vector>

namespace envlift::input {

namespace {

// conda-lock's words (src_parser/selectors.py) and conda-build's. `arm64` is a word for macOS alone.
std::optional<bool> truth_of_word(std::string_view word, std::string_view arch)
{
  const bool is_arm = arch == "arm64";
  const std::array<std::pair<std::string_view, bool>, 15> words = {{{"linux", true},
                                                                    {"unix", true},
                                                                    {"linux64", !is_arm},
                                                                    {"x86_64", !is_arm},
                                                                    {"x86", !is_arm},
                                                                    {"aarch64", is_arm},
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

// `not` binds closer than `and`, and that closer than `or`.
class Expression {
public:
  Expression(std::string_view text, std::string_view arch) : arch_(arch)
  {
    for (const std::string_view word : text::split(text, ' ')) {
      if (!word.empty()) {
        words_.push_back(word);
      }
    }
  }

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
    const auto truth = next_ < words_.size() ? truth_of_word(words_[next_++], arch_) : std::nullopt;
    return truth ? std::optional(*truth != is_negated) : std::nullopt;
  }

  std::string_view arch_;
  std::vector<std::string_view> words_;
  std::size_t next_ = 0;
};

}  // namespace

CommentSelectors find_comment_selectors(const std::string& file, std::string_view text, std::string_view arch)
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
    if (const auto truth = Expression(words, arch).truth()) {
      found[number] = {std::string(words), *truth, {file, number, mark + 2, comment.size()}};
    }
  }
  return found;
}

}  // namespace envlift::input
