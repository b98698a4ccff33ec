#include "lift/load_image.hpp"

#include "invoke/pool.hpp"
#include "sys/http.hpp"

#include <algorithm>
#include <chrono>

#include <fmt/format.h>

namespace envlift::lift {

Loaded load_image(engine::Engine& engine, const settings::Settings& settings, const LoadRequest& request,
                  report::Talk& talk)
{
  remove_abandoned(engine);
  const invoke::Task task = {target_of(settings, request.invoke.image), {request.invoke.event}};
  const std::vector<invoke::Task> tasks(static_cast<std::size_t>(request.times), task);
  Loaded loaded;
  loaded.run.image = request.invoke.image;
  loaded.run.concurrency = std::min(request.concurrency, request.times);
  loaded.run.memory_mb = settings.memory_mb;
  talk.step_begins("invoking the function");
  const auto begin = std::chrono::steady_clock::now();
  const auto note = [&](std::size_t, const invoke::Outcome& outcome) {
    loaded.run.shots.push_back({outcome.verdict, outcome.cold, outcome.waited_ms});
    if (outcome.verdict != invoke::Verdict::ok && !loaded.failure) {
      loaded.failure = invoke::to_error(outcome);
    }
    talk.step_moves(fmt::format("{} of {}", loaded.run.shots.size(), request.times));
  };
  invoke::PoolRun pool =
      invoke::run_pool(engine, sys::http(), tasks, request.concurrency, note, invoke::Memory::asked);
  loaded.run.wall_ms =
      std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count();
  talk.step_ends(pool.ended ? "failed" : fmt::format("{} times", loaded.run.shots.size()));
  loaded.run.peak_bytes = pool.peak_bytes;
  loaded.limits = std::move(pool.limits);
  loaded.ended = std::move(pool.ended);
  return loaded;
}

}   // namespace envlift::lift
