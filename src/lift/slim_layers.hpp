// Stored layers -> their facts, and the same layers without some of their files.
#pragma once

#include "audit/facts.hpp"
#include "image/image_writer.hpp"
#include "lift/layer_store.hpp"
#include "slim/slim.hpp"

#include <string>
#include <vector>

namespace envlift::lift {

// What the layers hold, in their order.
Result<std::vector<audit::LayerFacts>> layer_facts(const LayerStore& store,
                                                   const std::vector<image::NewLayer>& layers);

// The layers by these fates, put into the store: one that loses nothing is the same, one that loses all its files is
// left out.
Result<std::vector<image::NewLayer>>
slim_layers(const LayerStore& store, const std::vector<image::NewLayer>& layers, const slim::Fates& fates);

// A file of an image whose text is known.
struct TextEntry {
  std::string path;   // without the leading slash
  std::string text;
};
// A layer of such files, put into the store.
Result<image::NewLayer> text_layer(const LayerStore& store, const std::string& name,
                                   const std::vector<TextEntry>& files);

}   // namespace envlift::lift
