#include "image/tar_writer.hpp"

#include "image/failures.hpp"
#include "image/sources.hpp"

#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <archive.h>
#include <archive_entry.h>
#include <fmt/format.h>

namespace envlift::image {

namespace {

struct EntryDeleter {
  void operator()(archive_entry* entry) const { archive_entry_free(entry); }
};
using RawEntry = std::unique_ptr<archive_entry, EntryDeleter>;

RawEntry raw_entry(const Entry& entry)
{
  RawEntry raw(archive_entry_new());
  archive_entry_set_pathname(raw.get(), entry.path.c_str());
  archive_entry_set_mode(raw.get(), entry.mode);
  archive_entry_set_uid(raw.get(), entry.uid);
  archive_entry_set_gid(raw.get(), entry.gid);
  archive_entry_set_mtime(raw.get(), entry.mtime, 0);
  switch (entry.kind) {
    case EntryKind::folder: archive_entry_set_filetype(raw.get(), AE_IFDIR); break;
    case EntryKind::symlink:
      archive_entry_set_filetype(raw.get(), AE_IFLNK);
      archive_entry_set_symlink(raw.get(), entry.target.c_str());
      break;
    case EntryKind::hardlink:
      archive_entry_set_filetype(raw.get(), AE_IFREG);
      archive_entry_set_hardlink(raw.get(), entry.target.c_str());
      break;
    default:
      archive_entry_set_filetype(raw.get(), AE_IFREG);
      archive_entry_set_size(raw.get(), static_cast<la_int64_t>(entry.size));
  }
  return raw;
}

}  // namespace

struct TarWriter::State {
  explicit State(ByteSink& bytes) : sink(bytes), handle(archive_write_new()), buffer(k_buffer_bytes)
  {
    // pax as Go and Python write it: its headers only where the older ones cannot say it; names that no ASCII can write
    // stay the bytes that they are. The archive ends where its last block does.
    if (handle == nullptr || archive_write_set_format_pax_restricted(handle) != ARCHIVE_OK ||
        archive_write_set_bytes_in_last_block(handle, 1) != ARCHIVE_OK ||
        archive_write_open(handle, this, nullptr, &State::take, nullptr) != ARCHIVE_OK) {
      archive_write_free(handle);
      throw std::runtime_error("libarchive cannot write tar archives");
    }
  }
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State()
  {
    archive_write_fail(handle);   // else it would write on into a sink that failed
    archive_write_free(handle);
  }

  static la_ssize_t take(archive*, void* self, const void* bytes, std::size_t size)
  {
    auto& state = *static_cast<State*>(self);
    const auto written = state.sink.write({static_cast<const char*>(bytes), size});
    if (!written) {
      state.failure = written.error();
      return -1;
    }
    return static_cast<la_ssize_t>(size);
  }

  Failure failed(const std::string& path)
  {
    if (failure) {
      return fail(*failure);
    }
    const char* cause = archive_error_string(handle);
    return unwritable(path, cause == nullptr ? "it cannot stand in a tar archive" : cause);
  }

  ByteSink& sink;
  archive* handle;
  std::vector<char> buffer;
  std::optional<Error> failure;   // the sink's
};

TarWriter::TarWriter(ByteSink& sink) : state_(std::make_unique<State>(sink)) {}
TarWriter::TarWriter(TarWriter&&) noexcept = default;
TarWriter& TarWriter::operator=(TarWriter&&) noexcept = default;
TarWriter::~TarWriter() = default;

Result<> TarWriter::add(const Entry& entry)
{
  TextSource nothing("");
  return add(entry, nothing);
}

Result<> TarWriter::add(const Entry& entry, ByteSource& content)
{
  if (archive_write_header(state_->handle, raw_entry(entry).get()) < ARCHIVE_WARN) {
    return state_->failed(entry.path);
  }
  unsigned long long rest = entry.kind == EntryKind::file ? entry.size : 0;
  while (true) {
    ENVLIFT_TRY_ASSIGN(const std::size_t got, content.read(state_->buffer.data(), state_->buffer.size()));
    if (got == 0) {
      return rest == 0 ? Result<>{} : unwritable(entry.path, "it became shorter while it was read");
    }
    if (got > rest) {
      return unwritable(entry.path, "it became longer while it was read");
    }
    rest -= got;
    if (archive_write_data(state_->handle, state_->buffer.data(), got) != static_cast<la_ssize_t>(got)) {
      return state_->failed(entry.path);
    }
  }
}

Result<> TarWriter::finish()
{
  return archive_write_close(state_->handle) == ARCHIVE_OK ? Result<>{} : state_->failed("the archive");
}

}  // namespace envlift::image
