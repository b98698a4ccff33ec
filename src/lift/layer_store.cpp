#include "lift/layer_store.hpp"

#include "base/sha256.hpp"
#include "image/stored_image.hpp"
#include "lift/file_bytes.hpp"

#include <algorithm>

namespace envlift::lift {

namespace {

// Several large environments; the engine and its build cache hold as much again.
constexpr unsigned long long k_layers_limit_bytes = 6ULL << 30U;
constexpr std::string_view k_suffix = ".tar";

}  // namespace

LayerStore::LayerStore()
    : indexes_("environments"),
      images_("images"),
      layers_(sys::cache_folder() + "/layers")
{}

std::optional<std::string> LayerStore::index(const std::string& key) const
{
  return indexes_.get(key);
}

void LayerStore::keep_index(const std::string& key, std::string_view text) const
{
  indexes_.keep(key, text);
}

std::string LayerStore::file_name(const std::string& layer)
{
  return layer.substr(layer.find(':') + 1).append(k_suffix);
}

std::vector<std::string> LayerStore::known() const
{
  std::vector<std::string> digits;
  for (const std::string& name : sys::list_names(layers_)) {
    if (name.ends_with(k_suffix) && !name.starts_with('.')) {
      digits.push_back(name.substr(0, name.size() - k_suffix.size()));
    }
  }
  return digits;
}

bool LayerStore::has(const std::string& layer) const
{
  const std::string path = layers_ + "/" + file_name(layer);
  if (!sys::is_file(path)) {
    return false;
  }
  sys::mark_used(path);
  return true;
}

Result<std::unique_ptr<image::ByteSource>> LayerStore::open(const std::string& layer) const
{
  return open_file(layers_ + "/" + file_name(layer));
}

Result<sys::TemporaryFolder> LayerStore::workspace() const
{
  ENVLIFT_TRY(sys::make_folders(layers_));
  return sys::TemporaryFolder::make_in(layers_);
}

Result<> LayerStore::take(const std::string& folder, const std::vector<std::string>& layers) const
{
  for (const std::string& layer : layers) {
    ENVLIFT_TRY(sys::move(folder + "/" + file_name(layer), layers_ + "/" + file_name(layer)));
  }
  return {};
}

Result<> LayerStore::take_from(image::ByteSource& archive, const std::vector<std::string>& layers) const
{
  ENVLIFT_TRY_ASSIGN(const sys::TemporaryFolder folder, workspace());
  const std::string unnamed = folder.path() + "/layer";
  return image::each_file(archive, [&](image::ByteSource& content) -> Result<> {
    ENVLIFT_TRY_ASSIGN(const std::string digest, write_summed(content, unnamed));
    return std::ranges::find(layers, digest) == layers.end()
               ? Result<>{}
               : sys::move(unnamed, layers_ + "/" + file_name(digest));
  });
}

std::string LayerStore::created(const std::string& config, const std::string& now) const
{
  const std::string key = sha256_hex(config);
  if (const auto first = images_.get(key)) {
    return *first;
  }
  images_.keep(key, now);
  return now;
}

void LayerStore::trim() const
{
  sys::remove_unused(layers_, k_layers_limit_bytes);
  indexes_.trim();
  images_.trim();
}

}  // namespace envlift::lift
