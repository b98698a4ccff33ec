// `docker save` as a source of bytes.
#include "engine/docker.hpp"
#include "engine/engine_words.hpp"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

namespace envlift::engine {

namespace {

// Between the thread that runs the client and the one that reads: what the client writes, in order, never more than a
// few buffers of it.
class Channel : public image::ByteSource {
public:
  // Waits until there is room.
  void push(std::string_view bytes)
  {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return is_unread_ || waiting_.size() < k_most_bytes; });
    if (!is_unread_) {
      waiting_ += bytes;
      changed_.notify_all();
    }
  }

  // The writer has no more.
  void finish()
  {
    const std::lock_guard lock(mutex_);
    is_finished_ = true;
    changed_.notify_all();
  }

  // The reader wants no more: what still comes is thrown away, so that the client is not left hanging.
  void leave()
  {
    const std::lock_guard lock(mutex_);
    is_unread_ = true;
    waiting_.clear();
    changed_.notify_all();
  }

  Result<std::size_t> read(char* into, std::size_t size) override
  {
    if (taken_ == current_.size()) {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [&] { return is_finished_ || !waiting_.empty(); });
      current_.clear();
      current_.swap(waiting_);
      taken_ = 0;
      changed_.notify_all();
    }
    const std::size_t count = current_.copy(into, size, taken_);
    taken_ += count;
    return count;
  }

private:
  static constexpr std::size_t k_most_bytes = std::size_t{4} << 20U;

  std::mutex mutex_;
  std::condition_variable changed_;
  std::string waiting_;
  bool is_finished_ = false;
  bool is_unread_ = false;
  std::string current_;   // the reader's own
  std::size_t taken_ = 0;
};

// The thread of the client; it has ended when this goes.
struct Writer {
  Channel& channel;
  std::thread thread;

  ~Writer() { join(); }
  void join()
  {
    if (thread.joinable()) {
      channel.leave();
      thread.join();
    }
  }
};

}  // namespace

Result<> DockerEngine::save(const std::string& reference, const std::function<Result<>(image::ByteSource&)>& read)
{
  Channel channel;
  sys::Command command;
  command.argv = {facts_.client, "save", reference};
  command.on_output = [&](std::string_view bytes) { channel.push(bytes); };
  Result<sys::ProcessResult> saved = fail(interrupted_error());
  Writer writer{channel, std::thread([&] {
                  saved = run_command(processes_, command);
                  channel.finish();
                })};
  const Result<> done = read(channel);
  writer.join();
  if (!saved) {
    return fail(saved.error());
  }
  // A client that failed is why the reader found an archive that ends early.
  return saved->succeeded() ? done : fail(reading_failed(reference, all_output(*saved)));
}

}  // namespace envlift::engine
