// A bill of materials of an image: its packages with their versions, origins and licenses, and its base image.
#pragma once

#include "audit/inventory.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace envlift::report {

enum class SbomFormat {
  spdx,   // SPDX 2.3, JSON
  cyclonedx,   // CycloneDX 1.6, JSON
};

// "spdx", "cyclonedx".
std::optional<SbomFormat> sbom_format(std::string_view name);

struct SbomSubject {
  std::string name;   // the image's; where it was pushed, "HOST/REPOSITORY"
  std::string digest;   // of the manifest that was pushed; "" for an image that was not
  std::string created;   // the document's time, RFC 3339; "" for the image's own, or 1970 where it has none
};

// The document, with a newline at its end. The same image and subject give the same bytes, its identifier among them.
std::string sbom(SbomFormat format, const audit::Inventory& inventory, const SbomSubject& subject);

}   // namespace envlift::report
