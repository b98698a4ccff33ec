// Stored images made in memory: tar archives, docker's archives of both forms, OCI layouts.
//
//   fakes::Tar layer;
//   layer.folder("opt").file("opt/a.py", "print()");
//   const fakes::Image image{.layers = {layer.bytes()}, .tag = "demo:1"};
//   fakes::docker_archive({image})            what docker 20.10 saves
//   fakes::docker_archive_of_blobs({image})   what docker 25 and newer save
//   fakes::oci_layout(image)                  a LayoutFiles
#pragma once

#include "base/sha256.hpp"
#include "base/text.hpp"
#include "image/stored_image.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <zlib.h>
#include <zstd.h>

namespace envlift::fakes {

// --- tar ---

struct TarEntry {
  std::string path = {};
  char type =
      '0';   // ustar's: '0' file, '1' hard link, '2' symlink, '5' folder, 'L' 'K' GNU long names, 'x' pax
  std::string content = {};
  std::string target = {};
  unsigned mode = 0644;
  long long uid = 0;
  long long gid = 0;
  long long mtime = 1'700'000'000;
  std::string size_field = {};   // as it is to stand in the header; "" = the content's size
};

class Tar {
public:
  Tar& add(const TarEntry& entry)
  {
    // Longer names come before their entry, as GNU tar writes them.
    if (entry.path.size() > k_name_bytes) {
      add({.path = "././@LongLink", .type = 'L', .content = entry.path + '\0'});
    }
    if (entry.target.size() > k_name_bytes) {
      add({.path = "././@LongLink", .type = 'K', .content = entry.target + '\0'});
    }
    bytes_ += header(entry);
    bytes_ += entry.content;
    bytes_.resize((bytes_.size() + k_block - 1) / k_block * k_block);
    return *this;
  }

  Tar& file(const std::string& path, const std::string& content, unsigned mode = 0644)
  {
    return add({.path = path, .content = content, .mode = mode});
  }
  Tar& folder(const std::string& path, unsigned mode = 0755)
  {
    return add({.path = path + "/", .type = '5', .mode = mode});
  }
  Tar& symlink(const std::string& path, const std::string& target)
  {
    return add({.path = path, .type = '2', .target = target, .mode = 0777});
  }
  Tar& hardlink(const std::string& path, const std::string& target)
  {
    return add({.path = path, .type = '1', .target = target});
  }
  // pax records for the next entry: "path", "linkpath", "size", "mtime", …
  Tar& pax(const std::vector<std::pair<std::string, std::string>>& records)
  {
    std::string text;
    for (const auto& [key, value] : records) {
      const std::size_t rest = key.size() + value.size() + 3;   // a space, '=' and a line end
      std::size_t length = rest + 1;
      while (std::to_string(length).size() + rest != length) {
        ++length;
      }
      text += fmt::format("{} {}={}\n", length, key, value);
    }
    return add({.path = "PaxHeaders/next", .type = 'x', .content = text});
  }

  // With the empty blocks at the end, and without.
  std::string bytes() const { return bytes_ + std::string(2 * k_block, '\0'); }
  std::string without_end_mark() const { return bytes_; }

  static constexpr std::size_t k_block = 512;

private:
  static constexpr std::size_t k_name_bytes = 100;

  static std::string header(const TarEntry& entry)
  {
    std::string block(k_block, '\0');
    const auto put = [&block](std::size_t at, std::string_view text) {
      block.replace(at, text.size(), text);
    };
    put(0, std::string_view(entry.path).substr(0, k_name_bytes));
    put(100, fmt::format("{:07o}", entry.mode));
    put(108, fmt::format("{:07o}", entry.uid));
    put(116, fmt::format("{:07o}", entry.gid));
    put(124, entry.size_field.empty() ? fmt::format("{:011o}", entry.content.size()) : entry.size_field);
    put(136, fmt::format("{:011o}", entry.mtime));
    put(148, "        ");
    put(156, std::string(1, entry.type));
    put(157, std::string_view(entry.target).substr(0, k_name_bytes));
    put(257, std::string_view("ustar\00000", 8));
    unsigned sum = 0;
    for (const char one : block) {
      sum += static_cast<unsigned char>(one);
    }
    put(148, fmt::format("{:06o}", sum) + '\0');
    return block;
  }

