#include "report/init_profile.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace envlift::report {

namespace {

constexpr std::size_t k_packages = 15;
constexpr std::size_t k_tree_lines = 40;
constexpr double k_least_share = 0.01;   // of the imports: a smaller one is not shown in the tree

std::string bar(double part, double whole)
{
  constexpr double k_width = 30;
  const double length = whole > 0 ? std::round(part / whole * k_width) : 0;
  std::string out;
  for (int i = 0; i < static_cast<int>(std::clamp(length, 0.0, k_width)); ++i) {
    out += "█";
  }
  return out;
}

std::string part_lines(const suite::InitProfile& profile)
{
  std::string out;
  for (const InitPart& part : parts_of(profile)) {
    const std::string line = fmt::format("  {:<16}{:>9}{:>6}  {}", part.name, shown_ms(part.ms),
                                         share_of(part.ms, profile), bar(part.ms, profile.profiled_ms));
    out += std::string(line.substr(0, line.find_last_not_of(' ') + 1)) + "\n";
  }
  return out;
}

std::string package_lines(const std::vector<suite::ImportCost>& costs)
{
  std::string out =
      fmt::format("\n  {:<28}{:>10}{:>18}{:>9}\n", "package", "own time", "with its imports", "modules");
  for (std::size_t i = 0; i < std::min(costs.size(), k_packages); ++i) {
    out += fmt::format("  {:<28}{:>10}{:>18}{:>9}\n", costs[i].package, shown_ms(costs[i].own_ms),
                       shown_ms(costs[i].cumulative_ms), costs[i].modules);
  }
  double others = 0;
  for (std::size_t i = k_packages; i < costs.size(); ++i) {
    others += costs[i].own_ms;
  }
  return costs.size() > k_packages
             ? out + fmt::format("  {:<28}{:>10}\n", fmt::format("{} more", costs.size() - k_packages),
                                 shown_ms(others))
             : out;
}

void add_tree(const std::vector<suite::Import>& imports, double least, int depth,
              std::vector<std::string>& lines)
{
  for (const suite::Import& import : imports) {
    if (import.cumulative_ms >= least) {
      lines.push_back(
          fmt::format("  {:>9}  {:{}}{}\n", shown_ms(import.cumulative_ms), "", 2 * depth, import.name));
      add_tree(import.imports, least, depth + 1, lines);
    }
  }
}

std::string tree_lines(const suite::InitProfile& profile)
{
  std::vector<std::string> lines;
  const double least = std::max(1.0, profile.imports_ms * k_least_share);
  add_tree(profile.imports, least, 0, lines);
  std::string out = fmt::format("\n  imports of {} and more, with what they import\n", shown_ms(least));
  for (std::size_t i = 0; i < std::min(lines.size(), k_tree_lines); ++i) {
    out += lines[i];
  }
  return lines.size() > k_tree_lines
             ? out + fmt::format("  {:>9}  … {} more; --json has all\n", "", lines.size() - k_tree_lines)
             : out;
}

}   // namespace

std::vector<InitPart> parts_of(const suite::InitProfile& profile)
{
  return {{"interpreter", "base", profile.interpreter_ms},
          {"runtime client", "launcher", profile.client_ms},
          {"imports", "pip", profile.imports_ms},
          {"handler module", "code", profile.module_ms}};
}

std::string shown_ms(double milliseconds)
{
  constexpr double k_second = 1000;
  return milliseconds < k_second - 0.5 ? fmt::format("{:.0f} ms", milliseconds)
                                       : fmt::format("{:.2f} s", milliseconds / k_second);
}

std::string share_of(double milliseconds, const suite::InitProfile& profile)
{
  constexpr double k_percent = 100;
  return fmt::format("{:.0f}%", profile.profiled_ms > 0 ? milliseconds / profile.profiled_ms * k_percent : 0);
}

std::string init_profile_text(const suite::InitProfile& profile)
{
  const std::string share = profile.vcpus > 0 ? fmt::format(" at {:.4g} vCPU", profile.vcpus) : "";
  const std::string budget =
      profile.budget_ms > 0 ? fmt::format("; its budget is {}", shown_ms(profile.budget_ms)) : "";
  std::string out =
      fmt::format("init of {}: {}{}{}\nits parts, while it was profiled ({}):\n", text::shown(profile.image),
                  shown_ms(profile.init_ms), share, budget, shown_ms(profile.profiled_ms));
  out += part_lines(profile);
  const std::vector<suite::ImportCost> costs = suite::import_costs(profile.imports);
  if (costs.empty()) {
    return out + "\n  the handler's module imports nothing that was not imported before\n";
  }
  out += package_lines(costs) + tree_lines(profile);
  return profile.left_out > 0
             ? out + fmt::format("  {} of the log left out\n", text::counted(profile.left_out, "import"))
             : out;
}

}   // namespace envlift::report
