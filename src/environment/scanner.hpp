// What the parsers of PEP 508 share: a place in a text, and the first failure.
#pragma once

#include "base/text.hpp"
#include "environment/requirement.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace envlift::environment {

// The first failure is kept and moves the scanner to the end of the text, where nothing more fits and every step of
// a parser returns.
class Scanner {
protected:
  explicit Scanner(std::string_view text, std::size_t at = 0) : text_(text), at_(at) {}

  // A character of a word in the sense of regular expressions; of UTF-8, letters are the likely ones.
  static bool is_word(char c)
  {
    return text::is_alnum(c) || c == '_' || static_cast<unsigned char>(c) >= 0x80;
  }

  bool at_end() const { return at_ == text_.size(); }
  bool looking_at(std::string_view what) const { return text_.substr(at_).starts_with(what); }
  bool looking_at(char c) const { return !at_end() && text_[at_] == c; }

  void spaces()
  {
    while (looking_at(' ') || looking_at('\t')) {
      ++at_;
    }
  }

  void fail(std::string message, std::size_t at)
  {
    if (!problem_) {
      problem_ = ParseProblem{std::move(message), at};
    }
    at_ = text_.size();
  }

  std::string_view text_;
  std::size_t at_;
  std::optional<ParseProblem> problem_;
};

}  // namespace envlift::environment
