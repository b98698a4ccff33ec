#include "report/load_run.hpp"

#include "base/text.hpp"
#include "report/milliseconds.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace envlift::report {

namespace {

using Json = nlohmann::ordered_json;

std::string latency_line(const char* name, const suite::Latencies& times)
{
  return times.count == 0 ? fmt::format("  {:<6}{:>8}\n", name, 0)
                          : fmt::format("  {:<6}{:>8}{:>10.1f}{:>10.1f}{:>10.1f}{:>10.1f}\n", name,
                                        times.count, times.p50, times.p90, times.p99, times.most);
}

std::string repeated(const char* piece, double times)
{
  std::string out;
  for (int i = 0; i < static_cast<int>(times); ++i) {
    out += piece;
  }
  return out;
}

// Warm ones solid, cold ones light; what is not nothing has a sign at least.
std::string histogram(const suite::LoadRun& run)
{
  constexpr double k_width = 40;
  const std::vector<suite::Bin> bins = suite::histogram_of(run);
  std::size_t most = 1;
  for (const suite::Bin& bin : bins) {
    most = std::max(most, bin.cold + bin.warm);
  }
  const auto length = [&](std::size_t count) {
    return std::ceil(static_cast<double>(count) / static_cast<double>(most) * k_width);
  };
  std::string out = bins.empty() ? "" : "\n";
  for (const suite::Bin& bin : bins) {
    const std::string bar = repeated("█", length(bin.warm)) + repeated("░", length(bin.cold));
    out += fmt::format("  {:>7.0f} – {:>7.0f} ms{:>8}{}{}\n", bin.from_ms, bin.to_ms, bin.cold + bin.warm,
                       bar.empty() ? "" : "  ", bar);
  }
  return bins.empty() ? "" : out + "  █ warm  ░ cold\n";
}

std::string memory_line(const suite::LoadRun& run)
{
  return run.peak_bytes ? fmt::format("memory: {} at most in a container, of {} MB\n",
                                      text::human_bytes(*run.peak_bytes), run.memory_mb)
                        : "memory: not measured: no cgroup of the containers can be read here\n";
}

Json latency(const suite::Latencies& times)
{
  Json object = {{"count", times.count}};
  const auto value = [&](double ms) { return times.count > 0 ? Json(rounded_ms(ms)) : Json(); };
  object["p50"] = value(times.p50);
  object["p90"] = value(times.p90);
  object["p99"] = value(times.p99);
  object["max"] = value(times.most);
  return object;
}

}   // namespace

std::string load_run_text(const suite::LoadRun& run)
{
  std::string out = fmt::format(
      "{} of {} on {} in {:.1f} s\n\n", text::counted(run.shots.size(), "invocation"), text::shown(run.image),
      text::counted(static_cast<std::size_t>(run.concurrency), "container"), run.wall_ms / 1000);
  out += fmt::format("  {:<6}{:>8}{:>10}{:>10}{:>10}{:>10}\n", "ms", "answers", "p50", "p90", "p99", "max");
  out += latency_line("cold", suite::latencies_of(run, true)) +
         latency_line("warm", suite::latencies_of(run, false));
  out += histogram(run) + "\n" + memory_line(run);
  for (const auto& [verdict, count] : suite::verdicts_of(run)) {
    out += fmt::format("{}: {}\n", verdict, count);
  }
  return out;
}

std::string load_run_json(const suite::LoadRun& run)
{
  Json report;
  report["schema"] = 1;
  report["image"] = text::shown(run.image);
  report["invocations"] = run.shots.size();
  report["concurrency"] = run.concurrency;
  report["memory_mb"] = run.memory_mb;
  report["wall_ms"] = rounded_ms(run.wall_ms);
  report["latency_ms"] = {{"cold", latency(suite::latencies_of(run, true))},
                          {"warm", latency(suite::latencies_of(run, false))}};
  report["histogram"] = Json::array();
  for (const suite::Bin& bin : suite::histogram_of(run)) {
    report["histogram"].push_back(
        {{"from_ms", bin.from_ms}, {"to_ms", bin.to_ms}, {"cold", bin.cold}, {"warm", bin.warm}});
  }
  report["peak_memory_bytes"] = run.peak_bytes ? Json(*run.peak_bytes) : Json();
  report["verdicts"] = Json::object();
  for (const auto& [verdict, count] : suite::verdicts_of(run)) {
    report["verdicts"][std::string(verdict)] = count;
  }
  return report.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}   // namespace envlift::report
