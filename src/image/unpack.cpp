// zlib and zstd themselves, not libarchive's filters: those unpack what is packed several times, which no engine does,
// and do not check gzip's sums.
#include "base/text.hpp"
#include "image/failures.hpp"
#include "image/sources.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <climits>
#include <numeric>
#include <stdexcept>
#include <vector>

#include <fmt/format.h>
#include <zlib.h>
#include <zstd.h>

namespace envlift::image {

namespace {

// --- What the first bytes say ---

constexpr std::size_t k_sum_at = 148;
constexpr std::size_t k_sum_bytes = 8;

// Old writers summed signed bytes; both sums are taken, as every reader does.
bool is_tar_header(std::string_view block)
{
  if (block.size() < k_magic_bytes) {
    return false;
  }
  if (std::ranges::all_of(block, [](char one) { return one == '\0'; })) {
    return true;   // the end mark of an archive without entries
  }
  const std::string_view field = text::trim(block.substr(k_sum_at, k_sum_bytes));
  long written = 0;
  if (std::from_chars(field.data(), field.data() + field.size(), written, 8).ec != std::errc{}) {
    return false;
  }
  long unsigned_sum = 0;
  long signed_sum = 0;
  for (std::size_t i = 0; i < k_magic_bytes; ++i) {
    const char one = i >= k_sum_at && i < k_sum_at + k_sum_bytes ? ' ' : block[i];
    unsigned_sum += static_cast<unsigned char>(one);
    signed_sum += static_cast<signed char>(one);
  }
  return written == unsigned_sum || written == signed_sum;
}

// --- Unpacking ---

class PackedInput {
public:
  explicit PackedInput(ByteSource& source) : source_(source), buffer_(k_buffer_bytes) {}
  // False at the end of the source.
  Result<bool> fill()
  {
    ENVLIFT_TRY_ASSIGN(end_, source_.read(buffer_.data(), buffer_.size()));
    at_ = 0;
    return end_ > 0;
  }
  char* data() { return buffer_.data() + at_; }
  std::size_t size() const { return end_ - at_; }
  void consume(std::size_t count) { at_ += count; }

private:
  ByteSource& source_;
  std::vector<char> buffer_;
  std::size_t at_ = 0;
  std::size_t end_ = 0;
};

class Gunzip : public ByteSource {
public:
  explicit Gunzip(ByteSource& source) : input_(source)
  {
    constexpr int gzip_only = 16;
    if (inflateInit2(&stream_, MAX_WBITS + gzip_only) != Z_OK) {
      throw std::runtime_error("zlib cannot be set up");
    }
  }
  Gunzip(const Gunzip&) = delete;
  Gunzip& operator=(const Gunzip&) = delete;
  ~Gunzip() override { inflateEnd(&stream_); }

  Result<std::size_t> read(char* into, std::size_t size) override
  {
    while (!is_done_ && size > 0) {
      if (input_.size() == 0) {
        ENVLIFT_TRY_ASSIGN(const bool has_more, input_.fill());
        if (!has_more) {
          is_done_ = true;
          return is_between_ ? Result<std::size_t>(0) : damaged("its gzip stream ends early");
        }
      }
      if (is_between_ && is_padding()) {
        continue;
      }
      ENVLIFT_TRY_ASSIGN(const std::size_t count, inflate_some(into, size));
      if (count > 0) {
        return count;
      }
    }
    return 0;
  }

private:
  // Zeros may follow the last stream: tapes and some writers fill up with them.
  bool is_padding()
  {
    if (*input_.data() != '\0') {
      return false;
    }
    input_.consume(1);
    return true;
  }

  Result<std::size_t> inflate_some(char* into, std::size_t size)
  {
    is_between_ = false;
    const auto room = static_cast<uInt>(std::min<std::size_t>(size, INT_MAX));
    const auto given = static_cast<uInt>(input_.size());
    stream_.next_in = reinterpret_cast<Bytef*>(input_.data());
    stream_.avail_in = given;
    stream_.next_out = reinterpret_cast<Bytef*>(into);
    stream_.avail_out = room;
    const int answer = inflate(&stream_, Z_NO_FLUSH);
    input_.consume(given - stream_.avail_in);
    if (answer == Z_STREAM_END) {
      // Another stream may follow: `cat a.gz b.gz`, and writers that work in parallel.
      inflateReset(&stream_);
      is_between_ = true;
    }
    else if (answer != Z_OK) {
      return damaged(fmt::format("its gzip stream is damaged: {}",
                                 stream_.msg == nullptr ? "unexpected data" : stream_.msg));
    }
    return std::size_t{room - stream_.avail_out};
  }

