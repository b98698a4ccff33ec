#include "lift/layer_store.hpp"

#include "base/sha256.hpp"
#include "image/stored_image.hpp"
#include "lift/file_bytes.hpp"

#include <algorithm>
#include <utility>

namespace envlift::lift {

namespace {

constexpr std::size_t k_text_limit_bytes = std::size_t{16} << 20U;
// Several large environments; the engine and its build cache hold as much again.
constexpr unsigned long long k_layers_limit_bytes = 6ULL << 30U;
constexpr unsigned long long k_texts_limit_bytes = 16ULL << 20U;

// A cache that cannot be written costs time and nothing else.
void keep(const std::string& folder, const std::string& name, std::string_view text)
{
  static_cast<void>(sys::make_folders(folder).and_then([&] { return sys::write_file(folder + "/" + name, text); }));
}

std::optional<std::string> text_of(const std::string& path)
{
  auto text = sys::read_file(path, k_text_limit_bytes);
  if (!text) {
    return std::nullopt;
  }
  sys::mark_used(path);
  return std::move(*text);
}

}  // namespace

LayerStore::LayerStore()
  : indexes_(sys::cache_folder() + "/environments"),
    images_(sys::cache_folder() + "/images"),
    layers_(sys::cache_folder() + "/layers")
{}

std::optional<std::string> LayerStore::index(const std::string& key) const
{
  return text_of(indexes_ + "/" + key);
}

void LayerStore::keep_index(const std::string& key, std::string_view text) const
{
  keep(indexes_, key, text);
}

std::string LayerStore::file_name(const std::string& layer)
{
  return layer.substr(layer.find(':') + 1) + ".tar";
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
  if (const auto first = text_of(images_ + "/" + key)) {
    return *first;
  }
  keep(images_, key, now);
  return now;
}

void LayerStore::trim() const
{
  sys::remove_unused(layers_, k_layers_limit_bytes);
  sys::remove_unused(indexes_, k_texts_limit_bytes);
  sys::remove_unused(images_, k_texts_limit_bytes);
}

}  // namespace envlift::lift
