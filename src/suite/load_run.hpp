// What came of one event sent many times, and its figures. Pure.
#pragma once

#include "suite/verdict.hpp"

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace envlift::suite {

// One invocation.
struct Shot {
  Verdict verdict = Verdict::ok;
  bool cold = false;
  double waited_ms = 0;   // the caller's time; a cold one's init included
};

struct LoadRun {
  std::string image;
  int concurrency = 1;        // containers at once
  int memory_mb = 0;          // that each has
  std::vector<Shot> shots;
  double wall_ms = 0;         // of all, starting and ending the containers included
  std::optional<unsigned long long>
      peak_bytes;   // the most memory that a container used; nothing where none told
};

struct Latencies {
  std::size_t count = 0;
  double p50 = 0;
  double p90 = 0;
  double p99 = 0;
  double most = 0;
};
// Of the invocations that answered; by nearest rank, so that each figure is one that was measured.
Latencies latencies_of(const LoadRun& run, bool cold);

// Invocations by what became of them.
std::map<std::string_view, std::size_t> verdicts_of(const LoadRun& run);

// How many answers took from `from_ms` up to, and without, `to_ms`; the widths grow with the times.
struct Bin {
  double from_ms = 0;
  double to_ms = 0;
  std::size_t cold = 0;
  std::size_t warm = 0;
};
// From the first bin that has an answer to the last.
std::vector<Bin> histogram_of(const LoadRun& run);

}   // namespace envlift::suite
