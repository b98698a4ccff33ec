#include "audit/stream.hpp"

#include <algorithm>
#include <array>

namespace envlift::audit {

Result<> read_up_to(image::ByteSource& content, std::string& bytes, std::size_t size)
{
  std::size_t have = bytes.size();
  while (have < size) {
    // By blocks, for a size that a damaged header claims is not allocated before its bytes are there.
    const std::size_t more = std::min(size - have, std::max(have, block_bytes));
    bytes.resize(have + more);
    const Result<std::size_t> count = content.read(bytes.data() + have, more);
    have += count ? *count : 0;
    bytes.resize(have);
    if (!count) {
      return fail(count.error());
    }
    if (*count == 0) {
      break;
    }
  }
  return {};
}

Result<bool> skip(image::ByteSource& content, unsigned long long size)
{
  std::array<char, block_bytes> block;   // left as it is: only written to
  while (size > 0) {
    ENVLIFT_TRY_ASSIGN(const std::size_t count,
                       content.read(block.data(), std::min<unsigned long long>(size, block.size())));
    if (count == 0) {
      return false;
    }
    size -= count;
  }
  return true;
}

}   // namespace envlift::audit
