#include "report/init_profile.hpp"

#include "base/text.hpp"

#include <cmath>

#include <nlohmann/json.hpp>

namespace envlift::report {

namespace {

using Json = nlohmann::ordered_json;

// To a thousandth, as Python tells them.
double rounded(double milliseconds)
{
  return std::round(milliseconds * 1000) / 1000;
}

Json tree(const std::vector<suite::Import>& imports)
{
  Json list = Json::array();
  for (const suite::Import& import : imports) {
    list.push_back({{"name", import.name},
                    {"self_ms", rounded(import.self_ms)},
                    {"cumulative_ms", rounded(import.cumulative_ms)},
                    {"imports", tree(import.imports)}});
  }
  return list;
}

Json packages(const suite::InitProfile& profile)
{
  Json list = Json::array();
  for (const suite::ImportCost& cost : suite::import_costs(profile.imports)) {
    list.push_back({{"name", cost.package},
                    {"own_ms", rounded(cost.own_ms)},
                    {"cumulative_ms", rounded(cost.cumulative_ms)},
                    {"modules", cost.modules}});
  }
  return list;
}

}   // namespace

std::string init_profile_json(const suite::InitProfile& profile)
{
  Json report;
  report["schema"] = 1;
  report["image"] = text::shown(profile.image);
  report["vcpus"] = profile.vcpus > 0 ? Json(profile.vcpus) : Json();
  report["init_ms"] = rounded(profile.init_ms);
  report["max_init_ms"] = profile.budget_ms > 0 ? Json(profile.budget_ms) : Json();
  report["profiled_ms"] = rounded(profile.profiled_ms);
  report["parts"] = {{"interpreter_ms", rounded(profile.interpreter_ms)},
                     {"runtime_client_ms", rounded(profile.client_ms)},
                     {"imports_ms", rounded(profile.imports_ms)},
                     {"handler_module_ms", rounded(profile.module_ms)}};
  report["packages"] = packages(profile);
  report["imports"] = tree(profile.imports);
  report["runtime_client_imports"] = tree(profile.client);
  report["left_out"] = profile.left_out;
  return report.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}   // namespace envlift::report
