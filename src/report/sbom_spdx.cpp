// SPDX 2.3 (https://spdx.github.io/spdx-spec/v2.3).
#include "base/sha256.hpp"
#include "base/text.hpp"
#include "base/version.hpp"
#include "report/license_expression.hpp"
#include "report/sbom_parts.hpp"

#include <map>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace envlift::report {

namespace {

using Json = nlohmann::ordered_json;

constexpr const char* k_document = "SPDXRef-DOCUMENT";
constexpr const char* k_image = "SPDXRef-Image";
constexpr const char* k_base = "SPDXRef-Base";
constexpr const char* k_unknown = "NOASSERTION";

// Letters, digits, '.' and '-'.
std::string identifier(const audit::Component& component)
{
  std::string name = component.name;
  for (char& c : name) {
    c = text::is_alnum(c) || c == '.' ? c : '-';
  }
  constexpr std::size_t k_digits = 12;
  return fmt::format("SPDXRef-Package-{}-{}", name, sha256_hex(component.place).substr(0, k_digits));
}

Json purl_reference(const std::string& name)
{
  return Json::array({Json{
    {"referenceCategory", "PACKAGE-MANAGER"}, {"referenceType", "purl"}, {"referenceLocator", name}}});
}

Json relationship(const std::string& from, const char* type, const std::string& to)
{
  return Json{{"spdxElementId", from}, {"relationshipType", type}, {"relatedSpdxElement", to}};
}

Json container(const char* id, const std::string& name, const std::string& version)
{
  return Json{{"SPDXID", id},
              {"name", name},
              {"versionInfo", version},
              {"primaryPackagePurpose", "CONTAINER"},
              {"downloadLocation", k_unknown},
              {"filesAnalyzed", false}};
}

class Document {
public:
  Document(const audit::Inventory& inventory, const SbomSubject& subject)
      : inventory_(inventory),
        subject_(subject)
  {}

  std::string text()
  {
    add_image();
    add_base();
    add_packages(inventory_.own, k_image);
    Json json{{"spdxVersion", "SPDX-2.3"},
              {"dataLicense", "CC0-1.0"},
              {"SPDXID", k_document},
              {"name", subject_.name},
              {"documentNamespace", ""}};
    json["creationInfo"] = Json{{"created", time_of(inventory_, subject_)},
                                {"creators", Json::array({fmt::format("Tool: envlift-{}", k_version)})}};
    json["packages"] = std::move(packages_);
    if (!own_licenses_.empty()) {
      json["hasExtractedLicensingInfos"] = extracted();
    }
    json["relationships"] = std::move(relationships_);
    constexpr auto k_replace = Json::error_handler_t::replace;
    json["documentNamespace"] =
        "https://spdx.org/spdxdocs/envlift-" + uuid_of(json.dump(-1, ' ', false, k_replace));
    return json.dump(2, ' ', false, k_replace) + "\n";
  }

private:
  void add_image()
  {
    Json image =
        container(k_image, subject_.name, subject_.digest.empty() ? inventory_.image_id : subject_.digest);
    if (const std::string name = purl(subject_, inventory_); !name.empty()) {
      image["externalRefs"] = purl_reference(name);
    }
    packages_.push_back(std::move(image));
    relationships_.push_back(relationship(k_document, "DESCRIBES", k_image));
  }

  void add_base()
  {
    if (!inventory_.base_chain.empty()) {
      packages_.push_back(container(k_base, base_name(inventory_), inventory_.base_chain));
      relationships_.push_back(relationship(k_image, "DESCENDANT_OF", k_base));
    }
    add_packages(inventory_.base, inventory_.base_chain.empty() ? k_image : k_base);
  }

  void add_packages(const std::vector<audit::Component>& components, const char* holder)
  {
    for (const audit::Component& component : components) {
      packages_.push_back(package(component));
      relationships_.push_back(relationship(holder, "CONTAINS", identifier(component)));
    }
  }

  Json package(const audit::Component& component)
  {
    Json json{
      {"SPDXID", identifier(component)}, {"name", component.name}, {"versionInfo", component.version}};
    json["downloadLocation"] = component.url.empty() ? k_unknown : component.url;
    json["filesAnalyzed"] = false;
    for (const auto& [algorithm, digits] : component.hashes) {
      json["checksums"].push_back(
          Json{{"algorithm", algorithm == "md5" ? "MD5" : "SHA256"}, {"checksumValue", digits}});
    }
    json["licenseDeclared"] = license(component.license);
    json["sourceInfo"] = "/" + component.place;
    json["externalRefs"] = purl_reference(purl(component, inventory_));
    return json;
  }

  // What is no expression of SPDX's gets an identifier in the document.
  std::string license(const std::string& recorded)
  {
    if (recorded.empty()) {
      return k_unknown;
    }
    const auto expression = license_expression(recorded);
    if (expression) {
      return *expression;
    }
    constexpr std::size_t k_digits = 12;
    const std::string id = "LicenseRef-" + sha256_hex(recorded).substr(0, k_digits);
    own_licenses_.emplace(id, recorded);
    return id;
  }

  Json extracted() const
  {
    Json list = Json::array();
    for (const auto& [id, recorded] : own_licenses_) {
      list.push_back(Json{{"licenseId", id}, {"name", recorded}, {"extractedText", recorded}});
    }
    return list;
  }

  const audit::Inventory& inventory_;
  const SbomSubject& subject_;
  Json packages_ = Json::array();
  Json relationships_ = Json::array();
  std::map<std::string, std::string> own_licenses_;   // by identifier
};

}  // namespace

std::string spdx(const audit::Inventory& inventory, const SbomSubject& subject)
{
  return Document(inventory, subject).text();
}

}  // namespace envlift::report
