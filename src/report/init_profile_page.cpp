#include "base/text.hpp"
#include "base/version.hpp"
#include "report/html.hpp"
#include "report/init_profile.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace envlift::report {

namespace {

constexpr double k_least_share = 0.002;   // of the init: a smaller import has no row of its own

std::string lead(const suite::InitProfile& profile)
{
  const std::string share = profile.vcpus > 0 ? fmt::format(" at {:.4g} vCPU", profile.vcpus) : "";
  const std::string budget =
      profile.budget_ms == 0
          ? ""
          : fmt::format(" Its budget is {}: it is <b class=\"{}\">{}</b>.", shown_ms(profile.budget_ms),
                        profile.is_over_budget() ? "bad" : "good",
                        profile.is_over_budget() ? "over it" : "within it");
  return fmt::format(
      "The init takes <b>{}</b>{}.{} While it was profiled it took {}, which the parts below add up to.",
      shown_ms(profile.init_ms), share, budget, shown_ms(profile.profiled_ms));
}

std::string stack(const suite::InitProfile& profile)
{
  std::string out;
  for (const InitPart& part : parts_of(profile)) {
    out += fmt::format(R"(<span class="{}" style="flex:{:.3f} 1 0"></span>)", part.css_class,
                       std::max(part.ms, 0.001));
  }
  return out;
}

std::string legend(const suite::InitProfile& profile)
{
  std::string out;
  for (const InitPart& part : parts_of(profile)) {
    out += fmt::format(R"(<li class="{}"><i></i>{} <b>{}</b> <span class="soft">{}</span></li>)",
                       part.css_class, part.name, shown_ms(part.ms), share_of(part.ms, profile));
  }
  return out;
}

std::string package_rows(const std::vector<suite::ImportCost>& costs)
{
  const double most = costs.empty() ? 1 : std::max(costs.front().own_ms, 0.001);
  constexpr double k_percent = 100;
  std::string out;
  for (const suite::ImportCost& cost : costs) {
    out += fmt::format(
        R"(<tr><td class="name wrap">{}</td><td class="bars"><span class="meter pip"><span style="width:{:.1f}%">)"
        R"(</span></span></td><td class="num">{}</td><td class="num">{}</td><td class="num">{}</td></tr>)"
        "\n",
        html(cost.package), cost.own_ms / most * k_percent, shown_ms(cost.own_ms),
        shown_ms(cost.cumulative_ms), cost.modules);
  }
  return out;
}

std::string row(const suite::Import& import)
{
  return fmt::format(R"(<span class="num">{}</span> <code>{}</code> <span class="soft">{} itself</span>)",
                     shown_ms(import.cumulative_ms), html(import.name), shown_ms(import.self_ms));
}

// Nested lists; what is too small for a row is counted.
std::string tree(const std::vector<suite::Import>& imports, double least)
{
  std::string rows;
  std::size_t small = 0;
  double small_ms = 0;
  for (const suite::Import& import : imports) {
    if (import.cumulative_ms < least) {
      ++small;
      small_ms += import.cumulative_ms;
      continue;
    }
    const std::string inner = tree(import.imports, least);
    rows += inner.empty() ? fmt::format("<li class=\"leaf\">{}</li>\n", row(import))
                          : fmt::format("<li><details open><summary>{}</summary>{}</details></li>\n",
                                        row(import), inner);
  }
  if (rows.empty()) {
    return "";
  }
  if (small > 0) {
    rows += fmt::format("<li class=\"leaf soft\"><span class=\"num\">{}</span> {}</li>\n", shown_ms(small_ms),
                        text::counted(small, "smaller one"));
  }
  return "<ul class=\"tree\">" + rows + "</ul>";
}

}   // namespace

std::map<std::string, std::string> init_profile_page(const suite::InitProfile& profile)
{
  const std::vector<suite::ImportCost> costs = suite::import_costs(profile.imports);
  const std::string found = tree(profile.imports, profile.profiled_ms * k_least_share);
  return {
    {"title", html("envlift: init of " + profile.image)},
    {"image", html(profile.image)},
    {"lead", lead(profile)},
    {"stack", stack(profile)},
    {"legend", legend(profile)},
    {"icicles", init_icicles(profile)},
    {"packages_intro",
     fmt::format("{} of the function's imports. Own time is without what a package imports of others, "
                 "so that the column adds up to all imports.",
                 text::counted(costs.size(), "package"))},
    {"packages", package_rows(costs)},
    {"tree", found.empty() ? "<p>The handler's module imports nothing that takes time.</p>" : found},
    {"footer", fmt::format("Made by envlift {}: <code>envlift test --image {} --profile-init -o FILE</code>",
                           k_version, html(text::shell_quote(profile.image)))}};
}

}   // namespace envlift::report
