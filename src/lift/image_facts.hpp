// An image, stored or the engine's -> what the audit and the report look at.
#pragma once

#include "audit/facts.hpp"
#include "base/result.hpp"
#include "engine/engine.hpp"

#include <functional>
#include <optional>
#include <string>

namespace envlift::lift {

// What an audit or a report is of.
struct ImageRequest {
  std::string image;      // the engine's reference, or "oci:FOLDER[:TAG]", or "docker-archive:FILE"
  std::string handler;    // "" = the image's CMD
  std::string arch;       // of a layout that has several: x86_64 | arm64; "" = of the only one
};

// Called for an image of the engine's.
using Connect = std::function<Result<engine::Engine*>()>;

// Whether the image lies in a file or folder ("oci:FOLDER", "docker-archive:FILE"), so that no engine is asked.
bool is_stored(const std::string& image);

struct LayoutPlace {
  std::string folder;
  std::string tag;   // of one of its images; "" for none
};

// Of "oci:FOLDER:TAG" (skopeo's notation), where a tag may have colons, and so may a folder that is there; nothing for
// an image that lies in no layout.
std::optional<LayoutPlace> layout_place(const std::string& image);

using ReadImage = std::function<Result<image::StoredImage>(image::LayerVisitor& visitor)>;

// EL1101–EL1104, EL0806, EL0101.
ReadImage reader_of(const ImageRequest& request, const Connect& connect);
Result<image::StoredImage> read_from_engine(engine::Engine& engine, const std::string& reference,
                                            image::LayerVisitor& visitor);

Result<audit::ImageFacts> image_facts(const ReadImage& read);

}   // namespace envlift::lift
