#include "lift/layer_keeper.hpp"

#include <set>
#include <utility>

#include <fmt/format.h>

namespace envlift::lift {

Result<LayerKeeper> LayerKeeper::make(const LayerStore& store)
{
  ENVLIFT_TRY_ASSIGN(sys::TemporaryFolder folder, store.workspace());
  return LayerKeeper(store, std::move(folder));
}

std::string LayerKeeper::path(std::size_t visit) const
{
  return fmt::format("{}/{}", folder_.path(), visit);
}

void LayerKeeper::on_layer(std::size_t visit)
{
  visit_ = visit;
  file_.reset();
}

Result<> LayerKeeper::on_bytes(std::string_view bytes)
{
  if (!file_) {
    ENVLIFT_TRY_ASSIGN(file_, FileSink::create(path(visit_)));
  }
  bytes_ += bytes.size();
  return file_->write(bytes);
}

Result<> LayerKeeper::keep(const image::StoredImage& image)
{
  file_.reset();
  std::set<std::string> kept;
  for (const image::Layer& layer : image.layers) {
    if (kept.insert(layer.diff_id).second) {
      ENVLIFT_TRY(sys::move(path(layer.visit),
                            fmt::format("{}/{}", folder_.path(), LayerStore::file_name(layer.diff_id))));
      ENVLIFT_TRY(store_->take(folder_.path(), {layer.diff_id}));
    }
  }
  return {};
}

}  // namespace envlift::lift
