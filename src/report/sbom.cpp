#include "report/sbom.hpp"

#include "base/encoding.hpp"
#include "base/path.hpp"
#include "base/sha256.hpp"
#include "base/text.hpp"
#include "report/sbom_parts.hpp"

#include <vector>

#include <fmt/format.h>

namespace envlift::report {

namespace {

using audit::Package;

// A part of a purl; colons stand for themselves.
std::string part(std::string_view text)
{
  return text::replace_all(percent_encoded(text), "%3A", ":");
}

// Those that have a value; the order is that of the keys.
std::string qualifiers(const std::vector<std::pair<std::string_view, std::string>>& pairs)
{
  std::string all;
  for (const auto& [key, value] : pairs) {
    if (!value.empty()) {
      const std::string shown = text::replace_all(part(value), "%2F", "/");
      all += fmt::format("{}{}={}", all.empty() ? "?" : "&", key, shown);
    }
  }
  return all;
}

std::string version_part(const std::string& version)
{
  return version.empty() ? "" : "@" + part(version);
}

// "2026-11-21T14:05:09.123Z" -> "2026-11-21T14:05:09Z"; "" for a text of another form.
std::string whole_seconds(std::string_view time)
{
  constexpr std::string_view k_form = "0000-00-00T00:00:00";
  if (time.size() <= k_form.size() || !time.ends_with('Z')) {
    return "";
  }
  for (std::size_t i = 0; i < k_form.size(); ++i) {
    if (k_form[i] == '0' ? !text::is_digit(time[i]) : time[i] != k_form[i]) {
      return "";
    }
  }
  return std::string(time.substr(0, k_form.size())) + "Z";
}

}  // namespace

std::optional<SbomFormat> sbom_format(std::string_view name)
{
  return name == "spdx"        ? std::optional(SbomFormat::spdx)
         : name == "cyclonedx" ? std::optional(SbomFormat::cyclonedx)
                               : std::nullopt;
}

std::string sbom(SbomFormat format, const audit::Inventory& inventory, const SbomSubject& subject)
{
  return format == SbomFormat::spdx ? spdx(inventory, subject) : cyclonedx(inventory, subject);
}

std::string purl(const audit::Component& component, const audit::Inventory& inventory)
{
  const std::string name = part(component.name) + version_part(component.version);
  switch (component.kind) {
    case Package::Kind::conda:
      return "pkg:conda/" + name +
             qualifiers({{"build", component.build},
                         {"channel", component.channel},
                         {"subdir", component.subdir},
                         {"type", component.url.ends_with(".conda")     ? "conda"
                                  : component.url.ends_with(".tar.bz2") ? "tar.bz2"
                                                                        : ""}});
    case Package::Kind::pip: return "pkg:pypi/" + name;
    case Package::Kind::system: break;
  }
  return fmt::format("pkg:deb/{}/{}", part(inventory.system.empty() ? "debian" : inventory.system), name);
}

std::string purl(const SbomSubject& subject, const audit::Inventory& inventory)
{
  if (subject.digest.empty()) {
    return "";
  }
  return fmt::format("pkg:oci/{}{}{}", part(path::file_name(subject.name)), version_part(subject.digest),
                     qualifiers({{"arch", inventory.architecture}, {"repository_url", subject.name}}));
}

std::string uuid_of(std::string_view text)
{
  std::string hex = sha256_hex(text);
  hex[12] = '8';   // the version
  hex[16] = "89ab"[static_cast<unsigned char>(hex[16]) % 4];   // the variant
  return fmt::format("{}-{}-{}-{}-{}", hex.substr(0, 8), hex.substr(8, 4), hex.substr(12, 4),
                     hex.substr(16, 4), hex.substr(20, 12));
}

std::string time_of(const audit::Inventory& inventory, const SbomSubject& subject)
{
  for (const std::string& time : {subject.created, inventory.created}) {
    if (std::string whole = whole_seconds(time); !whole.empty()) {
      return whole;
    }
  }
  return "1970-01-01T00:00:00Z";
}

std::string base_name(const audit::Inventory& inventory)
{
  return inventory.base_name.empty() ? "base image" : inventory.base_name;
}

}  // namespace envlift::report
