#include "image/pushed_form.hpp"

#include "image/sources.hpp"

#include <catch2/catch.hpp>

using namespace envlift;

namespace {

class TextSink : public image::ByteSink {
public:
  Result<> write(std::string_view bytes) override
  {
    text += bytes;
    return {};
  }
  std::string text;
};

std::string packed(const std::string& bytes)
{
  image::TextSource source(bytes);
  TextSink sink;
  REQUIRE(image::write_gzip(source, sink));
  return sink.text;
}

std::string unpacked(const std::string& bytes)
{
  image::TextSource source(bytes);
  const auto plain = image::unpacked(source, image::Compression::gzip);
  return image::read_text(*plain, 100U << 20U).value();
}

}  // namespace

TEST_CASE("what is packed is the same each time, and unpacks to what it was")
{
  const std::string noise = [] {
    std::string bytes;
    for (unsigned i = 0, state = 1; i < 1'000'000; ++i) {
      state = state * 1664525U + 1013904223U;
      bytes += static_cast<char>(state >> 24U);
    }
    return bytes;
  }();
  for (const std::string& bytes : {std::string(), std::string("a"), std::string(image::k_buffer_bytes, 'x'),
                                   std::string(2 * image::k_buffer_bytes + 1, 'x'), noise}) {
    const std::string once = packed(bytes);
    CHECK(once == packed(bytes));
    CHECK(once.substr(4, 4) == std::string(4, '\0'));   // no time
    CHECK(unpacked(once) == bytes);
  }
}

TEST_CASE("a manifest names its parts in docker's media types")
{
  const std::string text = image::manifest_text({"sha256:c", 7}, {{"sha256:a", 1}, {"sha256:b", 2}});
  CHECK(
      text ==
      R"({"schemaVersion":2,"mediaType":"application/vnd.docker.distribution.manifest.v2+json",)"
      R"("config":{"mediaType":"application/vnd.docker.container.image.v1+json","size":7,"digest":"sha256:c"},)"
      R"("layers":[{"mediaType":"application/vnd.docker.image.rootfs.diff.tar.gzip","size":1,"digest":"sha256:a"},)"
      R"({"mediaType":"application/vnd.docker.image.rootfs.diff.tar.gzip","size":2,"digest":"sha256:b"}]})");
}
