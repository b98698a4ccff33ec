// Words as a shell would split them, without comments and expansions (Python's shlex.split).
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace envlift {

struct ShellWord {
  std::string text;     // without quotes and backslashes
  std::size_t offset;   // in the whole text
};

// The words from `begin` on; nothing when a quote is not closed or a backslash stands last.
std::optional<std::vector<ShellWord>> shell_words(std::string_view text, std::size_t begin = 0);

}  // namespace envlift
