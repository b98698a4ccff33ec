// OCI layouts: the way from index.json to the layers, and what stands in it.
#include "fakes/stored_image.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

using namespace envlift;
using fakes::descriptor;
using fakes::Image;
using fakes::k_index_type;
using fakes::k_manifest_type;
using fakes::MemoryLayout;
using fakes::NotingVisitor;
using fakes::Tar;
using image::Compression;
using image::StoredImage;
using Texts = std::vector<std::string>;

namespace {

Image image_for(const std::string& architecture, const std::string& tag = "demo:1")
{
  return {.layers = {Tar().file("low", "1").bytes(), Tar().file("arch", architecture).bytes()},
          .tag = tag,
          .architecture = architecture};
}

struct Read {
  Result<StoredImage> image;
  NotingVisitor visitor;
  std::string error() const { return image ? "" : image.error().code + ": " + image.error().message; }
};

Read read(MemoryLayout layout, const std::string& platform = "", const std::string& tag = "")
{
  Read read;
  read.image = image::read_oci_layout(layout, {platform, tag}, read.visitor);
  return read;
}

// One part of a layout, given by its content, becomes another of the same name.
MemoryLayout with_part(MemoryLayout layout, const std::string& part, const std::string& content)
{
  for (auto& [path, bytes] : layout.files) {
    if (bytes == part) {
      bytes = content;
    }
  }
  return layout;
}

MemoryLayout with_index(const std::string& index)
{
  MemoryLayout layout;
  layout.files["index.json"] = index;
  return layout;
}

#if defined(__aarch64__)
constexpr const char* k_here = "arm64";
constexpr const char* k_elsewhere = "amd64";
#else
constexpr const char* k_here = "amd64";
constexpr const char* k_elsewhere = "arm64";
#endif

}  // namespace

TEST_CASE("an OCI layout of one image")
{
  const auto compression = GENERATE(Compression::none, Compression::gzip, Compression::zstd);
  const Image image = image_for("amd64");
  const Read stored = read(fakes::oci_layout(image, compression));
  REQUIRE(stored.error().empty());
  CHECK(stored.image->reference == "demo:1");
  CHECK(stored.image->manifest_media_type == k_manifest_type);
  CHECK(stored.image->config_media_type == "application/vnd.oci.image.config.v1+json");
  CHECK(stored.image->other_manifests.empty());
  REQUIRE(stored.image->layers.size() == 2);
  for (std::size_t i = 0; i < 2; ++i) {
    const std::string blob = fakes::packed(image.layers[i], compression);
    CHECK(stored.image->layers[i].diff_id == fakes::digest_of(image.layers[i]));
    CHECK(stored.image->layers[i].digest == fakes::digest_of(blob));
    CHECK(stored.image->layers[i].media_type == fakes::media_type_of(compression));
    CHECK(stored.image->layers[i].compression == compression);
    CHECK(stored.image->layers[i].stored_bytes == blob.size());
    CHECK(stored.image->layers[i].visit == i);
  }
  CHECK(stored.visitor.visits.at(1).contents.at("arch") == "amd64");
}

TEST_CASE("a layer that comes twice is read once")
{
  const std::string same = Tar().file("same", "x").bytes();
  const Image image{.layers = {same, Tar().file("other", "y").bytes(), same}};
  const Read stored = read(fakes::oci_layout(image));
  REQUIRE(stored.error().empty());
  CHECK(stored.image->layers.at(2).visit == 0);
  CHECK(stored.image->layers.at(1).visit == 1);
  CHECK(stored.visitor.visits.size() == 2);
}

TEST_CASE("the platform is chosen out of a nested index; the others and attestations are told")
{
  const MemoryLayout layout = fakes::oci_layout_of_platforms({image_for("amd64"), image_for("arm64")});
  const auto architecture = GENERATE(std::string("amd64"), std::string("arm64"));
  const std::string other = architecture == "amd64" ? "linux/arm64" : "linux/amd64";
  const std::string platform = "linux/" + architecture + GENERATE("", "/v8");
  if (platform != "linux/amd64/v8") {
    const Read stored = read(layout, platform);
    REQUIRE(stored.error().empty());
    CHECK(stored.visitor.visits.at(1).contents.at("arch") == architecture);
    CHECK(stored.image->other_manifests == Texts{"unknown/unknown", "unknown/unknown", other});
    CHECK(stored.image->reference == "demo:1");
  }
}

