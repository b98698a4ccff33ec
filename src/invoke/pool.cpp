#include "invoke/pool.hpp"

#include "invoke/errors.hpp"
#include "invoke/session.hpp"
#include "invoke/verdict.hpp"
#include "sys/signals.hpp"

#include <algorithm>
#include <mutex>
#include <optional>
#include <thread>

namespace envlift::invoke {

namespace {

// Whether the same container can serve both.
bool share_container(const Task& one, const Task& other)
{
  return one.target.handler == other.target.handler && one.target.environment == other.target.environment &&
         one.remaining_time_s == other.remaining_time_s;
}

// The tasks that nobody took yet, and what was found out; shared by the workers.
class Work {
public:
  Work(const std::vector<Task>& tasks, const std::function<void(std::size_t, const Outcome&)>& on_done)
      : tasks_(tasks),
        on_done_(on_done),
        taken_(tasks.size(), false)
  {}

  // The next task, rather one that the last one's container can serve; nothing when there is none, or the run ended.
  std::optional<std::size_t> take(std::optional<std::size_t> last)
  {
    const std::lock_guard lock(mutex_);
    if (run_.ended) {
      return std::nullopt;
    }
    std::optional<std::size_t> next;
    for (std::size_t i = 0; i < tasks_.size(); ++i) {
      const bool fits = last && !tasks_[i].cold && share_container(tasks_[i], tasks_[*last]);
      if (!taken_[i] && (fits || !next)) {
        next = i;
        if (fits) {
          break;
        }
      }
    }
    if (next) {
      taken_[*next] = true;
    }
    return next;
  }

  void done(std::size_t task, const Outcome& outcome)
  {
    const std::lock_guard lock(mutex_);
    on_done_(task, outcome);
  }

  void end(Error error)
  {
    const std::lock_guard lock(mutex_);
    run_.ended = run_.ended ? run_.ended : std::move(error);
  }

  // Asked once: every container has the same.
  void note_limits(Session& session)
  {
    const std::lock_guard lock(mutex_);
    if (run_.limits.empty()) {
      run_.limits = session.limits();
    }
  }

  void note_memory(const engine::MemoryUse& use)
  {
    const std::lock_guard lock(mutex_);
    run_.peak_bytes = std::max(run_.peak_bytes, use.peak_bytes);   // nothing is less than every number
  }

  PoolRun result() { return std::move(run_); }
  const Task& task(std::size_t number) const { return tasks_[number]; }

private:
  const std::vector<Task>& tasks_;
  const std::function<void(std::size_t, const Outcome&)>& on_done_;
  std::vector<bool> taken_;
  PoolRun run_;
  std::mutex mutex_;
};

Error interrupted()
{
  return {"EL0811", "interrupted", "", ExitCode::interrupted, {}};
}

SessionRequest session_of(const Task& task, const TakeLine& take_line)
{
  const int told_s =
      task.remaining_time_s > 0 ? task.remaining_time_s : task.target.timeout_s + k_init_limit_s;
  return {.target = task.target, .emulator_timeout_s = told_s, .take_line = take_line};
}

// One container at a time.
class Worker {
public:
  Worker(Work& work, engine::Engine& engine, sys::Http& http, Memory memory, const TakeLine& take_line)
      : work_(work),
        engine_(engine),
        http_(http),
        memory_(memory),
        take_line_(take_line)
  {}

  void run()
  {
    while (const auto next = work_.take(session_ ? last_ : std::nullopt)) {
      if (!prepare(*next)) {
        continue;
      }
      const Outcome outcome = session_->invoke(work_.task(*next).event);
      if (sys::interrupted_by() != 0) {
        work_.end(interrupted());
        return;
      }
      work_.note_limits(*session_);
      work_.done(*next, outcome);
      if (!session_->is_usable()) {
        end_session();
      }
    }
    end_session();
  }

private:
  void end_session()
  {
    if (session_ && memory_ == Memory::asked) {
      work_.note_memory(session_->memory());
    }
    session_.reset();
  }

  // A container for the task; false when there is none, and that is told.
  bool prepare(std::size_t next)
  {
    const Task& task = work_.task(next);
    const bool is_kept = session_ && last_ && !task.cold && share_container(task, work_.task(*last_));
    last_ = next;
    if (is_kept) {
      return true;
    }
    end_session();
    auto session = Session::start(engine_, http_, session_of(task, take_line_));
    if (session) {
      session_.emplace(std::move(*session));
      return true;
    }
    const Error& error = session.error();
    Outcome outcome;
    outcome.verdict = verdict_of_start(error);
    outcome.code = error.code;
    outcome.message = error.message;
    outcome.hint = error.hint;
    for (const std::string& line : error.tail) {
      outcome.log += line + "\n";
    }
    if (error.exit != ExitCode::check_failed) {
      work_.end(error);
    }
    if (error.exit != ExitCode::interrupted) {
      work_.done(next, outcome);
    }
    return false;
  }

  Work& work_;
  engine::Engine& engine_;
  sys::Http& http_;
  Memory memory_;
  const TakeLine& take_line_;
  std::optional<std::size_t> last_;
  std::optional<Session> session_;
};

}   // namespace

PoolRun run_pool(engine::Engine& engine, sys::Http& http, const std::vector<Task>& tasks, int jobs,
                 const std::function<void(std::size_t, const Outcome&)>& on_done, Memory memory,
                 const TakeLine& take_line)
{
  Work work(tasks, on_done);
  std::vector<std::thread> threads;
  const std::size_t count = std::min(tasks.size(), static_cast<std::size_t>(std::max(jobs, 1)));
  for (std::size_t i = 0; i < count; ++i) {
    threads.emplace_back([&] { Worker(work, engine, http, memory, take_line).run(); });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
  return work.result();
}

}   // namespace envlift::invoke
