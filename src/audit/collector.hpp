// Layers that stream by -> LayerFacts.
#pragma once

#include "audit/facts.hpp"

#include <vector>

namespace envlift::audit {

// Reads of each file no more than its facts need: a header, a metadata file, the parts of an ELF file that the loader
// reads. Holds one file's needed bytes at a time.
class Collector : public image::LayerVisitor {
public:
  void on_layer(std::size_t visit) override;
  Result<> on_entry(const image::Entry& entry, image::ByteSource& content) override;
  std::vector<LayerFacts> take() { return std::move(layers_); }

private:
  std::vector<LayerFacts> layers_;
};

}  // namespace envlift::audit
