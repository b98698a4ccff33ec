#include "audit/secret_scan.hpp"

#include <algorithm>

namespace envlift::audit {

MarkSearch::MarkSearch(const std::vector<std::string_view>& marks) : marks_(marks), next_(marks.size())
{
  shifts_.fill(window - 1);
  for (std::size_t i = 0; i < marks.size(); ++i) {
    for (std::size_t end = 2; end <= window; ++end) {
      std::uint8_t& shift = shifts_[block(marks[i], end)];
      shift = std::min(shift, static_cast<std::uint8_t>(window - end));
    }
    std::uint8_t& first = first_[block(marks[i], window)];
    next_[i] = first;
    first = static_cast<std::uint8_t>(i + 1);
  }
}

}   // namespace envlift::audit
