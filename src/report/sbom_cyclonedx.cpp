// CycloneDX 1.6 (https://cyclonedx.org/docs/1.6/json).
#include "base/version.hpp"
#include "report/license_expression.hpp"
#include "report/sbom_parts.hpp"

#include <nlohmann/json.hpp>

namespace envlift::report {

namespace {

using Json = nlohmann::ordered_json;

Json licenses(const std::string& recorded)
{
  const auto expression = license_expression(recorded);
  return Json::array({expression ? Json::object({{"expression", *expression}})
                                 : Json::object({{"license", Json::object({{"name", recorded}})}})});
}

Json hashes(const audit::Component& component)
{
  Json list = Json::array();
  for (const auto& [algorithm, digits] : component.hashes) {
    list.push_back(Json{{"alg", algorithm == "md5" ? "MD5" : "SHA-256"}, {"content", digits}});
  }
  return list;
}

Json component_json(const audit::Component& component, const audit::Inventory& inventory)
{
  Json json{{"type", "library"},
            {"bom-ref", component.place},
            {"name", component.name},
            {"version", component.version}};
  if (!component.hashes.empty()) {
    json["hashes"] = hashes(component);
  }
  if (!component.license.empty()) {
    json["licenses"] = licenses(component.license);
  }
  json["purl"] = purl(component, inventory);
  if (!component.url.empty()) {
    json["externalReferences"] = Json::array({Json{{"type", "distribution"}, {"url", component.url}}});
  }
  return json;
}

Json components(const std::vector<audit::Component>& all, const audit::Inventory& inventory)
{
  Json list = Json::array();
  for (const audit::Component& component : all) {
    list.push_back(component_json(component, inventory));
  }
  return list;
}

Json image_json(const audit::Inventory& inventory, const SbomSubject& subject)
{
  Json json{{"type", "container"},
            {"bom-ref", inventory.image_id},
            {"name", subject.name},
            {"version", subject.digest.empty() ? inventory.image_id : subject.digest}};
  if (const std::string name = purl(subject, inventory); !name.empty()) {
    json["purl"] = name;
  }
  return json;
}

Json base_json(const audit::Inventory& inventory)
{
  Json json{{"type", "container"},
            {"bom-ref", "base:" + inventory.base_chain},
            {"name", base_name(inventory)},
            {"version", inventory.base_chain}};
  if (!inventory.base.empty()) {
    json["components"] = components(inventory.base, inventory);
  }
  return json;
}

}  // namespace

std::string cyclonedx(const audit::Inventory& inventory, const SbomSubject& subject)
{
  Json json{{"$schema", "http://cyclonedx.org/schema/bom-1.6.schema.json"},
            {"bomFormat", "CycloneDX"},
            {"specVersion", "1.6"},
            {"serialNumber", ""},
            {"version", 1}};
  const Json tool{{"type", "application"}, {"name", "envlift"}, {"version", k_version}};
  json["metadata"] = Json{{"timestamp", time_of(inventory, subject)},
                          {"tools", Json::object({{"components", Json::array({tool})}})},
                          {"component", image_json(inventory, subject)}};
  json["components"] = components(inventory.own, inventory);
  Json direct = Json::array();
  if (!inventory.base_chain.empty()) {
    json["components"].insert(json["components"].begin(), base_json(inventory));
  }
  for (const Json& one : json["components"]) {
    direct.push_back(one["bom-ref"]);
  }
  json["dependencies"] = Json::array({Json{{"ref", inventory.image_id}, {"dependsOn", std::move(direct)}}});
  constexpr auto k_replace = Json::error_handler_t::replace;
  json["serialNumber"] = "urn:uuid:" + uuid_of(json.dump(-1, ' ', false, k_replace));
  return json.dump(2, ' ', false, k_replace) + "\n";
}

}  // namespace envlift::report
