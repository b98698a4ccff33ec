#include "image/bytes.hpp"

#include "image/failures.hpp"
#include "image/sources.hpp"

#include <algorithm>
#include <vector>

#include <fmt/format.h>

namespace envlift::image {

Result<std::string> read_text(ByteSource& source, std::size_t limit_bytes)
{
  ENVLIFT_TRY_ASSIGN(std::string text, read_up_to(source, limit_bytes));
  if (text.size() == limit_bytes) {
    ENVLIFT_TRY(drain(source));
  }
  return text;
}

Result<std::string> read_up_to(ByteSource& source, std::size_t limit_bytes)
{
  constexpr std::size_t step = std::size_t{64} * 1024;
  std::string text;
  while (text.size() < limit_bytes) {
    const std::size_t before = text.size();
    text.resize(before + std::min(step, limit_bytes - before));
    ENVLIFT_TRY_ASSIGN(const std::size_t count, source.read(text.data() + before, text.size() - before));
    text.resize(before + count);
    if (count == 0) {
      break;
    }
  }
  return text;
}

Result<std::size_t> read_full(ByteSource& source, char* into, std::size_t size)
{
  std::size_t done = 0;
  while (done < size) {
    ENVLIFT_TRY_ASSIGN(const std::size_t count, source.read(into + done, size - done));
    if (count == 0) {
      break;
    }
    done += count;
  }
  return done;
}

Result<> drain(ByteSource& source)
{
  std::vector<char> buffer(k_buffer_bytes);
  std::size_t count = 1;
  while (count > 0) {
    ENVLIFT_TRY_ASSIGN(count, source.read(buffer.data(), buffer.size()));
  }
  return {};
}

Result<std::string_view> PeekedSource::peek(std::size_t size)
{
  const std::size_t before = first_.size();
  if (before < size) {
    first_.resize(size);
    ENVLIFT_TRY_ASSIGN(const std::size_t count, read_full(source_, first_.data() + before, size - before));
    first_.resize(before + count);
  }
  return std::string_view(first_).substr(0, size);
}

Result<std::size_t> PeekedSource::read(char* into, std::size_t size)
{
  if (given_ < first_.size()) {
    const std::size_t count = first_.copy(into, size, given_);
    given_ += count;
    return count;
  }
  return source_.read(into, size);
}

MeasuredSource::MeasuredSource(ByteSource& source, Sum sum, unsigned long long limit)
    : source_(source),
      limit_(limit)
{
  if (sum == Sum::sha256) {
    sum_.emplace();
  }
}

Result<std::size_t> MeasuredSource::read(char* into, std::size_t size)
{
  ENVLIFT_TRY_ASSIGN(const std::size_t count, source_.read(into, size));
  count_ += count;
  if (count_ > limit_) {
    return damaged(fmt::format("it unpacks to more than {} GiB", limit_ >> 30U));
  }
  if (sum_) {
    sum_->add({into, count});
  }
  return count;
}

std::string MeasuredSource::digest()
{
  return "sha256:" + sum_->hex();
}

}  // namespace envlift::image
