// An image as it is stored: docker's archive (`docker save`, old form and the one with OCI blobs) or an OCI layout.
// Layers are streamed through a visitor; nothing is unpacked.
#pragma once

#include "image/config.hpp"
#include "image/tar.hpp"

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace envlift::image {

struct Layer {
  std::string diff_id;              // "sha256:…" of the tar
  std::string digest;               // "sha256:…" of the blob as stored; "" where the archive has none
  std::string media_type;           // of the manifest; "" for docker's archive
  Compression compression = Compression::none;   // as the bytes have it
  unsigned long long stored_bytes = 0;
  std::size_t visit = 0;            // which of the visitor's layers this one is; two layers can share one
};

struct StoredImage {
  std::string reference;            // the tag in the archive; "" for none
  Config config;
  std::vector<Layer> layers;        // lowest first, one for each diff_id
  std::string manifest_media_type;  // "" for docker's archive
  std::string config_media_type;   // the same
  std::string manifest;   // its JSON as it was; "" for docker's archive
  // What an index has besides the image: other platforms, attestations; "linux/arm64", "unknown/unknown".
  std::vector<std::string> other_manifests;
  bool is_in_index = false;   // its name leads to an index, which names the manifest
};

// Which image of a layout is meant.
struct WantedImage {
  std::string platform;   // "linux/amd64"; "" = the only one or this machine's
  std::string tag;   // by which index.json names it; "" = any
};

// Takes the entries of one layer after the other. docker's archive has its layers in any order: the visits are
// counted, and StoredImage::layers says which visit belongs where.
class LayerVisitor {
public:
  virtual ~LayerVisitor() = default;
  virtual void on_layer(std::size_t visit) = 0;
  // Asked of layers whose diffID is known before they are read: true where nothing of it has to be read.
  virtual bool on_known_layer(std::size_t /*visit*/, const std::string& /*diff_id*/) { return false; }
  // `content` is good until the next call; what is not read of it is skipped.
  virtual Result<> on_entry(const Entry& entry, ByteSource& content) = 0;
  // The bytes of the layer's tar as they are read: in the end, all of them.
  virtual Result<> on_bytes(std::string_view /*bytes*/) { return {}; }
};

// Where an OCI layout's files come from.
class LayoutFiles {
public:
  virtual ~LayoutFiles() = default;
  // The file "index.json", "blobs/sha256/…"; an Error when there is none.
  virtual Result<std::unique_ptr<ByteSource>> open(const std::string& path) = 0;
};

// EL1101 (damaged archive), EL1102 (no image in it), EL1103 (several images: name one), EL1104 (a blob's bytes are not
// those of its digest), EL1106 (none for the platform), EL1102 too where no image has the tag.
Result<StoredImage> read_docker_archive(ByteSource& archive, LayerVisitor& visitor);
Result<StoredImage> read_oci_layout(LayoutFiles& files, const WantedImage& wanted, LayerVisitor& visitor);

// Layers that lie by themselves, by their diffIDs.
using OpenLayer = std::function<Result<std::unique_ptr<ByteSource>>(const std::string& diff_id)>;
// The image of a configuration; fails as the others do.
Result<StoredImage> read_layer_files(std::string_view config, const std::string& reference, const OpenLayer& open,
                                     LayerVisitor& visitor);
// Hands on the content of every file of docker's archive, whatever it is. What is not read of it is skipped.
Result<> each_file(ByteSource& archive, const std::function<Result<>(ByteSource& content)>& take);

}  // namespace envlift::image
