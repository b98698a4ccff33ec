#include "image/plain_tar.hpp"

#include "base/path.hpp"
#include "base/text.hpp"
#include "image/failures.hpp"
#include "image/sources.hpp"

#include <algorithm>
#include <exception>
#include <stdexcept>
#include <utility>
#include <vector>

#include <archive.h>
#include <archive_entry.h>
#include <fmt/format.h>

namespace envlift::image {

namespace {

// Holes cost an archive nothing; what is read out of them has to end somewhere.
constexpr unsigned long long k_sparse_limit = 16ULL << 30U;

EntryKind kind_of(archive_entry* entry)
{
  if (archive_entry_hardlink(entry) != nullptr || archive_entry_hardlink_utf8(entry) != nullptr) {
    return EntryKind::hardlink;
  }
  switch (archive_entry_filetype(entry)) {
    case AE_IFREG: return EntryKind::file;
    case AE_IFDIR: return EntryKind::folder;
    case AE_IFLNK: return EntryKind::symlink;
    default: return EntryKind::other;
  }
}

// libarchive gives nothing for a name that it cannot say in the C locale; the other form then has it.
std::string either(const char* bytes, const char* utf8)
{
  return bytes != nullptr ? bytes : utf8 != nullptr ? utf8 : "";
}

std::string target_of(archive_entry* entry, EntryKind kind)
{
  if (kind == EntryKind::symlink) {
    return either(archive_entry_symlink(entry), archive_entry_symlink_utf8(entry));
  }
  if (kind == EntryKind::hardlink) {
    return path::normal(either(archive_entry_hardlink(entry), archive_entry_hardlink_utf8(entry)));
  }
  return "";
}

Entry converted(archive_entry* raw)
{
  constexpr unsigned permissions = 07777;
  Entry entry;
  entry.path = path::normal(either(archive_entry_pathname(raw), archive_entry_pathname_utf8(raw)));
  entry.kind = kind_of(raw);
  entry.mode = static_cast<unsigned>(archive_entry_perm(raw)) & permissions;
  entry.uid = archive_entry_uid(raw);
  entry.gid = archive_entry_gid(raw);
  entry.size = entry.kind == EntryKind::file
                   ? static_cast<unsigned long long>(std::max<la_int64_t>(archive_entry_size(raw), 0))
                   : 0;
  entry.mtime = archive_entry_mtime(raw);
  entry.target = target_of(raw, entry.kind);
  return entry;
}

}  // namespace

struct PlainTar::State : ByteSource {
  explicit State(ByteSource& bytes) : source(bytes), handle(archive_read_new()), buffer(k_buffer_bytes)
  {
    if (handle == nullptr || archive_read_support_format_tar(handle) != ARCHIVE_OK) {
      archive_read_free(handle);
      throw std::runtime_error("libarchive cannot be set up");
    }
  }
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() override { archive_read_free(handle); }

  // libarchive's C code stands between: neither an Error nor an exception passes through it by itself.
  static la_ssize_t supply(archive* /*handle*/, void* data, const void** bytes) noexcept
  {
    auto& state = *static_cast<State*>(data);
    try {
      auto count = read_full(state.source, state.buffer.data(), state.buffer.size());
      if (count) {
        *bytes = state.buffer.data();
        return static_cast<la_ssize_t>(*count);
      }
      state.failure = std::move(count).error();
    }
    catch (...) {
      state.thrown = std::current_exception();
    }
    return ARCHIVE_FATAL;
  }

  // The cause of libarchive's last refusal, kept: nothing is read behind it.
  Failure refusal()
  {
    if (thrown) {
      std::rethrow_exception(std::exchange(thrown, nullptr));
    }
    if (!failure) {
      const char* cause = archive_error_string(handle);
      failure =
          damaged(fmt::format("the tar archive is damaged: {}", cause == nullptr ? "unknown cause" : cause))
              .value();
    }
    return fail(*failure);
  }

  Result<std::optional<Entry>> advance()
  {
    if (!is_open) {
      is_open = true;
      if (archive_read_open(handle, this, nullptr, &State::supply, nullptr) != ARCHIVE_OK) {
        return refusal();
      }
    }
    else if (archive_read_data_skip(handle) < ARCHIVE_WARN) {
      return refusal();
    }
    const la_int64_t begin = archive_filter_bytes(handle, 0);
    archive_entry* raw = nullptr;
    const int answer = archive_read_next_header(handle, &raw);
    if (answer == ARCHIVE_EOF) {
      is_at_end = true;
      has_end_mark = archive_filter_bytes(handle, 0) > begin;
      return std::nullopt;
    }
    // A warning is about names that the locale cannot say, or extensions that it does not know.
    if (answer != ARCHIVE_OK && answer != ARCHIVE_WARN) {
      return refusal();
    }
    is_sparse = archive_entry_sparse_count(raw) > 0;
    is_content_read = false;
    return converted(raw);
  }

  Result<std::size_t> read(char* into, std::size_t size) override
  {
    if (failure) {
      return fail(*failure);
    }
    if (is_content_read || is_at_end || !is_open || size == 0) {
      return 0;
    }
    const la_ssize_t count = archive_read_data(handle, into, size);
    if (count < 0) {
      return refusal();
    }
    is_content_read = count == 0;
    sparse_bytes += is_sparse ? static_cast<unsigned long long>(count) : 0;
    if (sparse_bytes > k_sparse_limit) {
      failure = damaged("its sparse files are larger than any image").value();
      return fail(*failure);
    }
    return static_cast<std::size_t>(count);
  }

  ByteSource& source;
  archive* handle;
  std::vector<char> buffer;
  std::optional<Error> failure;
  std::exception_ptr thrown;
  unsigned long long sparse_bytes = 0;
  bool is_open = false;
  bool is_at_end = false;
  bool is_sparse = false;
  bool is_content_read = true;
  bool has_end_mark = false;
};

PlainTar::PlainTar(ByteSource& source) : state_(std::make_unique<State>(source)) {}
PlainTar::~PlainTar() = default;

Result<std::optional<Entry>> PlainTar::next()
{
  if (state_->failure) {
    return fail(*state_->failure);
  }
  if (state_->is_at_end) {
    return std::nullopt;
  }
  return state_->advance();
}

ByteSource& PlainTar::content()
{
  return *state_;
}

bool PlainTar::has_end_mark() const
{
  return state_->has_end_mark;
}

}  // namespace envlift::image
