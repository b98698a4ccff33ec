// Layers of environments that were built on this machine, in the cache folder. What is missing there is built again.
#pragma once

#include "base/result.hpp"
#include "image/image_writer.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace envlift::lift {

class LayerStore {
public:
  // Below sys::cache_folder().
  LayerStore();

  // The index of the environment that was built from a context with this record; nothing when there is none.
  std::optional<std::string> index(const std::string& key) const;
  void keep_index(const std::string& key, std::string_view text) const;

  bool has(const image::NewLayer& layer) const;
  std::string path(const image::NewLayer& layer) const;
  // Takes the tars that an export wrote into a folder on the same file system.
  Result<> take(const std::string& folder, const std::vector<image::NewLayer>& layers) const;
  // A folder for such an export.
  const std::string& folder() const { return layers_; }

  // When this very image was put together first, so that the same input gives the same image, its ID included;
  // `now` where it is new.
  std::string created(const std::string& config, const std::string& now) const;

  // Removes what was not used for long, above a fixed size of the whole.
  void trim() const;

private:
  std::string indexes_;
  std::string images_;
  std::string layers_;
};

}  // namespace envlift::lift
