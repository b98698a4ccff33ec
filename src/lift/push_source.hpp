// Where the image of a push comes from.
#pragma once

#include "image/stored_image.hpp"
#include "lift/image_facts.hpp"
#include "lift/lift.hpp"
#include "registry/registry.hpp"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace envlift::lift {

// A manifest that goes as it is, and its blobs, the configuration among them.
struct ManifestAsIs {
  registry::Manifest manifest;
  std::vector<registry::Blob> layers;
};

struct ImageToPush {
  // As far as it is known before its layers are packed: with the media types that it will have.
  image::StoredImage image;
  unsigned long long unpacked_bytes = 0;       // of all layers; 0 = not known
  std::optional<ManifestAsIs> as_is;           // of an OCI layout whose layers are as Lambda takes them
  // Brings all layers' tars into the LayerStore; called when one is needed that is not there.
  std::function<Result<>()> fetch_layers;
};

// The image of `push IMAGE`: the engine's, or one that was put together here where no engine answers, or a stored one.
// Fails as read_from_engine() does; EL1412 where a layout has none for the architecture.
Result<ImageToPush> image_to_push(const ImageRequest& request, const Connect& connect, report::Talk& talk);

// The image of a project whose environment was built here before: what a build would give now, without an engine. EL1413
// where it was not. Only layers of the base that the registry lacks are asked of an engine.
Result<ImageToPush> project_to_push(const Planned& planned, const Request& request, const Connect& connect,
                                    report::Talk& talk);

}   // namespace envlift::lift
