// Which of an image's layers are its base image's: the user cannot change what they hold.
#pragma once

#include "audit/checks.hpp"

#include <cstddef>
#include <string_view>

namespace envlift::audit {

class BaseLayers {
public:
  explicit BaseLayers(const Audited& image);

  // The base's are the lowest ones.
  std::size_t count() const { return count_; }
  bool has(std::size_t layer) const { return layer < count_; }
  bool has(const TreeFile& file) const { return file.layer < count_; }
  // Whether the path is there, and as the base has it.
  bool has(std::string_view path) const;

private:
  const Audited& image_;
  std::size_t count_ = 0;
};

// The facts of the layer with that index, lowest first.
const LayerFacts& layer_facts(const ImageFacts& facts, std::size_t index);

}  // namespace envlift::audit
