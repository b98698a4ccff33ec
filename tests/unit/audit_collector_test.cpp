#include "audit/collector.hpp"
#include "audit/source_hash.hpp"

#include "fakes/elf_file.hpp"
#include "fakes/layer_facts.hpp"

#include <catch2/catch.hpp>

namespace envlift::audit {
namespace {

using fakes::image_of;
using fakes::LayerBuilder;

File file_of(const std::string& path, const std::string& bytes)
{
  return image_of({LayerBuilder().file(path, bytes)}).layers[0].files.at(path);
}

TEST_CASE("A file's facts are what its bytes are", "[audit][collector]")
{
  fakes::ElfFile library;
  library.needed = {"libc.so.6"};
  library.code_bytes = 200000;
  const File elf = file_of("usr/lib/libx.so", library.bytes());
  REQUIRE(elf.elf);
  CHECK(elf.elf->needed == std::vector<std::string>{"libc.so.6"});
  CHECK(elf.text.empty());
  const File pyc =
      file_of("a/__pycache__/b.cpython-311.pyc", std::string("\xa7\x0d\r\n\x01\0\0\0hashhash", 16));
  REQUIRE(pyc.pyc);
  CHECK(pyc.pyc->is_hash_based);
  const File script = file_of("var/lang/bin/python3.11", "#! /bin/sh -e\nexec x\n");
  CHECK(script.shebang == "/bin/sh -e");
  CHECK(script.text == "#! /bin/sh -e\nexec x\n");
  CHECK(file_of("empty.pyc", "").size == 0);
}

TEST_CASE("Secrets are found behind the first MiB, and in programs", "[audit][collector]")
{
  const std::string token = " ghp_0a1B2c3D4e5F6g7H8i9J0kLmNoPqRsTuVwXy ";
  fakes::ElfFile library;
  library.code_bytes = 200000;
  CHECK(file_of("var/task/x.so", library.bytes() + token).secrets.size() == 1);
  CHECK(file_of("var/task/x.bin", std::string(100, '\0') + std::string(200000, 'x') + token).secrets.size() ==
        1);
  CHECK(file_of("var/task/x.txt", std::string(2'000'000, '-') + token).secrets.size() == 1);
}

TEST_CASE("A Python source has the hashes that its bytecode holds", "[audit][collector]")
{
  CHECK(file_of("a/b.py", "x = 1\n").source_hashes == hash_source("x = 1\n"));
  CHECK_FALSE(file_of("a/b.txt", "x = 1\n").source_hashes);
  const std::string pyc("\xa7\x0d\r\n\x01\0\0\0\x07\0\0\0\x01\0\0\0N", 17);
  REQUIRE(file_of("a/__pycache__/b.cpython-311.pyc", pyc).pyc);
  CHECK(file_of("a/__pycache__/b.cpython-311.pyc", pyc).pyc->source_hash == 0x100000007);
  CHECK_FALSE(file_of("a/__pycache__/b.cpython-311.pyc", pyc).pyc->is_cut);
  CHECK(file_of("a/__pycache__/b.cpython-311.pyc", pyc.substr(0, 16) + "z\x05"
                                                                       "ab")
            .pyc->is_cut);
}

TEST_CASE("Entries keep their owner, mode and target", "[audit][collector]")
{
  LayerBuilder layer;
  layer.folder("a", 0700).symlink("a/link", "../x");
  const ImageFacts facts = image_of({layer});
  CHECK(facts.layers[0].files.at("a").mode == 0700);
  CHECK(facts.layers[0].files.at("a/link").target == "../x");
  CHECK(facts.layers[0].missing_parents.empty());
}

TEST_CASE("Removals are no files, and need their parents as files do", "[audit][collector]")
{
  const ImageFacts facts =
      image_of({LayerBuilder().file("a/b/.wh.c").file("d/.wh..wh..opq").file("d/.wh..wh.aufs")});
  const LayerFacts& layer = facts.layers[0];
  CHECK(layer.files.empty());
  CHECK(layer.whiteouts == std::vector<std::string>{"a/b/c"});
  CHECK(layer.opaque_folders == std::vector<std::string>{"d"});
  CHECK(layer.missing_parents == std::vector<std::string>{"a", "a/b", "d"});
}

TEST_CASE("A parent may come after what lies in it", "[audit][collector]")
{
  const ImageFacts facts = image_of({LayerBuilder().file("a/b/c").folder("a/b").folder("a").folder("")});
  CHECK(facts.layers[0].missing_parents.empty());
  CHECK(facts.layers[0].files.size() == 3);
}

TEST_CASE("Texts that a check reads are kept, others are not", "[audit][collector]")
{
  const std::string site = "opt/conda/lib/python3.11/site-packages/";
  CHECK(file_of("var/task/app.py", "def handler(event, context): ...\n").text ==
        "def handler(event, context): ...\n");
  CHECK(file_of("etc/ld.so.conf.d/x.conf", "/opt/lib\n").text == "/opt/lib\n");
  CHECK(file_of("opt/envlift/bootstrap.py", "import os\n").text == "import os\n");
  CHECK(file_of(site + "numpy/core.py", "import os\n").text.empty());
  CHECK(file_of("usr/share/x/app.py", "import os\n").text.empty());
  CHECK(file_of("var/runtime/boto3/session.py", "import os\n").text.empty());
  CHECK(file_of("var/runtime/bootstrap.py", "import os\n").text == "import os\n");
  CHECK(file_of("etc/motd", "hello\n").text.empty());
  CHECK(file_of("var/task/app.py", std::string("\0x", 2)).text.empty());
}

TEST_CASE("Of metadata what tells packages is kept, in its own format", "[audit][collector]")
{
  const std::string info = "opt/conda/lib/python3.11/site-packages/a-1.dist-info/";
  CHECK(file_of(info + "METADATA",
                "Metadata-Version: 2.1\r\nName: a\r\nVersion: 1\r\nSummary: x\r\nClassifier: y\r\n"
                "\r\nName: not this\r\n")
            .text == "Metadata-Version: 2.1\nName: a\nVersion: 1\n");
  CHECK(file_of(info + "RECORD", "a/__init__.py,sha256=abc,12\n\"a/b, \"\"c\"\".py\",,\na/d.py,,\r\n").text ==
        "a/__init__.py,,12\n\"a/b, \"\"c\"\".py\",,\na/d.py,,\n");
  // "x = 1" and a line end, as sha256sum has it in base64url; of what is no source, no sum is kept.
  const std::string sum = "nia_NpkRxFwkPGhBR7I_yeHc_PJX0pmhxjIBam_NM_Q";
  CHECK(file_of("opt/x.py", "x = 1\n").sha256 == sum);
  CHECK(file_of("opt/x.txt", "x = 1\n").sha256.empty());
  CHECK(file_of(info + "RECORD", "\"a,b.py\",sha256=" + sum + ",6\nc.so,sha256=" + sum + ",6\n").text ==
        "\"a,b.py\",sha256=" + sum + ",6\nc.so,,6\n");
  CHECK(file_of(info + "WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n").text ==
        "Wheel-Version: 1.0\nTag: py3-none-any\n");
  CHECK(file_of("opt/conda/conda-meta/a-1-0.json",
                R"({"build": "0", "depends": ["python"], "files": ["a.py", "b.py"], "name": "a",
                   "paths_data": {"paths": [{"_path": "a.py", "name": "no"}], "files": ["no"]}, "version": "1"})")
            .text ==
        R"({"build":"0","depends":["python"],"files":["a.py","b.py"],"name":"a","version":"1"})");
  CHECK(file_of("opt/conda/conda-meta/a-1-0.json", "{\"name\": ").text.empty());
  CHECK(file_of("opt/conda/conda-meta/a-1-0.json",
                R"({"files": ["a.py", "b.py", "c.pyc"], "paths_data": {"paths": [
                   {"_path": "b.py", "inode": {"size_in_bytes": 9}, "size_in_bytes": 7}, {"_path": "c.pyc"},
                   {"size_in_bytes": 5, "_path": "a.py"}]}, "size_in_bytes": 3})")
            .text == R"({"files":["a.py","b.py","c.pyc"],"sizes":[5,7,0]})");
}

