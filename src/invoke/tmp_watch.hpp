// How full a function's /tmp was at most while it ran: a disk has room beyond Lambda's limit, so that only looking tells.
#pragma once

#include "engine/engine.hpp"

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>

namespace envlift::invoke {

class TmpWatch {
public:
  // Looks from a thread of its own until the object goes; nobody else may ask the container meanwhile.
  explicit TmpWatch(engine::Container& container);
  TmpWatch(const TmpWatch&) = delete;
  TmpWatch& operator=(const TmpWatch&) = delete;
  ~TmpWatch() = default;

  // Bytes, so far.
  unsigned long long most() const { return most_; }
  // The last look, when the function has answered; nothing when the engine does not tell.
  std::optional<unsigned long long> end();

private:
  void look_on(const std::stop_token& stop);

  engine::Container& container_;
  std::atomic<unsigned long long> most_ = 0;
  std::mutex mutex_;
  std::condition_variable_any ended_;
  std::jthread thread_;   // last: it uses the others
};

}   // namespace envlift::invoke
