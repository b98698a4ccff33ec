// Layers of an image that is read, kept in the store.
#pragma once

#include "image/stored_image.hpp"
#include "lift/file_bytes.hpp"
#include "lift/layer_store.hpp"
#include "sys/files.hpp"

#include <optional>
#include <string>

namespace envlift::lift {

// Writes each layer's tar into a file of the store's folder, and gives it its name when the image is known.
class LayerKeeper : public image::LayerVisitor {
public:
  static Result<LayerKeeper> make(const LayerStore& store);

  void on_layer(std::size_t visit) override;
  Result<> on_entry(const image::Entry& /*entry*/, image::ByteSource& /*content*/) override { return {}; }
  Result<> on_bytes(std::string_view bytes) override;

  // Takes the layers of the image into the store.
  Result<> keep(const image::StoredImage& image);
  // Of all layers' tars.
  unsigned long long bytes() const { return bytes_; }

private:
  LayerKeeper(const LayerStore& store, sys::TemporaryFolder folder)
      : store_(&store),
        folder_(std::move(folder))
  {}
  std::string path(std::size_t visit) const;

  const LayerStore* store_;
  sys::TemporaryFolder folder_;
  std::size_t visit_ = 0;
  std::optional<FileSink> file_;   // opened with the layer's first byte
  unsigned long long bytes_ = 0;
};

}  // namespace envlift::lift
