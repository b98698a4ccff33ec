// docker's archives, of both forms and of other writers.
#include "fakes/stored_image.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

using namespace envlift;
using fakes::Image;
using fakes::NotingVisitor;
using fakes::Tar;
using image::Compression;
using image::StoredImage;

namespace {

std::string layer(const std::string& path, const std::string& content)
{
  Tar tar;
  tar.folder("opt").file("opt/" + path, content);
  return tar.bytes();
}

Image two_layers()
{
  return {.layers = {layer("low", "1"), layer("high", "22")}, .tag = "demo:1"};
}

Result<StoredImage> read(const std::string& bytes, NotingVisitor& visitor)
{
  image::TextSource source(bytes);
  return image::read_docker_archive(source, visitor);
}

// "CODE: message"
std::string error_of(const std::string& bytes)
{
  NotingVisitor visitor;
  const auto image = read(bytes, visitor);
  return image ? "" : image.error().code + ": " + image.error().message;
}

std::string contents(const NotingVisitor& visitor, const StoredImage& image, std::size_t index)
{
  std::string all;
  for (const auto& [path, content] : visitor.visits.at(image.layers.at(index).visit).contents) {
    all += path + "=" + content + ";";
  }
  return all;
}

// An archive in the old form with the parts that are given.
std::string old_form(const std::vector<std::pair<std::string, std::string>>& files)
{
  Tar tar;
  for (const auto& [path, content] : files) {
    tar.file(path, content);
  }
  return tar.bytes();
}

}  // namespace

TEST_CASE("what docker 20.10 saves: layers first, manifest.json last")
{
  const Image image = two_layers();
  const auto outer = GENERATE(Compression::none, Compression::gzip, Compression::zstd);
  NotingVisitor visitor;
  const auto stored = read(fakes::packed(fakes::docker_archive({image}), outer), visitor);
  REQUIRE(stored);
  CHECK(stored->reference == "demo:1");
  CHECK(stored->config.cmd == std::vector<std::string>{"app.handler"});
  CHECK(stored->manifest_media_type.empty());
  REQUIRE(stored->layers.size() == 2);
  CHECK(stored->layers[0].diff_id == fakes::digest_of(image.layers[0]));
  CHECK(stored->layers[1].diff_id == fakes::digest_of(image.layers[1]));
  CHECK(stored->layers[0].digest.empty());
  CHECK(stored->layers[0].media_type.empty());
  CHECK(stored->layers[0].compression == Compression::none);
  CHECK(stored->layers[0].stored_bytes == image.layers[0].size());
  CHECK(contents(visitor, *stored, 0) == "opt/low=1;");
  CHECK(contents(visitor, *stored, 1) == "opt/high=22;");
}

TEST_CASE("what docker 25 saves: blobs, whose order says nothing")
{
  const Image image{.layers = {layer("a", "1"), layer("b", "2"), layer("c", "3"), layer("d", "4")},
                    .tag = "demo:2"};
  const auto inner = GENERATE(Compression::none, Compression::gzip, Compression::zstd);
  NotingVisitor visitor;
  const auto stored = read(fakes::docker_archive_of_blobs({image}, inner), visitor);
  REQUIRE(stored);
  CHECK(stored->reference == "demo:2");
  REQUIRE(stored->layers.size() == 4);
  for (std::size_t i = 0; i < 4; ++i) {
    const std::string blob = fakes::packed(image.layers[i], inner);
    CHECK(stored->layers[i].diff_id == fakes::digest_of(image.layers[i]));
    CHECK(stored->layers[i].digest == fakes::digest_of(blob));
    CHECK(stored->layers[i].compression == inner);
    CHECK(stored->layers[i].stored_bytes == blob.size());
    CHECK(contents(visitor, *stored, i) == fmt::format("opt/{}={};", std::string(1, "abcd"[i]), i + 1));
  }
}

TEST_CASE("a layer that comes twice is visited once: a symlink or hard link in the archive")
{
  const std::string same = layer("same", "x");
  const Image image{.layers = {same, layer("other", "y"), same}, .tag = "demo:1"};
  NotingVisitor visitor;
  const auto by_symlink = read(fakes::docker_archive({image}), visitor);
  REQUIRE(by_symlink);
  CHECK(by_symlink->layers.at(0).visit == by_symlink->layers.at(2).visit);
  CHECK(visitor.visits.size() == 2);

  Tar tar;
  tar.hardlink("c/layer.tar", "a/layer.tar").file("a/layer.tar", same).file("b/layer.tar", image.layers[1]);
  tar.file("config.json", fakes::config_of(image));
  tar.file("manifest.json",
           "[" + fakes::saved_entry(image, "config.json", {"a/layer.tar", "./b/layer.tar", "c/layer.tar"}) +
               "]");
  NotingVisitor other;
  const auto by_hardlink = read(tar.bytes(), other);
  REQUIRE(by_hardlink);
  CHECK(by_hardlink->layers.at(0).visit == by_hardlink->layers.at(2).visit);
  CHECK(other.visits.size() == 2);
}

