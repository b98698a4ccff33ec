#include "sys/clock.hpp"

#include <array>
#include <ctime>

namespace envlift::sys {

std::string utc_now()
{
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  ::gmtime_r(&now, &parts);
  std::array<char, 32> text{};
  const std::size_t length = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts);
  return {text.data(), length};
}

std::int64_t unix_now()
{
  return std::time(nullptr);
}

}  // namespace envlift::sys