TEST_CASE("Secrets are facts without their values", "[audit][collector]")
{
  const File file =
      file_of("var/task/config.py", "# x\nTOKEN = 'ghp_0a1B2c3D4e5F6g7H8i9J0kLmNoPqRsTuVwXy'\n");
  REQUIRE(file.secrets.size() == 1);
  CHECK(file.secrets[0].kind == "GitHub token");
  CHECK(file.secrets[0].line == 2);
}

TEST_CASE("Secrets are found in texts of UTF-16, and in keys of DER", "[audit][collector]")
{
  const std::string text = "# x\nTOKEN = 'ghp_0a1B2c3D4e5F6g7H8i9J0kLmNoPqRsTuVwXy'\n";
  std::string little;
  std::string big;
  for (const char c : text) {
    little += {c, '\0'};
    big += {'\0', c};
  }
  for (const std::string& bytes : {little, "\xFF\xFE" + little, big, "\xFE\xFF" + big}) {
    const File file = file_of("var/task/config.txt", bytes);
    REQUIRE(file.secrets.size() == 1);
    CHECK(file.secrets[0].kind == "GitHub token");
    CHECK(file.secrets[0].line == 2);
  }
  CHECK(file_of("var/task/data", "\xFF\xFE" + little + "x").secrets.empty());   // half a character
  const std::string key = std::string("\x30\x2e\x02\x01\x00\x30\x05\x06\x03", 9) + std::string(39, 'k');
  REQUIRE(file_of("var/task/own.key", key).secrets.size() == 1);
  CHECK(file_of("var/task/own.key", key).secrets[0].kind == "private key");
}

