// Images whose layers lie in files of their own.
#include "image/failures.hpp"
#include "image/layer.hpp"
#include "image/plain_tar.hpp"
#include "image/stored_image.hpp"

#include <map>
#include <utility>

namespace envlift::image {

namespace {

Result<Layer> read_layer(LayerReader& reader, const std::string& diff_id, const OpenLayer& open)
{
  if (auto known = reader.take_known(diff_id)) {
    return std::move(*known);
  }
  ENVLIFT_TRY_ASSIGN(const std::unique_ptr<ByteSource> bytes, open(diff_id));
  PeekedSource peeked(*bytes);
  ENVLIFT_TRY_ASSIGN(Layer layer, reader.read(diff_id, peeked, ""));
  if (layer.diff_id != diff_id) {
    return wrong_digest("the layer", diff_id, layer.diff_id);
  }
  return layer;
}

}   // namespace

Result<StoredImage> read_layer_files(std::string_view config, const std::string& reference, const OpenLayer& open,
                                     LayerVisitor& visitor)
{
  StoredImage image;
  image.reference = reference;
  ENVLIFT_TRY_ASSIGN(image.config, parse_config(config));
  LayerReader reader(visitor);
  std::map<std::string, Layer> read;
  for (const std::string& diff_id : image.config.diff_ids) {
    auto known = read.find(diff_id);
    if (known == read.end()) {
      ENVLIFT_TRY_ASSIGN(Layer layer, read_layer(reader, diff_id, open));
      known = read.emplace(diff_id, std::move(layer)).first;
    }
    image.layers.push_back(known->second);
  }
  return image;
}

Result<> each_file(ByteSource& archive, const std::function<Result<>(ByteSource& content)>& take)
{
  PlainTar tar(archive);
  while (true) {
    ENVLIFT_TRY_ASSIGN(const std::optional<Entry> entry, tar.next());
    if (!entry) {
      return drain(archive);
    }
    if (entry->kind == EntryKind::file) {
      ENVLIFT_TRY(take(tar.content()));
    }
  }
}

}  // namespace envlift::image
