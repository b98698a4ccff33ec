#include "image/pushed_form.hpp"

#include "image/sources.hpp"

#include <stdexcept>

#include <nlohmann/json.hpp>
#include <zlib.h>

namespace envlift::image {

namespace {

// Of the levels from 1 to 9. At level 6 the layers of an environment are 6 % smaller and take nearly three times as long.
constexpr int k_level = 2;

class Deflate {
public:
  Deflate()
  {
    constexpr int gzip = 16;
    if (deflateInit2(&stream_, k_level, Z_DEFLATED, MAX_WBITS + gzip, MAX_MEM_LEVEL, Z_DEFAULT_STRATEGY) !=
        Z_OK) {
      throw std::runtime_error("zlib cannot be set up");
    }
  }
  Deflate(const Deflate&) = delete;
  Deflate& operator=(const Deflate&) = delete;
  ~Deflate() { deflateEnd(&stream_); }

  // Of the last bytes, the stream's end too.
  Result<> write(std::string& bytes, bool is_last, ByteSink& sink)
  {
    stream_.next_in = reinterpret_cast<Bytef*>(bytes.data());
    stream_.avail_in = static_cast<uInt>(bytes.size());
    do {
      stream_.next_out = reinterpret_cast<Bytef*>(packed_.data());
      stream_.avail_out = static_cast<uInt>(packed_.size());
      deflate(&stream_, is_last ? Z_FINISH : Z_NO_FLUSH);
      ENVLIFT_TRY(sink.write({packed_.data(), packed_.size() - stream_.avail_out}));
    } while (stream_.avail_out == 0);
    return {};
  }

private:
  z_stream stream_{};
  std::string packed_ = std::string(k_buffer_bytes, '\0');
};

using Json = nlohmann::ordered_json;

Json descriptor(const char* media_type, const BlobName& blob)
{
  return Json::object({{"mediaType", media_type}, {"size", blob.size}, {"digest", blob.digest}});
}

}  // namespace

Result<> write_gzip(ByteSource& source, ByteSink& sink)
{
  Deflate deflate;
  std::string bytes(k_buffer_bytes, '\0');
  bool is_last = false;
  while (!is_last) {
    bytes.resize(k_buffer_bytes);
    ENVLIFT_TRY_ASSIGN(const std::size_t count, read_full(source, bytes.data(), bytes.size()));
    is_last = count < bytes.size();
    bytes.resize(count);
    ENVLIFT_TRY(deflate.write(bytes, is_last, sink));
  }
  return {};
}

std::string manifest_text(const BlobName& config, const std::vector<BlobName>& layers)
{
  Json manifest;
  manifest["schemaVersion"] = 2;
  manifest["mediaType"] = k_pushed_manifest_type;
  manifest["config"] = descriptor("application/vnd.docker.container.image.v1+json", config);
  manifest["layers"] = Json::array();
  for (const BlobName& layer : layers) {
    manifest["layers"].push_back(descriptor(k_pushed_layer_type, layer));
  }
  return manifest.dump();
}

}  // namespace envlift::image
