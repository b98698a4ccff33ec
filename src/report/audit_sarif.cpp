#include "report/audit.hpp"

#include "base/sha256.hpp"
#include "base/text.hpp"
#include "base/version.hpp"
#include "diag/codes.hpp"

#include <algorithm>
#include <map>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace envlift::report {

namespace {

using Json = nlohmann::ordered_json;

Json text_object(std::string_view value)
{
  return Json{{"text", text::shown(value)}};
}

// A relative reference (RFC 3986): the path within the image.
std::string uri(std::string_view path)
{
  std::string uri;
  for (const char c : path.substr(path.starts_with('/') ? 1 : 0)) {
    const bool is_plain = text::is_alnum(c) || std::string_view("-._~/").find(c) != std::string_view::npos;
    uri += is_plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return uri;
}

Json rule(const std::string& code)
{
  const diag::CodeInfo& row = diag::code_info(code);
  Json object;
  object["id"] = code;
  object["shortDescription"] = text_object(row.title);
  object["fullDescription"] = text_object(row.meaning);
  object["help"] = text_object(row.cure);
  object["defaultConfiguration"]["level"] =
      std::string(diag::to_string(row.severity));   // SARIF's words are ours
  return object;
}

// Code scanning shows a result without a place nowhere: the image itself then is the place.
Json result(const std::string& image, const audit::Finding& finding, std::size_t rule_index)
{
  Json object;
  object["ruleId"] = finding.code;
  object["ruleIndex"] = rule_index;
  object["level"] = std::string(diag::to_string(finding.severity));
  object["message"] = text_object(
      finding.hint.empty() ? finding.message : fmt::format("{}. {}", finding.message, finding.hint));
  Json location;
  location["physicalLocation"]["artifactLocation"]["uri"] =
      finding.path.empty() ? uri(text::shown(image)) : uri(finding.path);
  if (!finding.package.empty()) {
    location["logicalLocations"] = Json::array({Json{{"name", text::shown(finding.package)}, {"kind", "package"}}});
  }
  object["locations"] = Json::array({location});
  for (std::size_t i = 1; i < finding.paths.size(); ++i) {   // the first one is the finding's own
    location["physicalLocation"]["artifactLocation"]["uri"] = uri(finding.paths[i]);
    object["locations"].push_back(location);
  }
  object["partialFingerprints"]["envlift/v1"] =
      sha256_hex(fmt::format("{}\n{}\n{}\n{}", finding.code, finding.package, finding.path, finding.message));
  return object;
}

}  // namespace

std::string audit_sarif(const std::string& image, const std::vector<audit::Finding>& findings)
{
  std::map<std::string, std::size_t> indexes;
  for (const audit::Finding& finding : findings) {
    indexes.emplace(finding.code, 0);
  }
  Json rules = Json::array();
  for (auto& [code, index] : indexes) {
    index = rules.size();
    rules.push_back(rule(code));
  }
  Json results = Json::array();
  for (const audit::Finding& finding : findings) {
    results.push_back(result(image, finding, indexes[finding.code]));
  }
  Json run;
  run["tool"]["driver"]["name"] = "envlift";
  run["tool"]["driver"]["version"] = k_version;
  run["tool"]["driver"]["rules"] = std::move(rules);
  run["results"] = std::move(results);
  run["properties"]["image"] = text::shown(image);
  Json log;
  log["$schema"] = "https://json.schemastore.org/sarif-2.1.0.json";
  log["version"] = "2.1.0";
  log["runs"] = Json::array({std::move(run)});
  return log.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace envlift::report