TEST_CASE("other writers: layers at the root, packed, the manifest first, names without an extension")
{
  const Image image = two_layers();
  const std::string config = fakes::config_of(image);
  const std::vector<std::string> paths = {fakes::hex_of("1") + ".tar.gz", fakes::hex_of("2") + ".tar"};
  const std::string archive =
      old_form({{"manifest.json", "[" + fakes::saved_entry(image, fakes::digest_of(config), paths) + "]"},
                {fakes::digest_of(config), config},
                {paths[0], fakes::gzip(image.layers[0])},
                {paths[1], image.layers[1]}});
  NotingVisitor visitor;
  const auto stored = read(archive, visitor);
  REQUIRE(stored);
  CHECK(stored->layers.at(0).compression == Compression::gzip);
  CHECK(contents(visitor, *stored, 0) == "opt/low=1;");
  CHECK(contents(visitor, *stored, 1) == "opt/high=22;");
}

TEST_CASE("an OCI layout in a tar, as buildx writes it")
{
  Image image = two_layers();
  NotingVisitor visitor;
  const auto stored = read(fakes::tar_of(fakes::oci_layout_of_platforms({image})), visitor);
  REQUIRE(stored);
  CHECK(stored->reference == "demo:1");
  CHECK(stored->manifest_media_type == fakes::k_manifest_type);
  CHECK(stored->other_manifests == std::vector<std::string>{"unknown/unknown"});
  CHECK(stored->layers.at(0).media_type == fakes::media_type_of(Compression::gzip));
  CHECK(contents(visitor, *stored, 1) == "opt/high=22;");
}

TEST_CASE("several images in one archive are named")
{
  Image other = two_layers();
  other.tag = "other:2";
  other.layers.push_back(layer("third", "3"));
  CHECK(error_of(fakes::docker_archive({two_layers(), other})) ==
        "EL1103: there are several images: demo:1, other:2");
  CHECK(error_of(fakes::docker_archive_of_blobs({two_layers(), other})) ==
        "EL1103: there are several images: demo:1, other:2");
}

TEST_CASE("an image without a tag")
{
  Image image = two_layers();
  image.tag = "";
  NotingVisitor visitor;
  CHECK(read(fakes::docker_archive({image}), visitor).value().reference.empty());
}

TEST_CASE("an archive without an image")
{
  CHECK(error_of(Tar().bytes()).starts_with("EL1102"));
  CHECK(error_of(layer("x", "y")).starts_with("EL1102"));
  CHECK(error_of(old_form({{"manifest.json", "[]"}})).starts_with("EL1102"));
  CHECK(error_of(old_form({{"manifest.json", "{}"}})).starts_with("EL1102"));
  CHECK(error_of(old_form({{"manifest.json", "[{"}})).starts_with("EL1102"));
  CHECK(error_of(old_form({{"manifest.json", R"([{"Config":1}])"}})).starts_with("EL1102"));
  CHECK(error_of(old_form({{"manifest.json", R"([{"Config":"c","Layers":{}}])"}})).starts_with("EL1102"));
  CHECK(error_of(old_form({{"manifest.json", R"([{"Config":"c.json","Layers":[]}])"}, {"c.json", "{}"}}))
            .starts_with("EL1102"));
  CHECK(error_of(old_form({{"index.json", R"({"manifests":[]})"}})).starts_with("EL1102"));
  CHECK(error_of(old_form({{"manifest.json", "[" + std::string(17U << 20U, ' ') + "]"}}))
            .starts_with("EL1102"));
}

TEST_CASE("an archive whose parts are missing or do not fit")
{
  const Image image = two_layers();
  const std::string config = fakes::config_of(image);
  const auto manifest = [&](const std::vector<std::string>& paths) {
    return "[" + fakes::saved_entry(image, "c.json", paths) + "]";
  };
  const std::string& low = image.layers[0];
  const std::string& high = image.layers[1];
  CHECK(error_of(old_form({{"manifest.json", manifest({"1.tar", "2.tar"})}})) ==
        "EL1101: c.json is missing in the archive");
  CHECK(error_of(old_form(
            {{"1.tar", low}, {"c.json", config}, {"manifest.json", manifest({"1.tar", "2.tar"})}})) ==
        "EL1101: 2.tar is missing in the archive");
  CHECK(error_of(old_form({{"1.tar", low},
                           {"2.tar", "BZh9"},
                           {"c.json", config},
                           {"manifest.json", manifest({"1.tar", "2.tar"})}})) ==
        "EL1101: 2.tar is packed with bzip2, xz or lz4");
  CHECK(error_of(old_form({{"1.tar", low}, {"c.json", config}, {"manifest.json", manifest({"1.tar"})}})) ==
        "EL1101: the manifest names 1 layers and the configuration 2");
  // Swapped, and changed.
  CHECK(error_of(old_form({{"1.tar", low},
                           {"2.tar", high},
                           {"c.json", config},
                           {"manifest.json", manifest({"2.tar", "1.tar"})}}))
            .starts_with("EL1104: 2.tar should be sha256:"));
  CHECK(error_of(old_form({{"1.tar", low},
                           {"2.tar", layer("high", "33")},
                           {"c.json", config},
                           {"manifest.json", manifest({"1.tar", "2.tar"})}}))
            .starts_with("EL1104: 2.tar should be sha256:"));
  Tar circle;
  circle.symlink("a", "b")
      .symlink("b", "a")
      .file("c.json", config)
      .file("manifest.json", manifest({"a", "../../b"}));
  CHECK(error_of(circle.bytes()) == "EL1101: a is missing in the archive");
}

