// The log of a running container as it comes, in bounded memory, and how far the emulator has come by it.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace envlift::invoke {

class LogTail {
public:
  using Clock = std::chrono::steady_clock;

  // A line of the container; from the thread that follows it.
  void take(std::string_view line);
  // The next invocation begins: what was written before it is forgotten, but for the first.
  void begin();
  // Waits until the emulator has written what belongs to the invocation, or for a moment.
  void wait_for_end();

  // The lines since begin(), the middle left out of what is too long. Bytes as the function wrote them.
  std::string text() const;
  // Whether something was left out.
  bool is_cut() const;
  bool init_runs() const;
  bool init_ended() const;
  std::optional<Clock::time_point> invocation_begin() const;

private:
  void keep(std::string_view line);
  bool is_complete() const;

  mutable std::mutex mutex_;
  std::condition_variable moved_;
  int invocation_ = 0;
  std::size_t lines_ = 0;
  std::string head_;
  std::deque<std::string> tail_;
  std::size_t tail_bytes_ = 0;
  std::size_t left_out_ = 0;
  bool init_runs_ = false;
  bool init_ended_ = false;
  bool reported_ = false;
  bool handler_ended_ = false;
  bool reset_ = false;
  std::optional<Clock::time_point> invocation_begin_;
};

}   // namespace envlift::invoke
