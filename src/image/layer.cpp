#include "image/layer.hpp"

#include "image/failures.hpp"
#include "image/plain_tar.hpp"

#include <memory>
#include <optional>
#include <utility>

namespace envlift::image {

namespace {

// Ten times what Lambda takes: such an image is still looked at, and a packed endless one ends.
constexpr unsigned long long k_unpacked_limit = 100ULL << 30U;

}  // namespace

namespace {

// Shows the visitor every byte that is read.
class ShownSource : public ByteSource {
public:
  ShownSource(ByteSource& source, LayerVisitor& visitor) : source_(source), visitor_(visitor) {}
  Result<std::size_t> read(char* into, std::size_t size) override
  {
    ENVLIFT_TRY_ASSIGN(const std::size_t count, source_.read(into, size));
    ENVLIFT_TRY(visitor_.on_bytes({into, count}));
    return count;
  }

private:
  ByteSource& source_;
  LayerVisitor& visitor_;
};

}  // namespace

Result<> LayerReader::visit_entries(ByteSource& bytes)
{
  PlainTar tar(bytes);
  while (true) {
    ENVLIFT_TRY_ASSIGN(const std::optional<Entry> entry, tar.next());
    if (!entry) {
      return drain(bytes);
    }
    ENVLIFT_TRY(visitor_.on_entry(*entry, tar.content()));
  }
}

std::optional<Layer> LayerReader::take_known(const std::string& diff_id)
{
  if (!visitor_.on_known_layer(visits_, diff_id)) {
    return std::nullopt;
  }
  Layer layer;
  layer.diff_id = diff_id;
  layer.visit = visits_++;
  return layer;
}

Result<Layer> LayerReader::read(const std::string& path, PeekedSource& stored, const std::string& digest)
{
  using Sum = MeasuredSource::Sum;
  ENVLIFT_TRY_ASSIGN(const std::string_view first, stored.peek(k_magic_bytes));
  Layer layer;
  layer.compression = compression_of(magic_of(first));
  // Of a plain layer, both sums are the same.
  const bool sums_stored = !digest.empty() && layer.compression != Compression::none;
  MeasuredSource measured(stored, sums_stored ? Sum::sha256 : Sum::none);
  const std::unique_ptr<ByteSource> bytes = unpacked(measured, layer.compression);
  MeasuredSource tar(*bytes, Sum::sha256, k_unpacked_limit - unpacked_bytes_);

  ShownSource shown(tar, visitor_);

  layer.visit = visits_++;
  visitor_.on_layer(layer.visit);
  const Result<> visited =
      layer.compression == Compression::other
          ? damaged("the layer is packed with bzip2, xz or lz4; gzip and zstd can be read")
          : visit_entries(shown);
  const bool is_damaged = !visited && visited.error().code == "EL1101";
  // That the bytes are not the right ones is a better cause than what they could not be read as; all are needed for it.
  const bool is_summed =
      visited || (is_damaged && !digest.empty() && (sums_stored ? drain(measured) : drain(tar)));
  if (!is_summed) {
    return inside(path, visited.error());
  }
  unpacked_bytes_ += tar.count();
  layer.stored_bytes = measured.count();
  layer.diff_id = tar.digest();
  layer.digest = digest.empty() ? "" : sums_stored ? measured.digest() : layer.diff_id;
  if (layer.digest != digest) {
    return wrong_digest(path, digest, layer.digest);
  }
  if (!visited) {
    return inside(path, visited.error());
  }
  return layer;
}

}   // namespace envlift::image
