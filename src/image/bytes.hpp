// Bytes that come in order, from wherever: a file, the engine's stream, memory.
#pragma once

#include "base/result.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace envlift::image {

class ByteSource {
public:
  virtual ~ByteSource() = default;
  // Puts up to `size` bytes into `into` and returns how many; 0 at the end, and from then on.
  virtual Result<std::size_t> read(char* into, std::size_t size) = 0;
};

// Where bytes go, in order.
class ByteSink {
public:
  virtual ~ByteSink() = default;
  // All of them, or an Error.
  virtual Result<> write(std::string_view bytes) = 0;
};

// Bytes of a text that outlives the source.
class TextSource : public ByteSource {
public:
  explicit TextSource(std::string_view text) : rest_(text) {}
  Result<std::size_t> read(char* into, std::size_t size) override
  {
    const std::size_t count = rest_.copy(into, size);
    rest_.remove_prefix(count);
    return count;
  }

private:
  std::string_view rest_;
};

// The rest of the source as a text of at most `limit_bytes`; what is beyond is read and left out.
Result<std::string> read_text(ByteSource& source, std::size_t limit_bytes);

}  // namespace envlift::image
