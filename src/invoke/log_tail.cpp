#include "invoke/log_tail.hpp"

#include "base/text.hpp"
#include "invoke/emulator_log.hpp"

#include <fmt/format.h>

namespace envlift::invoke {

namespace {

constexpr std::size_t k_head_bytes = std::size_t{128} << 10U;
constexpr std::size_t k_tail_bytes = std::size_t{1} << 20U;
constexpr std::size_t k_line_bytes = std::size_t{64} << 10U;
// Without a line; a log of gigabytes comes later than the answer.
constexpr std::chrono::seconds k_longest_pause{1};
// The two streams of a container are copied apart: the report may come before the lines that have the times, by much
// on a busy machine. Waited for in full only where the runtime ended without them.
constexpr std::chrono::seconds k_other_stream{1};

}   // namespace

void LogTail::take(std::string_view line)
{
  const std::lock_guard lock(mutex_);
  ++lines_;
  keep(line);
  init_runs_ = init_runs_ || text::contains(line, k_init_begins);
  init_ended_ = init_ended_ || text::contains(line, k_init_ends);
  reported_ = reported_ || line.starts_with(k_report);
  handler_ended_ = handler_ended_ || text::contains(line, k_invocation_ends);
  reset_ = reset_ || text::contains(line, k_reset);
  if (!invocation_begin_ && text::contains(line, k_invocation_begins)) {
    invocation_begin_ = Clock::now();
  }
  moved_.notify_all();
}

void LogTail::keep(std::string_view line)
{
  if (line.size() > k_line_bytes) {
    left_out_ += line.size() - k_line_bytes;
    line = line.substr(0, k_line_bytes);
  }
  if (tail_.empty() && head_.size() + line.size() < k_head_bytes) {
    head_.append(line) += '\n';
    return;
  }
  tail_.emplace_back(line);
  tail_bytes_ += line.size() + 1;
  while (tail_bytes_ > k_tail_bytes) {
    left_out_ += tail_.front().size() + 1;
    tail_bytes_ -= tail_.front().size() + 1;
    tail_.pop_front();
  }
}

void LogTail::begin()
{
  const std::lock_guard lock(mutex_);
  if (invocation_++ == 0) {
    return;
  }
  head_.clear();
  tail_.clear();
  tail_bytes_ = 0;
  left_out_ = 0;
  reported_ = handler_ended_ = reset_ = false;
  invocation_begin_.reset();
}

bool LogTail::is_complete() const
{
  return reset_ || (reported_ && handler_ended_);
}

void LogTail::wait_for_end()
{
  std::unique_lock lock(mutex_);
  for (std::size_t seen = lines_ + 1; seen != lines_ && !reset_ && !reported_;) {
    seen = lines_;
    moved_.wait_for(lock, k_longest_pause, [&] { return reset_ || reported_; });
  }
  moved_.wait_for(lock, k_other_stream, [this] { return is_complete(); });
}

std::string LogTail::text() const
{
  const std::lock_guard lock(mutex_);
  std::string text = head_;
  if (left_out_ > 0) {
    text += fmt::format("… {} bytes left out …\n", left_out_);
  }
  for (const std::string& line : tail_) {
    text.append(line) += '\n';
  }
  return text;
}

bool LogTail::is_cut() const
{
  const std::lock_guard lock(mutex_);
  return left_out_ > 0;
}

bool LogTail::init_runs() const
{
  const std::lock_guard lock(mutex_);
  return init_runs_ && !init_ended_;
}

bool LogTail::init_ended() const
{
  const std::lock_guard lock(mutex_);
  return init_ended_;
}

std::optional<LogTail::Clock::time_point> LogTail::invocation_begin() const
{
  const std::lock_guard lock(mutex_);
  return invocation_begin_;
}

}   // namespace envlift::invoke
