#include "registry/patience.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <random>

namespace envlift::registry {

namespace {

using namespace std::chrono_literals;
using Milliseconds = std::chrono::milliseconds;

constexpr int k_most_tries = 7;   // eleven seconds in all
constexpr Milliseconds k_first_wait = 100ms;
constexpr Milliseconds k_longest_wait = 8s;
constexpr std::chrono::seconds k_longest_asked = 60s;

// Between half of the duration and all of it, so that many who were sent away do not come back at once.
Milliseconds with_jitter(Milliseconds duration)
{
  thread_local std::minstd_rand numbers{std::random_device{}()};
  std::uniform_int_distribution<Milliseconds::rep> between(duration.count() / 2, duration.count());
  return Milliseconds(between(numbers));
}

std::optional<std::chrono::seconds> seconds_of(const std::string& text)
{
  int seconds = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), seconds);
  const bool is_whole = read.ec == std::errc{} && read.ptr == text.data() + text.size() && seconds >= 0;
  return is_whole ? std::optional(std::chrono::seconds(seconds)) : std::nullopt;
}

}  // namespace

bool Patience::wait(const std::string& retry_after)
{
  if (++tries_ >= k_most_tries) {
    return false;
  }
  const auto usual = with_jitter(std::min(k_first_wait * (1 << (tries_ - 1)), k_longest_wait));
  const auto asked = seconds_of(retry_after);
  return world_.pause(asked ? std::max(usual, Milliseconds(std::min(*asked, k_longest_asked))) : usual);
}

}  // namespace envlift::registry
