#include "image/tar.hpp"

#include "image/failures.hpp"
#include "image/plain_tar.hpp"
#include "image/sources.hpp"

#include <utility>

namespace envlift::image {

struct TarReader::State {
  explicit State(ByteSource& source) : peeked(source) {}

  Result<> open()
  {
    ENVLIFT_TRY_ASSIGN(const std::string_view first, peeked.peek(k_magic_bytes));
    compression = compression_of(magic_of(first));
    if (first.empty() || compression == Compression::other) {
      return damaged(first.empty() ? "it is empty"
                                   : "it is packed with bzip2, xz or lz4; gzip and zstd can be read");
    }
    bytes = unpacked(peeked, compression);
    tar.emplace(*bytes);
    return {};
  }

  PeekedSource peeked;
  Compression compression = Compression::none;
  std::unique_ptr<ByteSource> bytes;
  std::optional<PlainTar> tar;
  std::optional<Error> failure;
  TextSource nothing{""};
};

TarReader::TarReader(ByteSource& source) : state_(std::make_unique<State>(source)) {}
TarReader::TarReader(TarReader&&) noexcept = default;
TarReader& TarReader::operator=(TarReader&&) noexcept = default;
TarReader::~TarReader() = default;

Result<std::optional<Entry>> TarReader::next()
{
  if (state_->failure) {
    return fail(*state_->failure);
  }
  if (!state_->tar) {
    if (auto opened = state_->open(); !opened) {
      state_->failure = std::move(opened).error();   // nothing is read behind it
      return fail(*state_->failure);
    }
  }
  return state_->tar->next();
}

ByteSource& TarReader::content()
{
  return state_->tar ? state_->tar->content() : state_->nothing;
}

Compression TarReader::compression() const
{
  return state_->compression;
}

bool TarReader::has_end_mark() const
{
  return state_->tar && state_->tar->has_end_mark();
}

}  // namespace envlift::image
