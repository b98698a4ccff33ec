// The entries of a tar archive that is not packed (any more).
#pragma once

#include "image/tar.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace envlift::image {

class PlainTar {
public:
  // The source must outlive the reader.
  explicit PlainTar(ByteSource& source);
  PlainTar(const PlainTar&) = delete;
  PlainTar& operator=(const PlainTar&) = delete;
  ~PlainTar();

  // As those of TarReader.
  Result<std::optional<Entry>> next();
  ByteSource& content();
  bool has_end_mark() const;

private:
  struct State;
  std::unique_ptr<State> state_;
};

}   // namespace envlift::image
