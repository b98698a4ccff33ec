// A look over YAML text before yaml-cpp sees it: what would cost it gigabytes, what it takes
// silently although it is wrong, and what it complains about in words that do not help.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace envlift::input {

inline constexpr std::size_t k_yaml_depth = 100;

struct YamlRefusal {
  std::string code;      // EL0106, EL0110, EL0112
  std::string message;
  std::string hint;
  std::size_t offset = 0;
};

struct YamlScan {
  std::optional<YamlRefusal> refusal;      // the first thing that keeps the text from being read
  std::optional<std::size_t> open_flow;    // offset of a `[` or `{` that seems to be closed nowhere
};
YamlScan scan_yaml(std::string_view text);

// Offset behind the quoted scalar that begins at `begin`; nothing when its quote is not closed.
std::optional<std::size_t> end_of_quoted(std::string_view text, std::size_t begin);

}  // namespace envlift::input
