// Where in a text one of several marks stands, in one pass (Wu and Manber's search, blocks of two bytes).
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

namespace envlift::audit {

class MarkSearch {
public:
  // Marks of three characters and more.
  explicit MarkSearch(const std::vector<std::string_view>& marks);

  // Calls found(which mark, where it begins) for each, in order of place.
  template <typename Found>
  void each(std::string_view text, Found found) const
  {
    for (std::size_t end = window; end <= text.size();) {
      const std::size_t pair = block(text, end);
      if (const std::size_t shift = shifts_[pair]; shift > 0) {
        end += shift;
        continue;
      }
      for (std::size_t i = first_[pair]; i != 0; i = next_[i - 1]) {
        if (text.substr(end - window).starts_with(marks_[i - 1])) {
          found(i - 1, end - window);
        }
      }
      ++end;
    }
  }

private:
  static constexpr std::size_t window = 3;

  // The two bytes before `end`.
  static std::size_t block(std::string_view text, std::size_t end)
  {
    return static_cast<unsigned char>(text[end - 2]) * 256U + static_cast<unsigned char>(text[end - 1]);
  }

  std::vector<std::string_view> marks_;
  std::array<std::uint8_t, 65536> shifts_{};   // how far the window can move when it ends in these two bytes
  std::array<std::uint8_t, 65536> first_{};   // the first mark whose window ends so, counted from 1
  std::vector<std::uint8_t> next_;
};

}   // namespace envlift::audit
