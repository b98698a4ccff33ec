#include "lift/layer_store.hpp"

#include "base/sha256.hpp"
#include "image/layer_index.hpp"
#include "sys/files.hpp"

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

std::string file_name(const image::NewLayer& layer)
{
  return layer.diff_id.substr(layer.diff_id.find(':') + 1) + ".tar";
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

std::string LayerStore::path(const image::NewLayer& layer) const
{
  return layers_ + "/" + file_name(layer);
}

bool LayerStore::has(const image::NewLayer& layer) const
{
  if (!sys::is_file(path(layer))) {
    return false;
  }
  sys::mark_used(path(layer));
  return true;
}

Result<> LayerStore::take(const std::string& folder, const std::vector<image::NewLayer>& layers) const
{
  for (const image::NewLayer& layer : layers) {
    ENVLIFT_TRY(sys::move(folder + "/" + file_name(layer), path(layer)));
  }
  return {};
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
