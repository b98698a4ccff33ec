// One event sent many times: for a terminal, and for programs (docs/schema/load.schema.json).
#pragma once

#include "suite/load_run.hpp"

#include <string>

namespace envlift::report {

// Percentiles, a histogram, memory, and how the invocations ended.
std::string load_run_text(const suite::LoadRun& run);
// {"schema": 1, "image": …, "latency_ms": …, "histogram": […], "verdicts": …} with a newline at its end.
std::string load_run_json(const suite::LoadRun& run);

}   // namespace envlift::report