  PackedInput input_;
  z_stream stream_{};
  bool is_between_ = false;   // behind one stream and before another
  bool is_done_ = false;
};

class Unzstd : public ByteSource {
public:
  explicit Unzstd(ByteSource& source) : input_(source), context_(ZSTD_createDCtx())
  {
    if (context_ == nullptr) {
      throw std::runtime_error("zstd cannot be set up");
    }
  }
  Unzstd(const Unzstd&) = delete;
  Unzstd& operator=(const Unzstd&) = delete;
  ~Unzstd() override { ZSTD_freeDCtx(context_); }

  Result<std::size_t> read(char* into, std::size_t size) override
  {
    // What the context still holds comes first, without more input.
    while (!is_done_ && size > 0) {
      ENVLIFT_TRY_ASSIGN(const std::size_t count, decompress_some(into, size));
      if (count > 0) {
        return count;
      }
      if (input_.size() == 0) {
        ENVLIFT_TRY_ASSIGN(const bool has_more, input_.fill());
        if (!has_more) {
          is_done_ = true;
          return is_in_frame_ ? damaged("its zstd stream ends early") : Result<std::size_t>(0);
        }
      }
    }
    return 0;
  }

private:
  Result<std::size_t> decompress_some(char* into, std::size_t size)
  {
    ZSTD_inBuffer in{input_.data(), input_.size(), 0};
    ZSTD_outBuffer out{into, size, 0};
    const std::size_t answer = ZSTD_decompressStream(context_, &out, &in);
    if (ZSTD_isError(answer) != 0) {
      return damaged(fmt::format("its zstd stream is damaged: {}", ZSTD_getErrorName(answer)));
    }
    input_.consume(in.pos);
    if (in.pos > 0 || out.pos > 0) {
      is_in_frame_ = answer != 0;
    }
    return out.pos;
  }

  PackedInput input_;
  ZSTD_DCtx* context_;   // its own limit on the window, 128 MiB, is what zstd calls safe
  bool is_in_frame_ = false;
  bool is_done_ = false;
};

class AsIs : public ByteSource {
public:
  explicit AsIs(ByteSource& source) : source_(source) {}
  Result<std::size_t> read(char* into, std::size_t size) override { return source_.read(into, size); }

private:
  ByteSource& source_;
};

}   // namespace

Magic magic_of(std::string_view first_block)
{
  using namespace std::string_view_literals;
  // First of all: the first name in a tar archive can begin with anything.
  if (is_tar_header(first_block)) {
    return Magic::tar;
  }
  if (first_block.starts_with("\x1f\x8b"sv)) {
    return Magic::gzip;
  }
  if (first_block.starts_with("\x28\xb5\x2f\xfd"sv)) {
    return Magic::zstd;
  }
  // bzip2, xz, lz4
  if (first_block.starts_with("BZh"sv) ||
      first_block.starts_with("\xfd"
                              "7zXZ\0"sv) ||
      first_block.starts_with("\x04\x22\x4d\x18"sv)) {
    return Magic::packed_otherwise;
  }
  const std::string_view trimmed = text::trim(first_block);
  return trimmed.starts_with('{') || trimmed.starts_with('[') ? Magic::json : Magic::unknown;
}

Compression compression_of(Magic magic)
{
  switch (magic) {
    case Magic::gzip: return Compression::gzip;
    case Magic::zstd: return Compression::zstd;
    case Magic::packed_otherwise: return Compression::other;
    case Magic::tar:
    case Magic::json:
    case Magic::unknown: break;
  }
  return Compression::none;
}

std::unique_ptr<ByteSource> unpacked(ByteSource& source, Compression compression)
{
  switch (compression) {
    case Compression::gzip: return std::make_unique<Gunzip>(source);
    case Compression::zstd: return std::make_unique<Unzstd>(source);
    case Compression::none:
    case Compression::other: break;
  }
  return std::make_unique<AsIs>(source);
}

}   // namespace envlift::image
