// Layers in memory, streamed through the collector as a tar would be.
#pragma once

#include "audit/collector.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace envlift::fakes {

struct LayerEntry {
  image::Entry entry;
  std::string bytes;
};

// An entry for each call, in order; nothing is added that was not asked for, so that parents can be missing.
class LayerBuilder {
public:
  LayerBuilder& file(std::string path, std::string bytes = "", unsigned mode = 0644)
  {
    return add(std::move(path), image::EntryKind::file, mode, "", std::move(bytes));
  }
  LayerBuilder& folder(std::string path, unsigned mode = 0755)
  {
    return add(std::move(path), image::EntryKind::folder, mode, "", "");
  }
  LayerBuilder& symlink(std::string path, std::string target)
  {
    return add(std::move(path), image::EntryKind::symlink, 0777, std::move(target), "");
  }
  LayerBuilder& hardlink(std::string path, std::string target)
  {
    return add(std::move(path), image::EntryKind::hardlink, 0644, std::move(target), "");
  }
  const std::vector<LayerEntry>& entries() const { return entries_; }

private:
  LayerBuilder& add(std::string path, image::EntryKind kind, unsigned mode, std::string target,
                    std::string bytes)
  {
    LayerEntry added;
    added.entry.path = std::move(path);
    added.entry.kind = kind;
    added.entry.mode = mode;
    added.entry.size = bytes.size();
    added.entry.target = std::move(target);
    added.bytes = std::move(bytes);
    entries_.push_back(std::move(added));
    return *this;
  }

  std::vector<LayerEntry> entries_;
};

// Lowest layer first.
inline audit::ImageFacts image_of(const std::vector<LayerBuilder>& layers)
{
  audit::Collector collector;
  audit::ImageFacts facts;
  for (std::size_t i = 0; i < layers.size(); ++i) {
    collector.on_layer(i);
    for (const LayerEntry& added : layers[i].entries()) {
      image::TextSource content(added.bytes);
      // A source in memory does not fail.
      (void)collector.on_entry(added.entry, content);
    }
    image::Layer layer;
    layer.visit = i;
    facts.image.layers.push_back(layer);
  }
  facts.layers = collector.take();
  return facts;
}

}   // namespace envlift::fakes
