// The facts of a layer as bytes, to be kept under its diffID: they depend on the layer's bytes alone.
#pragma once

#include "audit/facts.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace envlift::audit {

std::string packed(const LayerFacts& facts);
// Nothing for bytes that packed() did not make, or that were changed.
std::optional<LayerFacts> unpacked(std::string_view bytes);

}   // namespace envlift::audit
