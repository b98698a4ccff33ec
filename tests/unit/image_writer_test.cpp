// What is written is what the readers read, and two runs write the same.
#include "base/sha256.hpp"
#include "image/image_writer.hpp"
#include "image/layer_index.hpp"
#include "image/tar_writer.hpp"

#include "image/stored_image.hpp"

#include <map>
#include <string>
#include <vector>

#include <catch2/catch.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

using namespace envlift;
using image::Entry;
using image::EntryKind;
using Json = nlohmann::json;
using Lines = std::vector<std::string>;

namespace {

class TextSink : public image::ByteSink {
public:
  Result<> write(std::string_view bytes) override
  {
    if (text.size() + bytes.size() > room) {
      return fail({"EL0120", "full", "", ExitCode::input_error, {}});
    }
    text += bytes;
    return {};
  }
  std::string text;
  std::size_t room = std::size_t{1} << 30U;
};

Entry file_of(const std::string& path, std::size_t size, unsigned mode = 0644)
{
  Entry entry;
  entry.path = path;
  entry.mode = mode;
  entry.size = size;
  entry.mtime = 315619200;
  return entry;
}

Entry folder_of(const std::string& path)
{
  Entry entry;
  entry.path = path;
  entry.kind = EntryKind::folder;
  entry.mode = 0755;
  return entry;
}

Result<> add_text(image::TarWriter& tar, const Entry& entry, const std::string& text)
{
  image::TextSource content(text);
  return tar.add(entry, content);
}

std::string tar_of(const std::map<std::string, std::string>& files)
{
  TextSink sink;
  image::TarWriter tar(sink);
  for (const auto& [path, text] : files) {
    REQUIRE(add_text(tar, file_of(path, text.size()), text));
  }
  REQUIRE(tar.finish());
  return sink.text;
}

std::map<std::string, std::string> read_back(const std::string& bytes)
{
  image::TextSource source(bytes);
  image::TarReader reader(source);
  std::map<std::string, std::string> files;
  while (true) {
    auto entry = reader.next();
    REQUIRE(entry);
    if (!*entry) {
      CHECK(reader.has_end_mark());
      return files;
    }
    files[(*entry)->path] = image::read_text(reader.content(), 1U << 20U).value();
  }
}

class NoVisitor : public image::LayerVisitor {
public:
  void on_layer(std::size_t) override {}
  Result<> on_entry(const Entry& entry, image::ByteSource&) override
  {
    paths.push_back(entry.path);
    return {};
  }
  Lines paths;
};

// A base of one layer and an image of two more over it.
struct Example {
  std::string base = tar_of({{"base", "1"}});
  std::string numpy = tar_of({{"opt/numpy", "2"}});
  std::string code = tar_of({{"var/task/app.py", "3"}});
  image::NewImage image = described();

  static std::string digest(const std::string& bytes) { return "sha256:" + sha256_hex(bytes); }

  image::NewImage described() const
  {
    image::NewImage one;
    one.architecture = "x86_64";
    one.base_name = "base:1";
    one.base_config = R"({"Env": ["PATH=/bin", "HOME=/root"], "WorkingDir": "/var/task", "Labels": {"a": "b"},
                            "User": "", "Volumes": null, "Image": "sha256:0"})";
    one.base_layers = {digest(base)};
    one.layers = {{"numpy 2.1", digest(numpy), numpy.size()}, {"code", digest(code), code.size()}};
    one.env = {{"HOME", "/tmp"}, {"XDG_CACHE_HOME", "/tmp/.cache"}};
    one.entrypoint = {"/entry.sh"};
    one.cmd = {"app.handler"};
    one.labels = {"envlift"};
    return one;
  }

  image::LayerBytes open() const
  {
    return [this](const image::NewLayer& layer) -> Result<std::unique_ptr<image::ByteSource>> {
      return std::make_unique<image::TextSource>(layer.name == "code" ? code : numpy);
    };
  }
};

}  // namespace

TEST_CASE("a written tar is read as it was given", "[image]")
{
  TextSink sink;
  image::TarWriter tar(sink);
  const std::string deep = std::string(90, 'd') + "/" + std::string(120, 'f');
  REQUIRE(tar.add(folder_of("var")));
  REQUIRE(add_text(tar, file_of("var/a b.py", 3, 0755), "abc"));
  REQUIRE(add_text(tar, file_of(deep, 1), "x"));
  REQUIRE(add_text(tar, file_of("caf\xC3\xA9.txt", 1), "y"));
  Entry link;
  link.path = "link";
  link.kind = EntryKind::symlink;
  link.target = "var/a b.py";
  REQUIRE(tar.add(link));
  REQUIRE(tar.finish());

  image::TextSource source(sink.text);
  image::TarReader reader(source);
  CHECK((*reader.next())->kind == EntryKind::folder);
  const auto file = *reader.next();
  CHECK(file->path == "var/a b.py");
  CHECK(file->mode == 0755);
  CHECK(file->mtime == 315619200);
  CHECK(image::read_text(reader.content(), 10) == "abc");
  CHECK((*reader.next())->path == deep);
  CHECK((*reader.next())->path == "caf\xC3\xA9.txt");
  CHECK((*reader.next())->target == "var/a b.py");
  CHECK_FALSE(*reader.next());
}

TEST_CASE("the same entries give the same bytes, without what an old header can say", "[image]")
{
  const std::string once = tar_of({{"var/task/app.py", "print()"}});
  CHECK(once == tar_of({{"var/task/app.py", "print()"}}));
  CHECK(once.size() == 512 + 512 + 1024);   // header, content, end
}

