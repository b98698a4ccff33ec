// `--sbom FORMAT FILE`: an image's bill of materials, in a file. Nothing of it goes into the image or to the registry.
#pragma once

#include "lift/push_image.hpp"
#include "report/sbom.hpp"

#include <optional>
#include <string>
#include <vector>

namespace envlift::lift {

struct SbomWish {
  report::SbomFormat format = report::SbomFormat::spdx;
  std::string file;
};

// Of the option's words; nothing where there are none.
std::optional<SbomWish> sbom_wish(const std::vector<std::string>& words);

// The document's time is SOURCE_DATE_EPOCH's, or the image's.
Result<> write_sbom(const SbomWish& wish, const audit::Inventory& inventory, report::SbomSubject subject);

// As push_image(), and then the bill of what was pushed. The layers are read before the first byte is sent: those of the
// base too, for which an engine may be asked.
Result<report::PushReport> push_with_sbom(const ImageToPush& image, const PushRequest& request,
                                          const SbomWish& wish, report::Talk& talk);

}   // namespace envlift::lift