TEST_CASE("without a platform it is the only image, or this machine's")
{
  const Read here = read(fakes::oci_layout_of_platforms({image_for("amd64"), image_for("arm64")}));
  REQUIRE(here.error().empty());
  CHECK(here.visitor.visits.at(1).contents.at("arch") == k_here);
  const Read only = read(fakes::oci_layout_of_platforms({image_for(k_elsewhere)}));
  REQUIRE(only.error().empty());
  CHECK(only.visitor.visits.at(1).contents.at("arch") == k_elsewhere);
  CHECK(read(fakes::oci_layout_of_platforms({image_for("s390x"), image_for("riscv64")})).error() ==
        "EL1103: there are several images: demo:1 (linux/s390x), demo:1 (linux/riscv64)");
}

TEST_CASE("a platform that is not there")
{
  CHECK(
      read(fakes::oci_layout_of_platforms({image_for("amd64"), image_for("arm64")}), "linux/s390x").error() ==
      "EL1106: there is no image for linux/s390x, only for demo:1 (linux/amd64), demo:1 (linux/arm64)");
  // The descriptor says no platform: the configuration does.
  CHECK(read(fakes::oci_layout(image_for("amd64")), "linux/arm64").error() ==
        "EL1106: there is no image for linux/arm64, only for demo:1 (linux/amd64)");
  CHECK(read(fakes::oci_layout(image_for("amd64")), "linux/amd64").error().empty());
}

TEST_CASE("blobs of platforms that nobody asks for may be missing")
{
  MemoryLayout layout;
  const std::string manifest = fakes::add_image(layout, image_for("amd64"), Compression::gzip);
  layout.files["index.json"] =
      fakes::index_of({descriptor(k_manifest_type, manifest, fakes::platform_member("linux", "amd64")),
                       descriptor(k_manifest_type, "not fetched", fakes::platform_member("linux", "arm64"))});
  CHECK(read(layout, "linux/amd64").image.value().other_manifests == Texts{"linux/arm64"});
  CHECK(read(layout, "linux/arm64").error().starts_with("EL1101: blobs/sha256/"));
}

TEST_CASE("several images under names of their own")
{
  MemoryLayout layout;
  Image other = image_for("amd64", "other:2");
  other.layers.pop_back();
  const std::string first = fakes::add_image(layout, image_for("amd64"), Compression::gzip);
  const std::string second = fakes::add_image(layout, other, Compression::gzip);
  layout.files["index.json"] =
      fakes::index_of({descriptor(k_manifest_type, first, fakes::name_member("demo:1")),
                       descriptor(k_manifest_type, second, fakes::name_member("other:2"))});
  CHECK(read(layout, "linux/amd64").error() ==
        "EL1103: there are several images: demo:1 (linux/amd64), other:2 (linux/amd64)");
  CHECK(read(layout, "linux/amd64", "demo:1").image.value().layers.size() == 2);
  const Read chosen = read(layout, "", "other:2");
  REQUIRE(chosen.error().empty());
  CHECK(chosen.image->reference == "other:2");
  CHECK(chosen.image->layers.size() == 1);
  CHECK(chosen.image->other_manifests.empty());
  CHECK(read(layout, "", "other").error() == "EL1102: there is no image `other`, only demo:1, other:2");
  // One image under two names is one image.
  layout.files["index.json"] =
      fakes::index_of({descriptor(k_manifest_type, first, fakes::name_member("demo:1")),
                       descriptor(k_manifest_type, first, fakes::name_member("demo:latest"))});
  CHECK(read(layout).image.value().reference == "demo:1");
  CHECK(read(layout, "", "demo:latest").image.value().reference == "demo:latest");
}