TEST_CASE("content of another size than was said is no file", "[image]")
{
  for (const std::size_t said : {2, 4}) {
    TextSink sink;
    image::TarWriter tar(sink);
    const auto added = add_text(tar, file_of("app.py", said), "abc");
    REQUIRE_FALSE(added);
    CHECK(added.error().code == "EL1105");
    CHECK(added.error().message.find("app.py") != std::string::npos);
  }
}

TEST_CASE("a full disk is what the writer says", "[image]")
{
  TextSink sink;
  sink.room = 600;
  image::TarWriter tar(sink);
  const std::string text(100000, 'x');
  const bool fits = add_text(tar, file_of("a", text.size()), text).has_value() && tar.finish().has_value();
  CHECK_FALSE(fits);
}

TEST_CASE("an image's configuration is the base's with the plan's changes", "[image]")
{
  const Example example;
  const Json config = Json::parse(image::config_text(example.image, "2026-01-02T03:04:05Z"));
  CHECK(config["architecture"] == "amd64");
  CHECK(config["created"] == "2026-01-02T03:04:05Z");
  CHECK(config["config"] == Json::parse(R"({"Env": ["PATH=/bin", "HOME=/tmp", "XDG_CACHE_HOME=/tmp/.cache"],
    "WorkingDir": "/var/task", "Labels": {"a": "b", "envlift": ""}, "Entrypoint": ["/entry.sh"],
    "Cmd": ["app.handler"]})"));
  CHECK(config["rootfs"]["diff_ids"].size() == 3);
  CHECK(config["history"][0]["created_by"] == "base:1");
  CHECK(config["history"][1]["created_by"] == "envlift: numpy 2.1");
  CHECK(image::config_text(example.image, "") == image::config_text(example.image, ""));
  CHECK_FALSE(Json::parse(image::config_text(example.image, "")).contains("created"));
}

TEST_CASE("a written archive is an image with its layers", "[image]")
{
  const Example example;
  const std::string config = image::config_text(example.image, "");
  TextSink sink;
  REQUIRE(image::write_docker_archive(example.image, config, "demo:1", 1, example.open(), sink));
  const auto files = read_back(sink.text);
  CHECK(files.size() == 4);   // two layers, configuration, manifest.json
  CHECK(files.at(sha256_hex(config) + ".json") == config);
  const Json manifest = Json::parse(files.at("manifest.json"));
  REQUIRE(manifest.size() == 1);
  CHECK(manifest[0]["RepoTags"] == Json::array({"demo:1"}));
  CHECK(manifest[0]["Layers"].size() == 3);
  CHECK(files.at(manifest[0]["Layers"][2].get<std::string>()) == example.code);
}

TEST_CASE("an image may have no tag", "[image]")
{
  const Example example;
  TextSink sink;
  REQUIRE(image::write_docker_archive(example.image, image::config_text(example.image, ""), "", 1,
                                      example.open(), sink));
  CHECK(Json::parse(read_back(sink.text).at("manifest.json"))[0]["RepoTags"] == Json::array());
}

TEST_CASE("layers that the engine has are named and left out", "[image]")
{
  const Example example;
  TextSink sink;
  REQUIRE(image::write_docker_archive(example.image, image::config_text(example.image, ""), "demo:1", 2, example.open(),
                                      sink));
  const auto files = read_back(sink.text);
  CHECK(files.size() == 3);
  CHECK(files.contains(sha256_hex(example.code) + ".tar"));
}

TEST_CASE("our own reader takes an archive whose layers are all there", "[image]")
{
  Example example;
  example.image.base_layers.clear();
  TextSink sink;
  REQUIRE(image::write_docker_archive(example.image, image::config_text(example.image, ""), "demo:1", 0, example.open(),
                                      sink));
  image::TextSource source(sink.text);
  NoVisitor visitor;
  const auto stored = image::read_docker_archive(source, visitor);
  REQUIRE(stored);
  CHECK(stored->reference == "demo:1");
  CHECK(stored->layers.size() == 2);
  CHECK(visitor.paths == Lines{"opt/numpy", "var/task/app.py"});
}

TEST_CASE("a layer that is not what its name says is not written as it", "[image]")
{
  Example example;
  example.numpy[100] ^= 1;
  TextSink sink;
  const auto written = image::write_docker_archive(example.image, "{}", "demo:1", 1, example.open(), sink);
  REQUIRE_FALSE(written);
  CHECK(written.error().code == "EL1105");
  CHECK(written.error().message.find("numpy 2.1") != std::string::npos);
}

TEST_CASE("the builder's index of layers", "[image]")
{
  const std::string digest = "sha256:" + std::string(64, 'a');
  const auto layers = image::parse_layer_index(
      fmt::format(R"({{"schema": 1, "layers": [{{"name": "six 1", "diff_id": "{}", "bytes": 7, "packages": []}}]}})", digest));
  REQUIRE(layers);
  REQUIRE(layers->size() == 1);
  CHECK(layers->front().name == "six 1");
  CHECK(layers->front().diff_id == digest);
  CHECK(layers->front().bytes == 7);
  for (const std::string& text : Lines{
         "", "[]", "{}", R"({"schema": 2, "layers": []})", R"({"schema": 1, "layers": []})",
         R"({"schema": 1, "layers": [{"name": "a", "diff_id": "sha256:../../etc/passwd", "bytes": 1}]})",
         fmt::format(R"({{"schema": 1, "layers": [{{"name": "a", "diff_id": "{}", "bytes": -1}}]}})", digest)}) {
    INFO(text);
    const auto wrong = image::parse_layer_index(text);
    REQUIRE_FALSE(wrong);
    CHECK(wrong.error().code == "EL1105");
  }
}