TEST_CASE("a blob that is not what its name says")
{
  const auto inner = GENERATE(Compression::none, Compression::gzip, Compression::zstd);
  const Image image = two_layers();
  const std::string whole = fakes::docker_archive_of_blobs({image}, inner);
  const std::string blob = fakes::packed(image.layers[0], inner);
  for (std::size_t at = 0; at < blob.size(); at += 3) {
    std::string bytes = whole;
    const std::size_t place = whole.find(blob) + at;
    bytes[place] = static_cast<char>(bytes[place] ^ '\x10');
    INFO("byte " << at);
    const std::string error = error_of(bytes);
    // A changed first byte can make it a file of no kind.
    CHECK((error.starts_with("EL1104") || (at < 512 && error.ends_with("is no tar archive"))));
  }
  std::string bytes = whole;
  bytes[whole.find("app.handler")] = 'b';
  CHECK(error_of(bytes).starts_with("EL1104: blobs/sha256/"));
}

TEST_CASE("an archive cut at any block is refused")
{
  const auto [whole, name] = GENERATE_COPY(table<std::string, std::string>(
      {{fakes::docker_archive({two_layers()}), "old form"},
       {fakes::docker_archive_of_blobs({two_layers()}), "blobs"},
       {fakes::docker_archive_of_blobs({two_layers()}, Compression::gzip), "gzip blobs"},
       {fakes::tar_of(fakes::oci_layout(two_layers())), "layout"}}));
  INFO(name);
  for (std::size_t cut = 0; cut + Tar::k_block < whole.size(); cut += Tar::k_block) {
    INFO("cut at " << cut);
    CHECK(error_of(whole.substr(0, cut)).starts_with("EL1101: "));
    CHECK(error_of(whole.substr(0, cut + 100)).starts_with("EL1101: "));
  }
  CHECK(error_of(whole.substr(0, whole.size() - Tar::k_block)).empty());
}

TEST_CASE("any byte of an archive may be another one, and nothing but an error comes of it")
{
  const std::string whole = GENERATE(fakes::docker_archive({two_layers()}),
                                     fakes::docker_archive_of_blobs({two_layers()}, Compression::gzip));
  for (std::size_t at = 0; at < whole.size(); at += 5) {
    std::string bytes = whole;
    bytes[at] = static_cast<char>(bytes[at] ^ '\x41');
    const std::string error = error_of(bytes);
    CHECK((error.empty() || error.starts_with("EL110")));
  }
}

TEST_CASE("a layer that unpacks to very much streams")
{
  const std::string zeros(std::size_t{64} << 20U, '\0');
  Image image{.layers = {Tar().file("zeros", zeros).bytes()}, .tag = "bomb:1"};
  const std::string archive = fakes::docker_archive_of_blobs({image}, Compression::zstd);
  CHECK(archive.size() < 100'000);
  NotingVisitor visitor;
  visitor.reads_contents = false;
  CHECK(read(archive, visitor));
  CHECK(visitor.visits.at(0).entries.at(0).size == zeros.size());
}

TEST_CASE("more documents or files than any image has")
{
  Tar documents;
  const std::string large = "{" + std::string(15U << 20U, ' ') + "}";
  for (int i = 0; i < 6; ++i) {
    documents.file(std::to_string(i) + ".json", large);
  }
  CHECK(error_of(documents.bytes()) == "EL1101: the archive has more JSON than any image");
  Tar files;
  for (int i = 0; i < 20'001; ++i) {
    files.file("f", "");
  }
  CHECK(error_of(files.bytes()) == "EL1101: the archive has more files than any image");
}

TEST_CASE("an error of the visitor ends the reading as it is")
{
  struct Refusing : NotingVisitor {
    Result<> on_entry(const image::Entry&, image::ByteSource&) override
    {
      return fail({.code = "EL0101", .message = "stop", .hint = "", .tail = {}});
    }
  };
  Refusing visitor;
  CHECK(read(fakes::docker_archive({two_layers()}), visitor).error().code == "EL0101");
}
