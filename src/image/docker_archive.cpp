// `docker save`: the archive comes once and in its own order, and manifest.json, which says what is what, is last. So
// layers are told by their bytes and visited as they come, and what could be a document is kept.
#include "base/path.hpp"
#include "base/text.hpp"
#include "image/choice.hpp"
#include "image/failures.hpp"
#include "image/json_limits.hpp"
#include "image/layer.hpp"
#include "image/manifest.hpp"
#include "image/sources.hpp"
#include "image/stored_image.hpp"

#include <map>
#include <utility>

#include <fmt/format.h>

namespace envlift::image {

namespace {

constexpr std::size_t k_documents_bytes = std::size_t{64} * 1024 * 1024;
constexpr std::size_t k_most_files = 20'000;
constexpr std::string_view k_blobs = "blobs/sha256/";

std::string blob_path(const std::string& digest)
{
  return std::string(k_blobs) + digest.substr(digest.find(':') + 1);
}

// The digest that a blob's path says; "" for another path. Some writers add what kind of file it is: ".tar.gz".
std::string digest_in(const std::string& path)
{
  constexpr std::size_t digits = 64;
  const std::string digest = path.starts_with(k_blobs) ? "sha256:" + path.substr(k_blobs.size(), digits) : "";
  return is_sha256_digest(digest) ? digest : "";
}

// Docker's files of before 1.10, beside each layer: nothing reads them any more.
bool is_relic(std::string_view path)
{
  return path.ends_with("/json") || path.ends_with("/VERSION") || path == "repositories" ||
         path == "oci-layout";
}

class ArchiveReader {
public:
  explicit ArchiveReader(LayerVisitor& visitor) : reader_(visitor) {}

  Result<> read(ByteSource& bytes)
  {
    TarReader archive(bytes);
    while (true) {
      ENVLIFT_TRY_ASSIGN(const std::optional<Entry> entry, archive.next());
      if (!entry) {
        break;
      }
      ENVLIFT_TRY(take(*entry, archive.content()));
    }
    return archive.has_end_mark() ? Result<>() : damaged("the archive ends early");
  }

  Result<StoredImage> image()
  {
    if (const std::string* saved = document("manifest.json")) {
      return saved_image(*saved);
    }
    if (const std::string* index = document("index.json")) {
      return indexed_image(*index);
    }
    return no_image("the archive has neither manifest.json nor index.json");
  }

private:
  // --- While the archive streams by ---

  Result<> take(const Entry& entry, ByteSource& content)
  {
    if (++files_ > k_most_files) {
      return damaged("the archive has more files than any image");
    }
    if (entry.kind == EntryKind::symlink) {
      links_[entry.path] = path::joined(path::folder_of(entry.path), entry.target);
    }
    if (entry.kind == EntryKind::hardlink) {
      links_[entry.path] = entry.target;
    }
    if (entry.kind != EntryKind::file || is_relic(entry.path)) {
      return {};
    }
    PeekedSource peeked(content);
    ENVLIFT_TRY_ASSIGN(const std::string_view first, peeked.peek(k_magic_bytes));
    switch (magic_of(first)) {
      case Magic::tar:
      case Magic::gzip:
      case Magic::zstd: return take_layer(entry.path, peeked);
      case Magic::json: return take_document(entry, peeked);
      case Magic::packed_otherwise: unreadable_[entry.path] = "is packed with bzip2, xz or lz4"; return {};
      case Magic::unknown: unreadable_[entry.path] = "is no tar archive"; return {};
    }
    return {};
  }

  Result<> take_layer(const std::string& path, PeekedSource& bytes)
  {
    ENVLIFT_TRY_ASSIGN(Layer layer, reader_.read(path, bytes, digest_in(path)));
    places_[path] = layers_.size();
    layers_.push_back(std::move(layer));
    return {};
  }

  Result<> take_document(const Entry& entry, PeekedSource& bytes)
  {
    if (entry.size > k_json_bytes) {
      unreadable_[entry.path] = "is too large";
      return {};
    }
    document_bytes_ += entry.size;
    if (document_bytes_ > k_documents_bytes) {
      return damaged("the archive has more JSON than any image");
    }
    ENVLIFT_TRY_ASSIGN(documents_[entry.path], read_text(bytes, k_json_bytes));
    return {};
  }

  // --- When all is known ---

  std::string followed(std::string path) const
  {
    constexpr int most_links = 16;
    for (int i = 0; i < most_links; ++i) {
      const auto link = links_.find(path);
      if (link == links_.end()) {
        break;
      }
      path = link->second;
    }
    return path;
  }