  std::string bytes_;
};

// --- Packing ---

inline std::string gzip(std::string_view bytes)
{
  z_stream stream{};
  deflateInit2(&stream, Z_BEST_SPEED, Z_DEFLATED, MAX_WBITS + 16, 8, Z_DEFAULT_STRATEGY);
  std::string packed(deflateBound(&stream, bytes.size()), '\0');
  std::string copy(bytes);
  stream.next_in = reinterpret_cast<Bytef*>(copy.data());
  stream.avail_in = static_cast<uInt>(copy.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  deflate(&stream, Z_FINISH);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  return packed;
}

inline std::string zstd(std::string_view bytes)
{
  std::string packed(ZSTD_compressBound(bytes.size()), '\0');
  packed.resize(ZSTD_compress(packed.data(), packed.size(), bytes.data(), bytes.size(), 1));
  return packed;
}

inline std::string packed(std::string_view bytes, image::Compression compression)
{
  switch (compression) {
    case image::Compression::gzip: return gzip(bytes);
    case image::Compression::zstd: return zstd(bytes);
    case image::Compression::none:
    case image::Compression::other: break;
  }
  return std::string(bytes);
}

inline std::string digest_of(std::string_view bytes)
{
  return "sha256:" + sha256_hex(bytes);
}

inline std::string hex_of(std::string_view bytes)
{
  return sha256_hex(bytes);
}

// --- Images ---

struct Image {
  std::vector<std::string> layers = {};   // tars, lowest first
  std::string tag = {};                   // "demo:1"
  std::string architecture = "amd64";
  // The members of the configuration's `config`, as JSON.
  std::string execution = R"("Env":["PATH=/usr/bin"],"Entrypoint":["/entry.sh"],"Cmd":["app.handler"],)"
                          R"("WorkingDir":"/var/task")";
  std::string os = "linux";
};

inline std::string config_of(const Image& image)
{
  std::vector<std::string> diff_ids;
  std::vector<std::string> history;
  for (const std::string& layer : image.layers) {
    diff_ids.push_back(text::json_quote(digest_of(layer)));
    history.push_back(
        fmt::format(R"({{"created":"1970-01-01T00:00:00Z","created_by":"layer {}"}})", history.size()));
  }
  return fmt::format(R"({{"architecture":"{}","os":"{}","config":{{{}}},"history":[{}],)"
                     R"("rootfs":{{"type":"layers","diff_ids":[{}]}}}})",
                     image.architecture, image.os, image.execution, text::join(history, ","),
                     text::join(diff_ids, ","));
}

// manifest.json's entry of an image whose layers lie at `paths`.
inline std::string saved_entry(const Image& image, const std::string& config_path,
                               const std::vector<std::string>& paths)
{
  std::vector<std::string> quoted;
  for (const std::string& path : paths) {
    quoted.push_back(text::json_quote(path));
  }
  return fmt::format(R"({{"Config":"{}","RepoTags":{},"Layers":[{}]}})", config_path,
                     image.tag.empty() ? "null" : "[" + text::json_quote(image.tag) + "]",
                     text::join(quoted, ","));
}

// What docker 20.10 saves: a folder for each layer; a layer that comes twice is a symlink to the first; the
// documents are last.
inline std::string docker_archive(const std::vector<Image>& images)
{
  Tar archive;
  std::map<std::string, std::string> seen;   // layer -> path
  std::vector<std::string> entries;
  Tar configs;
  for (const Image& image : images) {
    std::vector<std::string> paths;
    for (const std::string& layer : image.layers) {
      const std::string id = hex_of(fmt::format("{} {} {}", image.tag, paths.size(), hex_of(layer)));
      const std::string path = id + "/layer.tar";
      archive.folder(id).file(id + "/VERSION", "1.0").file(id + "/json", fmt::format(R"({{"id":"{}"}})", id));
      if (const auto [place, is_new] = seen.emplace(layer, path); is_new) {
        archive.file(path, layer);
      }
      else {
        archive.symlink(path, "../" + place->second);
      }
      paths.push_back(path);
    }
    const std::string config = config_of(image);
    archive.file(hex_of(config) + ".json", config);
    entries.push_back(saved_entry(image, hex_of(config) + ".json", paths));
  }
  archive.file("manifest.json", "[" + text::join(entries, ",") + "]\n").file("repositories", "{}\n");
  return archive.bytes();
}

// --- OCI blobs ---

inline std::string media_type_of(image::Compression compression)
{
  const std::string tar = "application/vnd.oci.image.layer.v1.tar";
  return compression == image::Compression::gzip   ? tar + "+gzip"
         : compression == image::Compression::zstd ? tar + "+zstd"
                                                   : tar;
}

inline std::string descriptor(const std::string& media_type, const std::string& blob,
                              const std::string& more = "")
{
  return fmt::format(R"({{"mediaType":"{}","digest":"{}","size":{}{}}})", media_type, digest_of(blob),
                     blob.size(), more);
}

inline constexpr const char* k_manifest_type = "application/vnd.oci.image.manifest.v1+json";
inline constexpr const char* k_index_type = "application/vnd.oci.image.index.v1+json";

// The files of a layout in memory.
struct MemoryLayout : image::LayoutFiles {
  std::map<std::string, std::string> files;   // by path
  std::vector<std::string> opened;

  // Adds a blob, and gives its path.
  std::string add_blob(const std::string& blob)
  {
    std::string path = "blobs/sha256/" + hex_of(blob);
    files[path] = blob;
    return path;
  }

  Result<std::unique_ptr<image::ByteSource>> open(const std::string& path) override
  {
    opened.push_back(path);
    const auto found = files.find(path);
    if (found == files.end()) {
      return fail({.code = "EL0101", .message = "no such file: " + path, .hint = "", .tail = {}});
    }
    return std::make_unique<image::TextSource>(found->second);
  }
};

// Adds an image's blobs; gives its manifest.
inline std::string add_image(MemoryLayout& layout, const Image& image, image::Compression compression)
{
  std::vector<std::string> layers;
  for (const std::string& layer : image.layers) {
    const std::string blob = packed(layer, compression);
    layout.add_blob(blob);
    layers.push_back(descriptor(media_type_of(compression), blob));
  }
  const std::string config = config_of(image);
  layout.add_blob(config);
  std::string manifest =
      fmt::format(R"({{"schemaVersion":2,"mediaType":"{}","config":{},"layers":[{}]}})", k_manifest_type,
                  descriptor("application/vnd.oci.image.config.v1+json", config), text::join(layers, ","));
  layout.add_blob(manifest);
  return manifest;
}

inline std::string index_of(const std::vector<std::string>& descriptors)
{
  return fmt::format(R"({{"schemaVersion":2,"mediaType":"{}","manifests":[{}]}})", k_index_type,
                     text::join(descriptors, ","));
}

// ,"platform":…,"annotations":… of a descriptor.
inline std::string platform_member(const std::string& os, const std::string& architecture)
{
  return fmt::format(R"(,"platform":{{"os":"{}","architecture":"{}"}})", os, architecture);
}
inline std::string name_member(const std::string& name)
{
  return name.empty() ? ""
                      : fmt::format(R"(,"annotations":{{"org.opencontainers.image.ref.name":"{}"}})", name);
}

// As `skopeo copy … oci:` writes one: an index of one manifest.
inline MemoryLayout oci_layout(const Image& image, image::Compression compression = image::Compression::gzip)
{
  MemoryLayout layout;
  const std::string manifest = add_image(layout, image, compression);
  layout.files["oci-layout"] = R"({"imageLayoutVersion":"1.0.0"})";
  layout.files["index.json"] = index_of({descriptor(k_manifest_type, manifest, name_member(image.tag))});
  return layout;
}

// As buildx writes one: index.json names an index, which has a manifest for each platform, and for each an attestation.
inline MemoryLayout oci_layout_of_platforms(const std::vector<Image>& images,
                                            image::Compression compression = image::Compression::gzip)
{
  MemoryLayout layout;
  std::vector<std::string> manifests;
  for (const Image& image : images) {
    manifests.push_back(descriptor(k_manifest_type, add_image(layout, image, compression),
                                   platform_member(image.os, image.architecture)));
  }
  const std::vector<std::string> of_images = manifests;
  for (const Image& image : images) {
    const std::string statement = add_image(
        layout, {.layers = {fmt::format("statement on {}", image.architecture)}}, image::Compression::none);
    manifests.push_back(
        descriptor(k_manifest_type, statement,
                   platform_member("unknown", "unknown") +
                       R"(,"annotations":{"vnd.docker.reference.type":"attestation-manifest"})"));
  }
  const std::string index = index_of(manifests);
  layout.add_blob(index);
  layout.files["oci-layout"] = R"({"imageLayoutVersion":"1.0.0"})";
  layout.files["index.json"] = index_of({descriptor(k_index_type, index, name_member(images.front().tag))});
  return layout;
}

// A layout's files in a tar, in the order of their names.
inline std::string tar_of(const MemoryLayout& layout)
{
  Tar archive;
  archive.folder("blobs").folder("blobs/sha256");
  for (const auto& [path, bytes] : layout.files) {
    archive.file(path, bytes);
  }
  return archive.bytes();
}

// What docker saves from 25 on: an OCI layout with docker's manifest.json beside it.
inline std::string docker_archive_of_blobs(const std::vector<Image>& images,
                                           image::Compression compression = image::Compression::none)
{
  MemoryLayout layout;
  std::vector<std::string> manifests;
  std::vector<std::string> entries;
  for (const Image& image : images) {
    manifests.push_back(
        descriptor(k_manifest_type, add_image(layout, image, compression), name_member(image.tag)));
    std::vector<std::string> paths;
    for (const std::string& layer : image.layers) {
      paths.push_back("blobs/sha256/" + hex_of(packed(layer, compression)));
    }
    entries.push_back(saved_entry(image, "blobs/sha256/" + hex_of(config_of(image)), paths));
  }
  layout.files["index.json"] = index_of(manifests);
  layout.files["manifest.json"] = "[" + text::join(entries, ",") + "]";
  layout.files["oci-layout"] = R"({"imageLayoutVersion":"1.0.0"})";
  layout.files["repositories"] = "{}";
  return tar_of(layout);
}

// --- Visitors ---

// Notes what it is shown; reads each file when it is to.
struct NotingVisitor : image::LayerVisitor {
  struct Visit {
    std::vector<image::Entry> entries;
    std::map<std::string, std::string> contents;   // by path
  };
  std::vector<Visit> visits;
  bool reads_contents = true;

  void on_layer(std::size_t visit) override { visits.resize(std::max(visits.size(), visit + 1)); }
  Result<> on_entry(const image::Entry& entry, image::ByteSource& content) override
  {
    visits.back().entries.push_back(entry);
    if (reads_contents && entry.kind == image::EntryKind::file) {
      ENVLIFT_TRY_ASSIGN(visits.back().contents[entry.path],
                         image::read_text(content, std::size_t{1} << 20U));
    }
    return {};
  }
};

}   // namespace envlift::fakes