TEST_CASE("an image whose whole name stands beside its tag is chosen by either")
{
  MemoryLayout layout;
  const std::string names =
      R"(,"annotations":{"io.containerd.image.name":"host/demo:1","org.opencontainers.image.ref.name":"1"})";
  const std::string manifest = fakes::add_image(layout, image_for("amd64"), Compression::gzip);
  layout.files["index.json"] = fakes::index_of({descriptor(k_manifest_type, manifest, names)});
  CHECK(read(layout, "", "1").image.value().reference == "host/demo:1");
  CHECK(read(layout, "", "host/demo:1").error().empty());
  CHECK(read(layout, "", "2").error() == "EL1102: there is no image `2`, only 1");
}

TEST_CASE("indexes in indexes are followed, each once")
{
  MemoryLayout layout;
  std::string index = fakes::index_of(
      {descriptor(k_manifest_type, fakes::add_image(layout, image_for("amd64"), Compression::gzip),
                  fakes::platform_member("linux", "amd64"))});
  CHECK_FALSE(read(fakes::oci_layout(image_for("amd64"))).image.value().is_in_index);
  // Each names the next four times: followed each time, it would be 4^7 images.
  for (int i = 0; i < 7; ++i) {
    layout.add_blob(index);
    index = fakes::index_of(Texts(4, descriptor(k_index_type, index)));
  }
  layout.add_blob(index);
  layout.files["index.json"] =
      fakes::index_of({descriptor(k_index_type, index, fakes::name_member("deep:1"))});
  const Read stored = read(layout, "linux/amd64", "deep:1");
  REQUIRE(stored.error().empty());
  CHECK(stored.image->reference == "deep:1");
  CHECK(stored.image->is_in_index);
  CHECK(stored.image->other_manifests.empty());
  CHECK(read(layout, "linux/arm64").error() ==
        "EL1106: there is no image for linux/arm64, only for deep:1 (linux/amd64)");
}

TEST_CASE("what is no image stands beside the image: a signature")
{
  MemoryLayout layout;
  const std::string image = fakes::add_image(layout, image_for("amd64"), Compression::gzip);
  layout.add_blob("{}");
  const std::string signature = R"({"schemaVersion":2,"config":)" +
                                descriptor("application/vnd.oci.empty.v1+json", "{}") + R"(,"layers":[]})";
  layout.add_blob(signature);
  layout.files["index.json"] =
      fakes::index_of({descriptor(k_manifest_type, signature), descriptor(k_manifest_type, image)});
  const Read stored = read(layout);
  REQUIRE((k_here == std::string("amd64") ? stored.error().empty() : true));
  CHECK(read(layout, "linux/amd64").image.value().other_manifests == Texts{"unknown/unknown"});
}

TEST_CASE("bytes that are not those of their digest")
{
  const auto compression = GENERATE(Compression::none, Compression::gzip, Compression::zstd);
  const Image image = image_for("amd64");
  const MemoryLayout layout = fakes::oci_layout(image, compression);
  const std::string config = fakes::config_of(image);
  std::string other_config = config;
  other_config.replace(other_config.find("amd64"), 5, "arm64");
  CHECK(read(with_part(layout, config, other_config)).error().starts_with("EL1104: blobs/sha256/"));
  const std::string blob = fakes::packed(image.layers[1], compression);
  const std::string other = fakes::packed(Tar().file("arch", "amd65").bytes(), compression);
  CHECK(read(with_part(layout, blob, other)).error().starts_with("EL1104: blobs/sha256/"));
  // Damaged or cut, they are not those of their digest either.
  for (std::size_t at = 0; at < blob.size(); at += 7) {
    std::string bytes = blob;
    bytes[at] = static_cast<char>(bytes[at] ^ '\x20');
    CHECK(read(with_part(layout, blob, bytes)).error().starts_with("EL1104: "));
    CHECK(read(with_part(layout, blob, blob.substr(0, at))).error().starts_with("EL1104: "));
  }
  CHECK(read(with_part(layout, blob, blob + "more")).error().starts_with("EL1104: "));
}

