// A file that is read, or a new one that is written, from its beginning to its end.
#pragma once

#include "base/result.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace envlift::sys {

class FileStream {
public:
  // EL0101 missing, EL0102 unreadable.
  static Result<FileStream> open(const std::string& path);
  // A pipe as well, as a shell's `<(command)` is one; waits for who writes it.
  static Result<FileStream> open_or_pipe(const std::string& path);
  // Stays open for others when this one goes.
  static FileStream standard_input();
  FileStream(FileStream&& other) noexcept;
  FileStream& operator=(FileStream&& other) noexcept;
  FileStream(const FileStream&) = delete;
  FileStream& operator=(const FileStream&) = delete;
  ~FileStream();
  // Up to `size` bytes; 0 at the end; EL0102.
  Result<std::size_t> read(char* into, std::size_t size);
  // Bytes of the file when it was opened; 0 of a stream that tells none.
  unsigned long long size() const { return size_; }

private:
  FileStream(int descriptor, std::string path) : descriptor_(descriptor), path_(std::move(path)) {}
  Result<> check(bool may_be_pipe);
  int descriptor_;
  std::string path_;
  unsigned long long size_ = 0;
};

class NewFile {
public:
  // Takes the place of a file that is there; EL0120.
  static Result<NewFile> create(const std::string& path);
  NewFile(NewFile&& other) noexcept;
  NewFile& operator=(NewFile&& other) noexcept;
  NewFile(const NewFile&) = delete;
  NewFile& operator=(const NewFile&) = delete;
  ~NewFile();
  // All of the bytes; EL0120.
  Result<> write(std::string_view bytes);

private:
  NewFile(int descriptor, std::string path) : descriptor_(descriptor), path_(std::move(path)) {}
  int descriptor_;
  std::string path_;
};

}  // namespace envlift::sys
