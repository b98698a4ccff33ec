#include "report/audit.hpp"

#include "base/text.hpp"

#include <nlohmann/json.hpp>

namespace envlift::report {

namespace {

using Json = nlohmann::ordered_json;

}  // namespace

std::string audit_json(const std::string& image, const std::vector<audit::Finding>& findings)
{
  Json report;
  report["schema"] = 1;
  report["image"] = text::shown(image);
  report["findings"] = Json::array();
  for (const audit::Finding& finding : findings) {
    Json object;
    object["code"] = finding.code;
    object["severity"] = std::string(diag::to_string(finding.severity));
    object["package"] = text::shown(finding.package);
    object["path"] = text::shown(finding.path);
    object["message"] = text::shown(finding.message);
    object["hint"] = text::shown(finding.hint);
    for (const std::string& path : finding.paths) {
      object["paths"].push_back(text::shown(path));
    }
    report["findings"].push_back(std::move(object));
  }
  return report.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace envlift::report
