// Layers that stream by -> LayerFacts.
#pragma once

#include "audit/facts.hpp"
#include "audit/secrets.hpp"

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace envlift::audit {

// Reads of each file no more than its facts need: a header, a metadata file, the parts of an ELF file that the loader
// reads. Holds one file's needed bytes at a time.
class Collector : public image::LayerVisitor {
public:
  // The facts of a layer that was read before, by its diffID; nothing for another.
  using KnownLayer = std::function<std::optional<LayerFacts>(const std::string& diff_id)>;

  explicit Collector(KnownLayer known = {}) : known_(std::move(known)) {}

  void on_layer(std::size_t visit) override;
  bool on_known_layer(std::size_t visit, const std::string& diff_id) override;
  Result<> on_entry(const image::Entry& entry, image::ByteSource& content) override;
  std::vector<LayerFacts> take();

private:
  Result<> read(const image::Entry& entry, image::ByteSource& content, File& file);
  Result<> read_pyc(const image::Entry& entry, image::ByteSource& content, File& file);
  Result<> read_utf16(const image::Entry& entry, image::ByteSource& content, File& file);
  Result<> scan(const image::Entry& entry, image::ByteSource& content, Content kind, File& file);
  Result<> read_text(const image::Entry& entry, image::ByteSource& content, File& file);
  void finish_layer();

  KnownLayer known_;
  std::vector<LayerFacts> layers_;
  std::size_t visit_ = 0;           // the layer that streams by
  bool is_open_ = false;
  std::string bytes_;               // of the file that streams by; its memory serves the next one
  std::size_t text_bytes_ = 0;      // kept of all layers
  std::size_t source_bytes_ = 0;    // of those, Python sources of this layer
};

}  // namespace envlift::audit
