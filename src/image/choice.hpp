// Index -> the one image that is meant.
#pragma once

#include "image/config.hpp"
#include "image/manifest.hpp"
#include "image/stored_image.hpp"

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
  bool is_in_index = false;                   // the same
};

// `index` is index.json; the indexes that it names are followed.
Result<ChosenImage> choose_image(std::string_view index, const WantedImage& wanted, const FetchBlob& fetch);

}  // namespace envlift::image
