// Reading a tar archive, plain or compressed, one entry after the other.
#pragma once

#include "image/bytes.hpp"

#include <memory>
#include <optional>
#include <string>

namespace envlift::image {

enum class EntryKind { file, folder, symlink, hardlink, other };

struct Entry {
  std::string path;                 // "usr/bin/python3": no "./", no "/" at either end; "" for the root itself
  EntryKind kind = EntryKind::file;
  unsigned mode = 0;                // permission bits, 07777
  long long uid = 0;
  long long gid = 0;
  unsigned long long size = 0;      // of a file, in bytes
  long long mtime = 0;              // seconds since 1970
  std::string target;               // of a symlink as written; of a hard link the other entry's path
};

enum class Compression { none, gzip, zstd, other };

class TarReader {
public:
  // The source must outlive the reader.
  explicit TarReader(ByteSource& source);
  TarReader(TarReader&&) noexcept;
  TarReader& operator=(TarReader&&) noexcept;
  ~TarReader();

  // The next entry; nothing at the end; an Error (EL1101) when the bytes are no tar archive or end early.
  Result<std::optional<Entry>> next();
  // The bytes of the entry that next() gave last.
  ByteSource& content();
  // How the archive is compressed; known after the first next().
  Compression compression() const;
  // At the end: whether the archive has the empty blocks that end one. Engines take layers without them, so an archive
  // that ends between two entries is no Error; one that a digest does not vouch for may have been cut there.
  bool has_end_mark() const;

private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace envlift::image
