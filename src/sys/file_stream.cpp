#include "sys/file_stream.hpp"

#include "sys/write_all.hpp"

#include <cerrno>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

namespace envlift::sys {

namespace {

Error unreadable(const std::string& path, int reason)
{
  const bool is_missing = reason == ENOENT || reason == ENOTDIR;
  return {is_missing ? "EL0101" : "EL0102", fmt::format("{}: {}", path, is_missing ? "no such file" : std::strerror(reason)),
          is_missing ? "check the path" : "make the file readable", ExitCode::input_error, {}};
}

}  // namespace

Result<FileStream> FileStream::open(const std::string& path)
{
  // Non-blocking, so that a FIFO in place of a file cannot hang the open.
  FileStream stream(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK), path);
  ENVLIFT_TRY(stream.check(false));
  return stream;
}

Result<FileStream> FileStream::open_or_pipe(const std::string& path)
{
  FileStream stream(::open(path.c_str(), O_RDONLY | O_CLOEXEC), path);
  ENVLIFT_TRY(stream.check(true));
  return stream;
}

Result<> FileStream::check(bool may_be_pipe)
{
  if (descriptor_ < 0) {
    return fail(unreadable(path_, errno));
  }
  struct stat status{};
  const bool is_known = ::fstat(descriptor_, &status) == 0;
  if (is_known && may_be_pipe && S_ISFIFO(status.st_mode)) {
    return {};
  }
  if (!is_known || !S_ISREG(status.st_mode)) {
    return fail(Error{"EL0102", path_ + ": not a regular file", "name a file", ExitCode::input_error, {}});
  }
  size_ = static_cast<unsigned long long>(status.st_size);
  return {};
}

FileStream FileStream::standard_input()
{
  return {::fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1), "stdin"};
}

FileStream::FileStream(FileStream&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)),
      path_(std::move(other.path_)),
      size_(other.size_)
{}

FileStream& FileStream::operator=(FileStream&& other) noexcept
{
  std::swap(descriptor_, other.descriptor_);
  std::swap(path_, other.path_);
  std::swap(size_, other.size_);
  return *this;
}

FileStream::~FileStream()
{
  if (descriptor_ >= 0) {
    ::close(descriptor_);
  }
}

Result<std::size_t> FileStream::read(char* into, std::size_t size)
{
  while (true) {
    const ssize_t got = ::read(descriptor_, into, size);
    if (got >= 0) {
      return static_cast<std::size_t>(got);
    }
    if (errno != EINTR) {
      return fail(unreadable(path_, errno));
    }
  }
}

Result<NewFile> NewFile::create(const std::string& path)
{
  constexpr mode_t readable = 0644;
  NewFile file(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, readable), path);
  if (file.descriptor_ < 0) {
    return fail(write_error(path, errno));
  }
  return file;
}

NewFile::NewFile(NewFile&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)),
      path_(std::move(other.path_))
{}

NewFile& NewFile::operator=(NewFile&& other) noexcept
{
  std::swap(descriptor_, other.descriptor_);
  std::swap(path_, other.path_);
  return *this;
}

NewFile::~NewFile()
{
  if (descriptor_ >= 0) {
    ::close(descriptor_);
  }
}

Result<> NewFile::write(std::string_view bytes)
{
  const int reason = write_all(descriptor_, bytes);
  return reason == 0 ? Result<>{} : fail(write_error(path_, reason));
}

}  // namespace envlift::sys
