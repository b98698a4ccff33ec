#include "report/init_profile.hpp"

#include "base/text.hpp"
#include "report/milliseconds.hpp"

#include <nlohmann/json.hpp>

namespace envlift::report {

namespace {

using Json = nlohmann::ordered_json;

Json tree(const std::vector<suite::Import>& imports)
{
  Json list = Json::array();
  for (const suite::Import& import : imports) {
    list.push_back({{"name", import.name},
                    {"self_ms", rounded_ms(import.self_ms)},
                    {"cumulative_ms", rounded_ms(import.cumulative_ms)},
                    {"imports", tree(import.imports)}});
  }
  return list;
}

Json packages(const suite::InitProfile& profile)
{
  Json list = Json::array();
  for (const suite::ImportCost& cost : suite::import_costs(profile.imports)) {
    list.push_back({{"name", cost.package},
                    {"own_ms", rounded_ms(cost.own_ms)},
                    {"cumulative_ms", rounded_ms(cost.cumulative_ms)},
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
  report["init_ms"] = rounded_ms(profile.init_ms);
  report["max_init_ms"] = profile.budget_ms > 0 ? Json(profile.budget_ms) : Json();
  report["profiled_ms"] = rounded_ms(profile.profiled_ms);
  report["parts"] = {{"interpreter_ms", rounded_ms(profile.interpreter_ms)},
                     {"runtime_client_ms", rounded_ms(profile.client_ms)},
                     {"imports_ms", rounded_ms(profile.imports_ms)},
                     {"handler_module_ms", rounded_ms(profile.module_ms)}};
  report["packages"] = packages(profile);
  report["imports"] = tree(profile.imports);
  report["runtime_client_imports"] = tree(profile.client);
  report["left_out"] = profile.left_out;
  return report.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}   // namespace envlift::report
