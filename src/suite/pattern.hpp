// Regular expressions of suites: Perl's syntax as Boost reads it, where `.` is no line end, `^` and `$` are the ends of
// the text, and characters are bytes. std::regex recurses for each character and overflows the stack on a long text;
// Boost's matcher keeps its own stack, and gives up on a pattern that explodes.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace envlift::suite {

inline constexpr std::size_t k_longest_pattern = 2000;
inline constexpr std::size_t k_longest_searched = std::size_t{1}
                                                  << 20;   // bytes of a text; what follows is not looked at

// Why the text is no regular expression that is taken here; nothing when it is one.
std::optional<std::string> pattern_fault(const std::string& pattern);

class Pattern {
public:
  enum class Found { yes, no, gave_up };

  // A pattern with a fault finds nothing.
  explicit Pattern(const std::string& pattern);
  Pattern(Pattern&&) noexcept;
  Pattern& operator=(Pattern&&) noexcept;
  ~Pattern();

  // Whether a part of the text matches; gave_up when that would take too many steps.
  Found search(std::string_view text) const;

private:
  struct Compiled;
  std::unique_ptr<Compiled> compiled_;
};

}   // namespace envlift::suite
