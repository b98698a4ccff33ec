#include "audit/tree.hpp"

#include "fakes/layer_facts.hpp"

#include <catch2/catch.hpp>

namespace envlift::audit {
namespace {

using fakes::image_of;
using fakes::LayerBuilder;

TEST_CASE("Upper layers replace and remove what lower ones have", "[audit][tree]")
{
  const ImageFacts facts = image_of({
    LayerBuilder()
        .folder("a")
        .file("a/kept", "1")
        .file("a/gone", "1")
        .file("a/changed", "1")
        .folder("a/b")
        .file("a/b/c"),
    LayerBuilder().folder("a").file("a/.wh.gone").file("a/changed", "22").file("a/.wh.b"),
  });
  const Tree tree(facts);
  CHECK(tree.list("a") == std::vector<std::string>{"changed", "kept"});
  CHECK(tree.find("a/b/c") == nullptr);
  REQUIRE(tree.find("a/changed") != nullptr);
  CHECK(tree.find("a/changed")->file->size == 2);
  CHECK(tree.find("a/changed")->layer == 1);
  CHECK(tree.find("a/kept")->layer == 0);
}

TEST_CASE("An opaque folder hides what is below it in lower layers only", "[audit][tree]")
{
  const ImageFacts facts = image_of({
    LayerBuilder().folder("a").file("a/old").folder("a-b").file("a-b/other"),
    LayerBuilder().folder("a").file("a/new").file("a/.wh..wh..opq").file("a/.wh..wh.plnk"),
  });
  const Tree tree(facts);
  CHECK(tree.list("a") == std::vector<std::string>{"new"});
  CHECK(tree.list("") == std::vector<std::string>{"a", "a-b"});
  CHECK(tree.find("a-b/other") != nullptr);
}

TEST_CASE("A file in a folder's place removes what was in it", "[audit][tree]")
{
  const ImageFacts facts = image_of({LayerBuilder().folder("a").file("a/b"), LayerBuilder().file("a", "x")});
  const Tree changed(facts);
  CHECK(changed.files().size() == 1);
  CHECK(changed.resolve("a/b").empty());
}

TEST_CASE("The last entry of a path is the one that counts", "[audit][tree]")
{
  const ImageFacts facts = image_of({LayerBuilder().file("a", "1").file("a", "22")});
  CHECK(Tree(facts).find("a")->file->size == 2);
}

TEST_CASE("Layers come in the image's order, whatever the archive's", "[audit][tree]")
{
  ImageFacts facts = image_of({LayerBuilder().file("a", "upper"), LayerBuilder().file("a", "low")});
  std::swap(facts.image.layers[0].visit, facts.image.layers[1].visit);
  CHECK(Tree(facts).find("a")->file->size == 5);
}

TEST_CASE("Hard links have their target's facts, across layers too", "[audit][tree]")
{
  const ImageFacts facts = image_of({
    LayerBuilder().file("z", "12345").hardlink("a", "z"),
    LayerBuilder().hardlink("b", "a").hardlink("lost", "nowhere"),
  });
  const Tree tree(facts);
  REQUIRE(tree.find("b") != nullptr);
  CHECK(tree.find("a")->file == tree.find("z")->file);
  CHECK(tree.find("b")->file == tree.find("z")->file);
  CHECK(tree.find("b")->layer == 1);
  CHECK(tree.find("lost")->file->kind == image::EntryKind::hardlink);
}

TEST_CASE("Symlinks are followed as the kernel does", "[audit][tree]")
{
  const ImageFacts facts = image_of({LayerBuilder()
                                         .symlink("lib", "usr/lib")
                                         .folder("usr")
                                         .folder("usr/lib")
                                         .file("usr/lib/libc.so.6")
                                         .symlink("usr/lib/libc.so", "../lib/./libc.so.6")
                                         .symlink("usr/absolute", "/lib/libc.so")
                                         .symlink("usr/above", "../../../usr/lib")
                                         .symlink("dangling", "usr/none")
                                         .symlink("one", "two")
                                         .symlink("two", "one")});
  const Tree tree(facts);
  CHECK(tree.resolve("lib/libc.so.6") == "usr/lib/libc.so.6");
  CHECK(tree.resolve("/lib/../lib/libc.so") == "usr/lib/libc.so.6");
  CHECK(tree.resolve("lib/../lib64").empty());
  CHECK(tree.resolve("lib/..") == "usr");
  CHECK(tree.resolve("usr/absolute") == "usr/lib/libc.so.6");
  CHECK(tree.resolve("usr/above/libc.so") == "usr/lib/libc.so.6");
  CHECK(tree.resolve("dangling").empty());
  CHECK(tree.resolve("one").empty());
  CHECK(tree.resolve("usr/lib/libc.so.6/").empty());
  CHECK(tree.resolve("usr/lib/libc.so.6/..").empty());
  CHECK(tree.open("lib/libc.so") == tree.find("usr/lib/libc.so.6"));
  CHECK(tree.open("one") == nullptr);
}

TEST_CASE("Forty symlinks on the way are the most", "[audit][tree]")
{
  LayerBuilder layer;
  layer.file("0");
  for (int i = 1; i <= 41; ++i) {
    layer.symlink(std::to_string(i), std::to_string(i - 1));
  }
  const ImageFacts facts = image_of({layer});
  const Tree tree(facts);
  CHECK(tree.resolve("40") == "0");
  CHECK(tree.resolve("41").empty());
}

TEST_CASE("A layer's entry below a symlink of a lower layer lies where the link leads", "[audit][tree]")
{
  const ImageFacts facts = image_of({
    LayerBuilder()
        .symlink("lib", "usr/lib")
        .folder("usr")
        .folder("usr/lib")
        .file("usr/lib/old")
        .file("usr/lib/gone"),
    LayerBuilder().file("lib/new", "1").file("lib/.wh.gone"),
  });
  const Tree tree(facts);
  CHECK(tree.list("usr/lib") == std::vector<std::string>{"new", "old"});
  CHECK(tree.resolve("lib/new") == "usr/lib/new");
  CHECK(facts.layers[1].missing_parents == std::vector<std::string>{"lib"});
}

TEST_CASE("Folders without an entry are there all the same", "[audit][tree]")
{
  const ImageFacts facts =
      image_of({LayerBuilder().file("opt/conda/bin/x").file("opt/conda-meta").file("opt/conda0")});
  const Tree tree(facts);
  CHECK(tree.resolve("opt/conda/bin/x") == "opt/conda/bin/x");
  CHECK(tree.resolve("opt/conda") == "opt/conda");
  CHECK(tree.open("opt/conda") == nullptr);
  CHECK(tree.list("opt") == std::vector<std::string>{"conda", "conda-meta", "conda0"});
  CHECK(facts.layers[0].missing_parents == std::vector<std::string>{"opt", "opt/conda", "opt/conda/bin"});
}

}   // namespace
}   // namespace envlift::audit
