// Index -> the one image that is meant.
#pragma once

#include "image/config.hpp"
#include "image/manifest.hpp"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace envlift::image {

// The text of a blob, verified against the digest.
using FetchBlob = std::function<Result<std::string>(const Descriptor& blob)>;

struct ChosenImage {
  Manifest manifest;
  Config config;
  std::string reference;
  std::vector<std::string> other_manifests;   // as StoredImage has them
};

// `platform` as in read_oci_layout.
Result<ChosenImage> choose_image(std::string_view index, const std::string& platform, const FetchBlob& fetch);

}  // namespace envlift::image
