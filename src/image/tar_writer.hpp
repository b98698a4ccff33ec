// Writing a tar archive that two runs write the same: entries in the order given, and nothing but what they say.
#pragma once

#include "image/bytes.hpp"
#include "image/tar.hpp"

#include <memory>

namespace envlift::image {

class TarWriter {
public:
  // The sink must outlive the writer.
  explicit TarWriter(ByteSink& sink);
  TarWriter(TarWriter&&) noexcept;
  TarWriter& operator=(TarWriter&&) noexcept;
  ~TarWriter();

  // A file, folder or symlink, with its mode, times and owner; `content` has entry.size bytes. What the sink or the
  // source says, or EL1105 when the content is of another size.
  Result<> add(const Entry& entry, ByteSource& content);
  // Without content: a folder or a symlink.
  Result<> add(const Entry& entry);
  // Writes the blocks that end an archive. Without it the archive is no whole one.
  Result<> finish();

private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace envlift::image
