#include "audit/kept_facts.hpp"

#include "audit/collector.hpp"
#include "audit/source_hash.hpp"
#include "fakes/elf_file.hpp"
#include "fakes/layer_facts.hpp"
#include "image/stored_image.hpp"

#include <catch2/catch.hpp>

#include <fmt/format.h>

namespace envlift::audit {
namespace {

using fakes::image_of;
using fakes::LayerBuilder;

// A layer with every kind of fact.
LayerFacts layer()
{
  fakes::ElfFile library;
  library.needed = {"libc.so.6", "libm.so.6"};
  LayerFacts facts = image_of({LayerBuilder()
                                   .folder("usr")
                                   .file("usr/lib/libx.so", library.bytes())
                                   .file("a/b.py", "x = 'ghp_0a1B2c3D4e5F6g7H8i9J0kLmNoPqRsTuVwXy'\n", 0640)
                                   .file("a/__pycache__/b.cpython-311.pyc",
                                         std::string("\xa7\x0d\r\n\x01\0\0\0\x07\0\0\0\x01\0\0\0N", 17))
                                   .file("var/lang/bin/python3.11", "#! /bin/sh -e\n\xff\n", 0755)
                                   .symlink("usr/link", "lib")
                                   .hardlink("usr/hard", "a/b.py")
                                   .file("usr/.wh.gone")
                                   .file("opt/.wh..wh..opq")})
                           .layers[0];
  File& python = facts.files.at("usr/lib/libx.so");
  python.uid = -1;
  python.gid = 4294967295;
  python.mtime = -315619200;
  python.elf->version_needs = {{"libc.so.6", "GLIBC_2.28"}, {"libm.so.6", "GLIBC_2.29"}};
  python.elf->version_definitions = {"X_1"};
  python.elf->rpath = {"$ORIGIN"};
  python.elf->runpath = {"/r", "/s"};
  python.elf->interpreter = "/lib64/ld-linux-x86-64.so.2";
  python.elf->soname = "libx.so.1";
  python.elf->machine = 183;
  python.elf->is_64_bit = false;
  python.elf->is_cut = true;
  facts.is_complete = false;
  return facts;
}

TEST_CASE("A layer's facts are the same after they were kept", "[audit][kept]")
{
  const LayerFacts before = layer();
  const std::string bytes = packed(before);
  const auto after = unpacked(bytes);
  REQUIRE(after);
  CHECK(packed(*after) == bytes);
  CHECK(after->files.size() == before.files.size());
  CHECK(after->whiteouts == std::vector<std::string>{"usr/gone"});
  CHECK(after->opaque_folders == std::vector<std::string>{"opt"});
  CHECK(after->missing_parents == before.missing_parents);
  CHECK_FALSE(after->is_complete);
  const File& library = after->files.at("usr/lib/libx.so");
  REQUIRE(library.elf);
  CHECK(library.elf->needed == std::vector<std::string>{"libc.so.6", "libm.so.6"});
  CHECK(library.elf->runpath == std::vector<std::string>{"/r", "/s"});
  CHECK(library.elf->version_needs.at(1).version == "GLIBC_2.29");
  CHECK(library.mtime == -315619200);
  const File& source = after->files.at("a/b.py");
  CHECK(source.mode == 0640);
  CHECK(source.secrets.size() == 1);
  CHECK(source.source_hashes == before.files.at("a/b.py").source_hashes);
  CHECK(source.source_hashes);
  CHECK(source.sha256 == before.files.at("a/b.py").sha256);
  CHECK(after->files.at("a/__pycache__/b.cpython-311.pyc").pyc->source_hash == 0x100000007);
  CHECK(after->files.at("var/lang/bin/python3.11").text == "#! /bin/sh -e\n\xff\n");
  CHECK(after->files.at("usr/link").target == "lib");
  CHECK(after->files.at("usr/hard").kind == image::EntryKind::hardlink);
}

TEST_CASE("Changed bytes are no facts", "[audit][kept]")
{
  const std::string bytes = packed(layer());
  for (std::size_t at = 0; at < bytes.size(); at += 37) {
    std::string changed = bytes;
    changed[at] = static_cast<char>(changed[at] ^ 1);
    CHECK_FALSE(unpacked(changed));
  }
  CHECK_FALSE(unpacked(""));
  CHECK_FALSE(unpacked(bytes.substr(0, bytes.size() - 1)));
}

TEST_CASE("A known layer is not read", "[audit][kept]")
{
  const std::string known = "sha256:" + std::string(64, '1');
  const std::string config =
      fmt::format(R"({{"architecture":"amd64","os":"linux","rootfs":{{"type":"layers","diff_ids":["{0}","{0}"]}}}})", known);
  int opened = 0;
  const image::OpenLayer open = [&](const std::string&) -> Result<std::unique_ptr<image::ByteSource>> {
    ++opened;
    return fail({"EL0101", "no such layer", "", ExitCode::input_error, {}});
  };
  Collector stranger;
  CHECK_FALSE(image::read_layer_files(config, "x:1", open, stranger));
  CHECK(opened == 1);
  Collector collector([&](const std::string& diff_id) { return diff_id == known ? std::optional(layer()) : std::nullopt; });
  const auto stored = image::read_layer_files(config, "x:1", open, collector);
  REQUIRE(stored);
  CHECK(opened == 1);
  REQUIRE(stored->layers.size() == 2);
  CHECK(stored->layers[1].diff_id == known);
  const auto layers = collector.take();
  CHECK(layers.at(stored->layers[1].visit).files.contains("a/b.py"));
}

}   // namespace
}   // namespace envlift::audit
