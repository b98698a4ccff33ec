// Many events on a few containers: each has one event at a time, stays warm for the next, and is replaced when it died.
#pragma once

#include "invoke/invoke.hpp"

#include <functional>
#include <vector>

namespace envlift::invoke {

struct Task {
  Target target;
  Event event;
  bool cold = false;   // wants a container that was not invoked before
  int remaining_time_s = 0;   // what the function is told that it has, its init included; 0 = by the timeout
};

struct PoolRun {
  std::vector<engine::Limit> limits;   // of the first container that answered
  // What ended the run before its last task: an interrupt, or an engine that is gone. Nothing when all were asked.
  std::optional<Error> ended;
  // Of the memory of any container; nothing where no cgroup tells.
  std::optional<unsigned long long> peak_bytes;
};

// Whether the containers' memory is asked for before they go, which may be a call of the engine each.
enum class Memory { ignored, asked };

// Asks `jobs` containers at once. `on_done` is told of each outcome as it comes, with the task's number, by one thread
// at a time. A container that cannot be started is the outcome of its task, unless the engine itself fails. `take_line`
// sees the lines of all logs.
PoolRun run_pool(engine::Engine& engine, sys::Http& http, const std::vector<Task>& tasks, int jobs,
                 const std::function<void(std::size_t, const Outcome&)>& on_done,
                 Memory memory = Memory::ignored, const TakeLine& take_line = {});

}   // namespace envlift::invoke
