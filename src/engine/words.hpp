// Wordings and what they mean, for engine_words.cpp and build_words.cpp.
#pragma once

#include "base/error.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

namespace envlift::engine {

// A wording, and what it means.
struct Word {
  std::string_view pattern;   // in lower case
  std::string_view code;
  std::string_view message;   // "" = the line that holds the wording
  std::string_view hint;
  ExitCode exit;
  std::string_view also = {};  // must stand in the same text
};

inline bool stands_in(const Word& word, const std::string& lower)
{
  return lower.find(word.pattern) != std::string::npos && lower.find(word.also) != std::string::npos;
}

// The first of them that stands in the text; nullptr when none does.
const Word* find_word(const auto& words, const std::string& lower)
{
  const auto found = std::ranges::find_if(words, [&](const Word& word) { return stands_in(word, lower); });
  return found == words.end() ? nullptr : &*found;
}

// The client's last words, without its pointer to its own help and the daemon's usual beginning.
std::string last_line(const std::string& output);

// The finding; `line` is its message where the wording has none.
inline Error error_of(const Word& word, std::string line)
{
  return {std::string(word.code),
          word.message.empty() ? std::move(line) : std::string(word.message),
          std::string(word.hint),
          word.exit,
          {}};
}

}  // namespace envlift::engine
