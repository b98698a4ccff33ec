// Reading parts of a file that streams by.
#pragma once

#include "image/bytes.hpp"

#include <string>

namespace envlift::audit {

// Bytes that are copied at a time.
inline constexpr std::size_t block_bytes = 64 * 1024;

// Reads on behind `bytes` until it has `size` bytes or the source ends.
Result<> read_up_to(image::ByteSource& content, std::string& bytes, std::size_t size);
// Reads over `size` bytes; false when the source ends before.
Result<bool> skip(image::ByteSource& content, unsigned long long size);

}   // namespace envlift::audit