TEST_CASE("layers whose unpacked bytes are not those of the configuration")
{
  MemoryLayout layout;
  const Image image = image_for("amd64");
  Image claimed = image;
  claimed.layers[1] = Tar().file("arch", "none").bytes();
  const std::string blob = fakes::gzip(image.layers[0]);
  const std::string second = fakes::gzip(image.layers[1]);
  const std::string config = fakes::config_of(claimed);
  const auto manifest_of = [&](const Texts& layers) {
    return fmt::format(R"({{"config":{},"layers":[{}]}})", descriptor("", config), text::join(layers, ","));
  };
  const auto layout_of = [&](const std::string& manifest) {
    MemoryLayout made;
    for (const std::string& part : {blob, second, config, manifest}) {
      made.add_blob(part);
    }
    made.files["index.json"] = fakes::index_of({descriptor("", manifest)});
    return made;
  };
  CHECK(read(layout_of(manifest_of({descriptor("", blob), descriptor("", second)})))
            .error()
            .starts_with("EL1104: unpacked, "));
  CHECK(read(layout_of(manifest_of({descriptor("", blob)}))).error() ==
        "EL1101: the manifest names 1 layers and the configuration 2");
  const std::string wrong_size =
      fmt::format(R"({{"digest":"{}","size":{}}})", fakes::digest_of(blob), blob.size() + 1);
  CHECK(read(layout_of(manifest_of({wrong_size, descriptor("", second)})))
            .error()
            .find("its descriptor says") != std::string::npos);
}

TEST_CASE("an OCI layout without its parts")
{
  const Image image = image_for("amd64");
  const MemoryLayout layout = fakes::oci_layout(image);
  CHECK(read(MemoryLayout()).error().starts_with("EL1102: no OCI layout"));
  for (const auto& [path, bytes] : layout.files) {
    MemoryLayout less = layout;
    less.files.erase(path);
    const std::string code = path == "index.json"   ? "EL1102: "
                             : path == "oci-layout" ? ""
                                                    : "EL1101: " + path;
    CHECK(read(less).error().starts_with(code));
  }
}

TEST_CASE("an index that is none")
{
  const std::string text = GENERATE(
      "", "{}", "[]", "null", "{", R"({"manifests":{}})", R"({"manifests":[]})", R"({"manifests":[1]})",
      R"({"manifests":[{}]})", R"({"manifests":[{"digest":"sha256:../../../etc/passwd"}]})",
      R"({"manifests":[{"digest":"md5:00"}]})", R"({"manifests":[],"layers":[]})",
      R"({"config":{"digest":"sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"},"layers":[]})");
  CHECK(read(with_index(text)).error().starts_with("EL1102: "));
}

TEST_CASE("a manifest of schema 1 is one that Lambda refuses")
{
  CHECK(
      read(with_index(R"({"schemaVersion":1,"fsLayers":[],"name":"old"})")).error().starts_with("EL1139: "));
}

TEST_CASE("documents that would take much memory or time are refused")
{
  CHECK(read(with_index(std::string(17U << 20U, ' '))).error().starts_with("EL1101: "));
  CHECK(read(with_index(std::string(10U << 20U, '['))).error().starts_with("EL1102: "));
  CHECK(read(with_index("[" + std::string(10U << 20U, ','))).error().starts_with("EL1102: "));
  // Indexes in indexes.
  MemoryLayout layout;
  std::string index = fakes::index_of({});
  for (int i = 0; i < 20; ++i) {
    layout.add_blob(index);
    index = fakes::index_of({descriptor(k_index_type, index)});
  }
  layout.files["index.json"] = index;
  CHECK(read(layout).error() == "EL1102: indexes name indexes more than 8 deep");
  layout.files["index.json"] = fakes::index_of(Texts(1001, descriptor(k_manifest_type, "x")));
  CHECK(read(layout).error() == "EL1102: the index has too many manifests");
}
