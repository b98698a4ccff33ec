// Layers as they are pushed, in the cache folder: what was packed once is not packed again.
#pragma once

#include "base/result.hpp"
#include "image/bytes.hpp"
#include "image/pushed_form.hpp"
#include "lift/text_cache.hpp"

#include <memory>
#include <optional>
#include <string>

namespace envlift::lift {

class PackedLayers {
public:
  PackedLayers();

  // What the layer with that diffID is packed, where it was packed before: kept for longer than its bytes.
  std::optional<image::BlobName> name(const std::string& diff_id) const;
  // Whether its packed bytes are here.
  bool has(const std::string& diff_id) const;
  Result<std::unique_ptr<image::ByteSource>> open(const std::string& diff_id) const;
  // Packs a layer's tar; EL1409 when it has another diffID.
  Result<image::BlobName> pack(const std::string& diff_id, image::ByteSource& tar) const;
  // Removes what turned out to be damaged.
  void forget(const std::string& diff_id) const;

  // Removes what was not used for long, above a fixed size of the whole.
  void trim() const;

private:
  std::string path(const std::string& diff_id) const;

  TextCache names_;
  std::string folder_;
};

}  // namespace envlift::lift
