// Layers of environments that were built on this machine, in the cache folder. What is missing there is built again.
#pragma once

#include "base/result.hpp"
#include "image/bytes.hpp"
#include "lift/text_cache.hpp"
#include "sys/files.hpp"

#include <memory>
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

  // By diffIDs.
  bool has(const std::string& layer) const;
  Result<std::unique_ptr<image::ByteSource>> open(const std::string& layer) const;
  // Its file's name, which the builder gives it too.
  static std::string file_name(const std::string& layer);
  // The digits of all diffIDs.
  std::vector<std::string> known() const;
  // Takes the tars that were written into a folder of workspace() under those names.
  Result<> take(const std::string& folder, const std::vector<std::string>& layers) const;
  Result<sys::TemporaryFolder> workspace() const;
  // Takes these layers out of docker's archive.
  Result<> take_from(image::ByteSource& archive, const std::vector<std::string>& layers) const;

  // When this very image was put together first, so that the same input gives the same image, its ID included;
  // `now` where it is new.
  std::string created(const std::string& config, const std::string& now) const;

  // Removes what was not used for long, above a fixed size of the whole.
  void trim() const;

private:
  TextCache indexes_;
  TextCache images_;
  std::string layers_;
};

}  // namespace envlift::lift
