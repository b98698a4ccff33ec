// One event sent to an image many times.
#pragma once

#include "base/result.hpp"
#include "lift/lift.hpp"
#include "suite/load_run.hpp"

#include <optional>
#include <vector>

namespace envlift::lift {

struct LoadRequest {
  InvokeRequest invoke;
  int times = 1;
  int concurrency = 1;   // containers at once
};

struct Loaded {
  suite::LoadRun run;                  // of the invocations that ended
  std::vector<engine::Limit> limits;   // of the sandbox
  std::optional<Error> failure;        // the first invocation's that did not answer
  std::optional<Error> ended;          // what ended the run before its last invocation
};

// Each container is cold once, and once more after one that died.
Loaded load_image(engine::Engine& engine, const settings::Settings& settings, const LoadRequest& request,
                  report::Talk& talk);

}   // namespace envlift::lift
