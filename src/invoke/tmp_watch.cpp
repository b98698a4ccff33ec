#include "invoke/tmp_watch.hpp"

#include <algorithm>
#include <chrono>

namespace envlift::invoke {

namespace {

using Clock = std::chrono::steady_clock;

// A look at a folder of this machine takes microseconds; an engine elsewhere has to be asked, and is left in peace most
// of the time.
constexpr std::chrono::milliseconds k_between_looks(20);
constexpr int k_share_of_time = 20;

}   // namespace

TmpWatch::TmpWatch(engine::Container& container)
    : container_(container),
      thread_([this](const std::stop_token& stop) { look_on(stop); })
{}

void TmpWatch::look_on(const std::stop_token& stop)
{
  Clock::duration pause = k_between_looks;
  std::unique_lock lock(mutex_);
  while (!ended_.wait_for(lock, stop, pause, [] { return false; }) && !stop.stop_requested()) {
    const auto begin = Clock::now();
    most_ = std::max(most_.load(), container_.written_bytes().value_or(0));
    pause = std::max<Clock::duration>(k_between_looks, (Clock::now() - begin) * k_share_of_time);
  }
}

std::optional<unsigned long long> TmpWatch::end()
{
  thread_.request_stop();
  thread_.join();
  const auto left = container_.written_bytes();
  return left ? std::optional(std::max(*left, most())) : std::nullopt;
}

}   // namespace envlift::invoke