  const std::string* document(const std::string& path) const
  {
    const auto found = documents_.find(followed(path));
    return found == documents_.end() ? nullptr : &found->second;
  }

  Failure missing(const std::string& path) const
  {
    const auto why = unreadable_.find(followed(path));
    return damaged(
        fmt::format("{} {}", path, why == unreadable_.end() ? "is missing in the archive" : why->second));
  }

  // A blob's text, which has to be what its name says.
  Result<std::string> verified(const std::string& path) const
  {
    const std::string* text = document(path);
    if (text == nullptr) {
      return missing(path);
    }
    const std::string wanted = digest_in(path);
    if (const std::string found = "sha256:" + sha256_hex(*text); !wanted.empty() && found != wanted) {
      return wrong_digest(path, wanted, found);
    }
    return *text;
  }

  Result<StoredImage> saved_image(const std::string& manifest) const
  {
    auto images = parse_saved_images(manifest);
    if (!images) {
      return inside("manifest.json", std::move(images).error());
    }
    if (images->empty()) {
      return no_image("manifest.json names no image");
    }
    if (images->size() > 1) {
      return several_images(names_of(*images));
    }
    const SavedImage& saved = images->front();
    StoredImage image;
    image.reference = saved.tags.empty() ? "" : saved.tags.front();
    ENVLIFT_TRY_ASSIGN(const std::string config, verified(saved.config));
    ENVLIFT_TRY_ASSIGN(image.config, parse_config(config));
    ENVLIFT_TRY(place_layers(saved.layers, image));
    return image;
  }

  static std::string names_of(const std::vector<SavedImage>& images)
  {
    std::vector<std::string> names;
    for (const SavedImage& one : images) {
      names.push_back(one.tags.empty() ? one.config : one.tags.front());
    }
    return text::join(names, ", ");
  }

  // `docker buildx build -o type=oci`: an OCI layout in a tar.
  Result<StoredImage> indexed_image(const std::string& index) const
  {
    const auto fetch = [this](const Descriptor& blob) { return verified(blob_path(blob.digest)); };
    ENVLIFT_TRY_ASSIGN(ChosenImage chosen, choose_image(index, {}, fetch));
    StoredImage image;
    image.reference = std::move(chosen.reference);
    image.config = std::move(chosen.config);
    image.manifest_media_type = chosen.manifest.media_type;
    image.config_media_type = chosen.manifest.config.media_type;
    image.manifest = chosen.manifest.text;
    image.other_manifests = std::move(chosen.other_manifests);
    image.is_in_index = chosen.is_in_index;
    std::vector<std::string> paths;
    for (const Descriptor& layer : chosen.manifest.layers) {
      paths.push_back(blob_path(layer.digest));
    }
    ENVLIFT_TRY(place_layers(paths, image));
    for (std::size_t i = 0; i < image.layers.size(); ++i) {
      image.layers[i].media_type = chosen.manifest.layers[i].media_type;
    }
    return image;
  }

  Result<> place_layers(const std::vector<std::string>& paths, StoredImage& image) const
  {
    const std::vector<std::string>& diff_ids = image.config.diff_ids;
    if (paths.size() != diff_ids.size()) {
      return damaged(fmt::format("the manifest names {} layers and the configuration {}", paths.size(),
                                 diff_ids.size()));
    }
    for (std::size_t i = 0; i < paths.size(); ++i) {
      const auto place = places_.find(followed(paths[i]));
      if (place == places_.end()) {
        return missing(paths[i]);
      }
      const Layer& layer = layers_[place->second];
      if (layer.diff_id != diff_ids[i]) {
        return wrong_digest(paths[i], diff_ids[i], layer.diff_id);
      }
      image.layers.push_back(layer);
    }
    return {};
  }

  LayerReader reader_;
  std::size_t files_ = 0;
  std::size_t document_bytes_ = 0;
  std::vector<Layer> layers_;   // by visit
  std::map<std::string, std::size_t> places_;   // path -> layer
  std::map<std::string, std::string> links_;   // path -> path
  std::map<std::string, std::string> documents_;   // path -> JSON
  std::map<std::string, std::string> unreadable_;   // path -> what is wrong with it
};

}   // namespace

Result<StoredImage> read_docker_archive(ByteSource& archive, LayerVisitor& visitor)
{
  ArchiveReader reader(visitor);
  ENVLIFT_TRY(reader.read(archive));
  // A program that writes the archive into a pipe is to end by itself.
  ENVLIFT_TRY(drain(archive));
  return reader.image();
}

}   // namespace envlift::image