TEST_CASE("A library next to the function's code is told from it by its RECORD", "[audit][collector]")
{
  const std::string url = "URL = 'https://someone:s3cr3t@host/'\n";
  const ImageFacts facts = image_of({LayerBuilder()
                                         .file("var/task/app.py", url)
                                         .file("var/task/lib/a.py", url)
                                         .file("var/task/lib-1.dist-info/RECORD", "lib/a.py,,\n")});
  CHECK(facts.layers[0].files.at("var/task/app.py").secrets.size() == 1);
  CHECK(facts.layers[0].files.at("var/task/lib/a.py").secrets.empty());
  CHECK_FALSE(facts.layers[0].files.at("var/task/lib/a.py").text.empty());
}

TEST_CASE("What a package's author published is no secret, but a token is one", "[audit][collector]")
{
  const std::string site = "opt/conda/lib/python3.11/site-packages/";
  const std::string line = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj\n";
  const std::string key = "-----BEGIN PRIVATE KEY-----\n" + line + line + "-----END PRIVATE KEY-----\n";
  const ImageFacts facts =
      image_of({LayerBuilder()
                    .file(site + "moto/ca.key", key)
                    .file(site + "own.key", key)
                    .file(site + "moto/x.py", "ghp_0a1B2c3D4e5F6g7H8i9J0kLmNoPqRsTuVwXy")
                    .file(site + "moto-5.dist-info/RECORD", "moto/ca.key,,\nmoto/x.py,,\n")});
  CHECK(facts.layers[0].files.at(site + "moto/ca.key").secrets.empty());
  CHECK(facts.layers[0].files.at(site + "own.key").secrets.size() == 1);
  CHECK(facts.layers[0].files.at(site + "moto/x.py").secrets.size() == 1);
}

TEST_CASE("Kept texts have a bound, and the layer says so", "[audit][collector]")
{
  LayerBuilder layer;
  const std::string source(1000000, '#');
  for (int i = 0; i < 40; ++i) {
    layer.file("var/task/lib/m" + std::to_string(i) + ".py", source);
  }
  layer.file("var/task/zapp.py", "x = 1\n");
  const ImageFacts facts = image_of({layer});
  std::size_t kept = 0;
  for (const auto& [path, file] : facts.layers[0].files) {
    kept += file.text.size();
  }
  CHECK(kept < 26000000);
  CHECK_FALSE(facts.layers[0].is_complete);
  CHECK(facts.layers[0].files.at("var/task/zapp.py").text == "x = 1\n");
}

// Gives some bytes, then fails, as an archive does that ends early.
class BrokenSource : public image::ByteSource {
public:
  Result<std::size_t> read(char* into, std::size_t size) override
  {
    if (left_ == 0) {
      Error error;
      error.code = "EL1101";
      return fail(std::move(error));
    }
    const std::size_t count = std::min(left_, size);
    std::fill_n(into, count, 'x');
    left_ -= count;
    return count;
  }

private:
  std::size_t left_ = 100;
};

TEST_CASE("An archive's error ends the collection", "[audit][collector]")
{
  Collector collector;
  collector.on_layer(0);
  image::Entry entry;
  entry.path = "a";
  entry.size = 1000;
  BrokenSource source;
  const auto done = collector.on_entry(entry, source);
  REQUIRE_FALSE(done);
  CHECK(done.error().code == "EL1101");
}

}   // namespace
}   // namespace envlift::audit
