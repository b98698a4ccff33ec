// The figures of one event sent many times.
#include "suite/load_run.hpp"

#include <catch2/catch.hpp>

using namespace envlift;
using suite::Verdict;

namespace {

suite::LoadRun run_of(int warm)
{
  suite::LoadRun run;
  for (int i = warm; i > 0; --i) {
    run.shots.push_back({Verdict::ok, false, static_cast<double>(i)});
  }
  return run;
}

}   // namespace

TEST_CASE("percentiles are times that were measured, of the answers of their kind")
{
  suite::LoadRun run = run_of(100);
  run.shots.push_back({Verdict::ok, true, 900});
  run.shots.push_back({Verdict::timeout, false, 30'000});
  const suite::Latencies warm = suite::latencies_of(run, false);
  CHECK(warm.count == 100);
  CHECK(warm.p50 == 50);
  CHECK(warm.p90 == 90);
  CHECK(warm.p99 == 99);
  CHECK(warm.most == 100);
  const suite::Latencies cold = suite::latencies_of(run, true);
  CHECK(cold.count == 1);
  CHECK(cold.p50 == 900);
  CHECK(cold.p99 == 900);
  CHECK(suite::latencies_of({}, true).count == 0);
}

TEST_CASE("a histogram's widths grow, and it begins and ends with what there is")
{
  suite::LoadRun run;
  run.shots = {{Verdict::ok, false, 5},
               {Verdict::ok, false, 9.9},
               {Verdict::ok, true, 120},
               {Verdict::crashed, false, 0.1}};
  const std::vector<suite::Bin> bins = suite::histogram_of(run);
  REQUIRE(bins.size() == 5);   // 5, 10, 20, 50, 100
  CHECK(bins.front().from_ms == 5);
  CHECK(bins.front().warm == 2);
  CHECK(bins[1].warm + bins[1].cold == 0);
  CHECK(bins.back().from_ms == 100);
  CHECK(bins.back().to_ms == 200);
  CHECK(bins.back().cold == 1);
  CHECK(suite::histogram_of({}).empty());
  run.shots = {{Verdict::ok, false, 0}, {Verdict::ok, false, 1e12}};
  CHECK(suite::histogram_of(run).front().warm == 1);
  CHECK(suite::histogram_of(run).back().warm == 1);
}

TEST_CASE("invocations are counted by their verdicts")
{
  suite::LoadRun run = run_of(2);
  run.shots.push_back({Verdict::out_of_memory, false, 1});
  CHECK(suite::verdicts_of(run) == std::map<std::string_view, std::size_t>{{"ok", 2}, {"out_of_memory", 1}});
}
