#include "base/shell_words.hpp"

#include "base/text.hpp"

namespace envlift {

namespace {

class Reader {
public:
  Reader(std::string_view text, std::size_t at) : text_(text), at_(at) {}

  std::optional<std::vector<ShellWord>> all()
  {
    std::vector<ShellWord> words;
    while (skip_spaces()) {
      words.push_back({"", at_});
      while (at_ < text_.size() && !text::is_space(text_[at_])) {
        if (!take(words.back().text)) {
          return std::nullopt;
        }
      }
    }
    return words;
  }

private:
  bool skip_spaces()
  {
    while (at_ < text_.size() && text::is_space(text_[at_])) {
      ++at_;
    }
    return at_ < text_.size();
  }

  bool take(std::string& word)
  {
    const char c = text_[at_++];
    if (c == '\'' || c == '"') {
      return take_quoted(c, word);
    }
    if (c != '\\') {
      word += c;
      return true;
    }
    if (at_ == text_.size()) {
      return false;
    }
    word += text_[at_++];
    return true;
  }

  // Within double quotes a backslash quotes a quote and itself.
  bool take_quoted(char quote, std::string& word)
  {
    for (; at_ < text_.size() && text_[at_] != quote; ++at_) {
      const bool escapes = quote == '"' && text_[at_] == '\\' && at_ + 1 < text_.size() &&
                           (text_[at_ + 1] == '"' || text_[at_ + 1] == '\\');
      at_ += escapes ? 1 : 0;
      word += text_[at_];
    }
    const bool is_closed = at_ < text_.size();
    at_ += is_closed ? 1 : 0;
    return is_closed;
  }

  std::string_view text_;
  std::size_t at_;
};

}  // namespace

std::optional<std::vector<ShellWord>> shell_words(std::string_view text, std::size_t begin)
{
  return Reader(text, begin).all();
}

}  // namespace envlift
