// Layers: their stored bytes -> entries for a visitor, and the sums that name them.
#pragma once

#include "image/sources.hpp"
#include "image/stored_image.hpp"

#include <cstddef>
#include <optional>
#include <string>

namespace envlift::image {

// Reads the layers of one image, one after the other.
class LayerReader {
public:
  explicit LayerReader(LayerVisitor& visitor) : visitor_(visitor) {}

  // Visits every entry, and reads to the end. `path` names the layer in errors. `digest` is what its stored bytes have
  // to be (EL1104); "" for nothing.
  Result<Layer> read(const std::string& path, PeekedSource& stored, const std::string& digest);
  // The layer where the visitor knows it already; nothing where it has to be read.
  std::optional<Layer> take_known(const std::string& diff_id);

private:
  Result<> visit_entries(ByteSource& bytes);

  LayerVisitor& visitor_;
  std::size_t visits_ = 0;
  unsigned long long unpacked_bytes_ = 0;   // what a stranger packed may unpack to anything
};

}   // namespace envlift::image
