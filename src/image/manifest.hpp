// The documents that lead to an image: OCI indexes and manifests (image-spec), docker's manifest.json.
#pragma once

#include "base/result.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace envlift::image {

struct Descriptor {
  std::string media_type;
  std::string digest;                       // "sha256:…", checked
  std::optional<unsigned long long> size;   // in bytes, as claimed
  std::string platform;                     // "linux/arm64"; "" for none that is said
  std::string reference;                    // the image's name in an index
  std::string tag;   // org.opencontainers.image.ref.name: often the same, often shorter
  bool is_attestation = false;
};

struct Manifest {
  std::string media_type;
  Descriptor config;
  std::vector<Descriptor> layers;
  std::string text;                         // the JSON as it was
};

// An index or a manifest: the one that is there.
struct Document {
  std::vector<Descriptor> manifests;
  std::optional<Manifest> manifest;
};

// EL1102 when the text is neither.
Result<Document> parse_document(std::string_view text);

// Whether the media type is that of an index.
bool is_index_type(std::string_view media_type);

// "linux/arm64" of its parts; a variant that goes without saying is left out.
std::string platform_text(const std::string& os, const std::string& architecture, const std::string& variant);

// One image of docker's manifest.json; the paths are below the archive's root.
struct SavedImage {
  std::string config;
  std::vector<std::string> tags;
  std::vector<std::string> layers;   // lowest first
};

// EL1102 when the text is not docker's.
Result<std::vector<SavedImage>> parse_saved_images(std::string_view text);

}  // namespace envlift::image
