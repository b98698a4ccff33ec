// The words of differences.
#include "base/text.hpp"
#include "suite/answer.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace envlift::suite {

namespace {

constexpr std::size_t k_most_differences = 20;
constexpr std::size_t k_longest_difference = 1000;
constexpr std::size_t k_longest_text = 120;
constexpr std::size_t k_before = 20;      // bytes shown of what two texts share before they differ
constexpr std::size_t k_after = 60;       // and from there on
constexpr std::size_t k_most_lines = 5;   // of each side

bool continues(char c)
{
  return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
}

// The offset of a character's begin at or before `at`.
std::size_t character_at(std::string_view text, std::size_t at)
{
  at = std::min(at, text.size());
  while (at > 0 && at < text.size() && continues(text[at])) {
    --at;
  }
  return at;
}

// The part of a text from `begin`, quoted, with … where something is left out.
std::string excerpt(std::string_view text, std::size_t begin, std::size_t length)
{
  begin = character_at(text, begin);
  const std::size_t end = character_at(text, begin + length);
  return fmt::format("\"{}{}{}\"", begin > 0 ? "…" : "", text::shown(text.substr(begin, end - begin)),
                     end < text.size() ? "…" : "");
}

std::string line_difference(std::string_view where, std::string_view expected, std::string_view got)
{
  const auto old_lines = text::lines(expected);
  const auto new_lines = text::lines(got);
  const auto [old_at, new_at] = std::ranges::mismatch(old_lines, new_lines);
  const std::size_t first = static_cast<std::size_t>(old_at - old_lines.begin());
  std::string out = fmt::format("{}: the text differs from line {} on", where, first + 1);
  const auto add = [&](const std::vector<std::string_view>& lines, char sign) {
    for (std::size_t i = first; i < std::min(lines.size(), first + k_most_lines); ++i) {
      out += fmt::format("\n  {} {}", sign,
                         text::shown(lines[i].substr(0, character_at(lines[i], k_longest_text))));
    }
    out += lines.size() > first + k_most_lines ? fmt::format("\n  {} …", sign) : "";
  };
  add(old_lines, '-');
  add(new_lines, '+');
  return out;
}

}   // namespace

void Differences::add(std::string difference)
{
  if (all_.size() == k_most_differences) {
    ++unkept_;
    return;
  }
  if (difference.size() > k_longest_difference) {
    difference.resize(character_at(difference, k_longest_difference));
    difference += "…";
  }
  all_.push_back(std::move(difference));
}

std::vector<std::string> Differences::take()
{
  if (unkept_ > 0) {
    all_.push_back(fmt::format("and {}", text::counted(unkept_, "difference") + " more"));
  }
  return std::move(all_);
}

std::string text_difference(std::string_view where, std::string_view expected, std::string_view got)
{
  if (expected.find('\n') != std::string_view::npos && got.find('\n') != std::string_view::npos &&
      text::lines(expected) != text::lines(got)) {
    return line_difference(where, expected, got);
  }
  const auto [old_at, new_at] = std::ranges::mismatch(expected, got);
  const std::size_t same = static_cast<std::size_t>(old_at - expected.begin());
  const std::size_t begin = same > k_before ? same - k_before : 0;
  return fmt::format("{}: expected {}, got {}", where, excerpt(expected, begin, k_before + k_after),
                     excerpt(got, begin, k_before + k_after));
}

std::string short_text(std::string_view text)
{
  return excerpt(text, 0, k_longest_text);
}

}   // namespace envlift::suite
