// Sources that stand before other sources.
#pragma once

#include "base/sha256.hpp"
#include "image/bytes.hpp"
#include "image/tar.hpp"

#include <cstddef>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace envlift::image {

// Large enough that the calls between two sources cost nothing.
inline constexpr std::size_t k_buffer_bytes = std::size_t{256} * 1024;

// Fills `into` as far as the source goes: less than `size` only at its end.
Result<std::size_t> read_full(ByteSource& source, char* into, std::size_t size);
// The next bytes as a text of at most `limit_bytes`.
Result<std::string> read_up_to(ByteSource& source, std::size_t limit_bytes);
// Reads to the end.
Result<> drain(ByteSource& source);

// Lets the first bytes be looked at before they are read.
class PeekedSource : public ByteSource {
public:
  explicit PeekedSource(ByteSource& source) : source_(source) {}
  // The first `size` bytes, or all when there are fewer. Before the first read() only.
  Result<std::string_view> peek(std::size_t size);
  Result<std::size_t> read(char* into, std::size_t size) override;

private:
  ByteSource& source_;
  std::string first_;
  std::size_t given_ = 0;
};

// Counts the bytes, sums them up where asked to, and ends a stream that is longer than `limit`.
class MeasuredSource : public ByteSource {
public:
  enum class Sum { none, sha256 };
  MeasuredSource(ByteSource& source, Sum sum,
                 unsigned long long limit = std::numeric_limits<unsigned long long>::max());
  Result<std::size_t> read(char* into, std::size_t size) override;
  unsigned long long count() const { return count_; }
  // "sha256:…" of what was read; once.
  std::string digest();

private:
  ByteSource& source_;
  std::optional<Sha256> sum_;
  unsigned long long limit_;
  unsigned long long count_ = 0;
};

// What the first block of a file says that it is.
enum class Magic { tar, gzip, zstd, packed_otherwise, json, unknown };
inline constexpr std::size_t k_magic_bytes = 512;
Magic magic_of(std::string_view first_block);
Compression compression_of(Magic magic);

// The unpacked bytes of a gzip or zstd stream; of anything else the bytes as they are. One step only, as engines do.
std::unique_ptr<ByteSource> unpacked(ByteSource& source, Compression compression);

}   // namespace envlift::image
