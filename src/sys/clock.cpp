#include "sys/clock.hpp"

#include "sys/signals.hpp"

#include <array>
#include <ctime>

#include <poll.h>

namespace envlift::sys {

std::string utc(std::int64_t time)
{
  const std::time_t seconds = time;
  std::tm parts{};
  ::gmtime_r(&seconds, &parts);
  std::array<char, 32> text{};
  const std::size_t length = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts);
  return {text.data(), length};
}

std::string utc_now()
{
  return utc(unix_now());
}

std::int64_t unix_now()
{
  return std::time(nullptr);
}

bool pause(std::chrono::milliseconds duration)
{
  pollfd signals{.fd = interrupt_descriptor(), .events = POLLIN, .revents = 0};   // poll skips a negative one
  ::poll(&signals, 1, static_cast<int>(duration.count()));
  return interrupted_by() == 0;
}

}  // namespace envlift::sys
