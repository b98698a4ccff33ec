#include "suite/load_run.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace envlift::suite {

namespace {

// 1, 2, 5, 10, 20, 50, … ms.
std::vector<double> bounds()
{
  constexpr std::array k_steps = {1.0, 2.0, 5.0};
  constexpr double k_longest_ms = 1e6;   // beyond the 900 s that a function may have
  std::vector<double> bounds = {0};
  for (double decade = 1; decade <= k_longest_ms; decade *= 10) {
    for (const double step : k_steps) {
      bounds.push_back(decade * step);
    }
  }
  return bounds;
}

double ranked(const std::vector<double>& sorted, double share)
{
  const auto rank = static_cast<std::size_t>(std::ceil(share * static_cast<double>(sorted.size())));
  return sorted[std::max<std::size_t>(rank, 1) - 1];
}

}   // namespace

Latencies latencies_of(const LoadRun& run, bool cold)
{
  std::vector<double> times;
  for (const Shot& shot : run.shots) {
    if (shot.verdict == Verdict::ok && shot.cold == cold) {
      times.push_back(shot.waited_ms);
    }
  }
  if (times.empty()) {
    return {};
  }
  std::ranges::sort(times);
  return {times.size(), ranked(times, 0.5), ranked(times, 0.9), ranked(times, 0.99), times.back()};
}

std::map<std::string_view, std::size_t> verdicts_of(const LoadRun& run)
{
  std::map<std::string_view, std::size_t> counts;
  for (const Shot& shot : run.shots) {
    ++counts[name_of(shot.verdict)];
  }
  return counts;
}

std::vector<Bin> histogram_of(const LoadRun& run)
{
  const std::vector<double> edges = bounds();
  std::vector<Bin> bins;
  for (std::size_t i = 0; i + 1 < edges.size(); ++i) {
    bins.push_back({edges[i], edges[i + 1], 0, 0});
  }
  for (const Shot& shot : run.shots) {
    if (shot.verdict == Verdict::ok) {
      const auto beyond = std::ranges::upper_bound(edges, shot.waited_ms);
      const auto index =
          std::min<std::size_t>(static_cast<std::size_t>(beyond - edges.begin()), bins.size()) - 1;
      ++(shot.cold ? bins[index].cold : bins[index].warm);
    }
  }
  const auto has_any = [](const Bin& bin) { return bin.cold + bin.warm > 0; };
  const auto last = std::ranges::find_if(bins.rbegin(), bins.rend(), has_any).base();
  return {std::find_if(bins.begin(), last, has_any), last};
}

}   // namespace envlift::suite
