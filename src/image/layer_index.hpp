// index.json of the builder's layers: which there are, and what is in them (templates/build_layers.py).
#pragma once

#include "image/image_writer.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace envlift::image {

// EL1105 when the text is not what the builder writes.
Result<std::vector<NewLayer>> parse_layer_index(std::string_view text);

}  // namespace envlift::image
