// An OCI image layout (image-spec image-layout.md): index.json -> manifest -> configuration and layers.
#include "base/sha256.hpp"
#include "image/choice.hpp"
#include "image/failures.hpp"
#include "image/json_limits.hpp"
#include "image/layer.hpp"
#include "image/sources.hpp"
#include "image/stored_image.hpp"

#include <map>
#include <utility>

#include <fmt/format.h>

namespace envlift::image {

namespace {

std::string blob_path(const std::string& digest)
{
  return "blobs/sha256/" + digest.substr(digest.find(':') + 1);
}

class LayoutReader {
public:
  LayoutReader(LayoutFiles& files, LayerVisitor& visitor) : files_(files), reader_(visitor) {}

  Result<StoredImage> read(const WantedImage& wanted)
  {
    auto index = document("index.json");
    if (!index) {
      return index.error().code == "EL1101" ? fail(std::move(index).error())
                                            : no_image("no OCI layout: " + index.error().message);
    }
    const auto fetch = [this](const Descriptor& blob) { return verified(blob); };
    ENVLIFT_TRY_ASSIGN(ChosenImage chosen, choose_image(*index, wanted, fetch));
    const std::vector<Descriptor>& layers = chosen.manifest.layers;
    if (layers.size() != chosen.config.diff_ids.size()) {
      return damaged(fmt::format("the manifest names {} layers and the configuration {}", layers.size(),
                                 chosen.config.diff_ids.size()));
    }
    StoredImage image;
    image.reference = std::move(chosen.reference);
    image.config = std::move(chosen.config);
    image.manifest_media_type = chosen.manifest.media_type;
    image.config_media_type = chosen.manifest.config.media_type;
    image.manifest = chosen.manifest.text;
    image.other_manifests = std::move(chosen.other_manifests);
    image.is_in_index = chosen.is_in_index;
    for (std::size_t i = 0; i < layers.size(); ++i) {
      ENVLIFT_TRY_ASSIGN(Layer layer, layer_of(layers[i]));
      if (layer.diff_id != image.config.diff_ids[i]) {
        return wrong_digest(fmt::format("unpacked, {}", layers[i].digest), image.config.diff_ids[i],
                            layer.diff_id);
      }
      image.layers.push_back(std::move(layer));
    }
    return image;
  }

private:
  Result<std::string> document(const std::string& path)
  {
    ENVLIFT_TRY_ASSIGN(const std::unique_ptr<ByteSource> bytes, files_.open(path));
    ENVLIFT_TRY_ASSIGN(std::string text, read_up_to(*bytes, k_json_bytes + 1));
    if (text.size() > k_json_bytes) {
      return damaged("it is too large for what it is");
    }
    return text;
  }

  static Failure unreadable(const Descriptor& blob, const Error& cause)
  {
    return damaged(fmt::format("{} cannot be read: {}", blob_path(blob.digest), cause.message));
  }

  static Result<> check_size(const Descriptor& blob, unsigned long long size)
  {
    if (blob.size && *blob.size != size) {
      return damaged(fmt::format("{} has {} bytes, and its descriptor says {}", blob_path(blob.digest), size,
                                 *blob.size));
    }
    return {};
  }

  Result<std::string> verified(const Descriptor& blob)
  {
    auto text = document(blob_path(blob.digest));
    if (!text) {
      return unreadable(blob, text.error());
    }
    if (const std::string found = "sha256:" + sha256_hex(*text); found != blob.digest) {
      return wrong_digest(blob_path(blob.digest), blob.digest, found);
    }
    ENVLIFT_TRY(check_size(blob, text->size()));
    return *std::move(text);
  }

  Result<Layer> layer_of(const Descriptor& blob)
  {
    auto known = layers_.find(blob.digest);
    if (known == layers_.end()) {
      auto bytes = files_.open(blob_path(blob.digest));
      if (!bytes) {
        return unreadable(blob, bytes.error());
      }
      PeekedSource peeked(**bytes);
      ENVLIFT_TRY_ASSIGN(Layer layer, reader_.read(blob_path(blob.digest), peeked, blob.digest));
      ENVLIFT_TRY(check_size(blob, layer.stored_bytes));
      known = layers_.emplace(blob.digest, std::move(layer)).first;
    }
    Layer layer = known->second;
    layer.media_type = blob.media_type;
    return layer;
  }

  LayoutFiles& files_;
  LayerReader reader_;
  std::map<std::string, Layer> layers_;   // by digest
};

}  // namespace

Result<StoredImage> read_oci_layout(LayoutFiles& files, const WantedImage& wanted, LayerVisitor& visitor)
{
  return LayoutReader(files, visitor).read(wanted);
}

}  // namespace envlift::image
