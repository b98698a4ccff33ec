// Files of this machine as what `image` reads and writes.
#pragma once

#include "base/sha256.hpp"
#include "image/bytes.hpp"
#include "sys/file_stream.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace envlift::lift {

class FileBytes : public image::ByteSource {
public:
  explicit FileBytes(sys::FileStream stream) : stream_(std::move(stream)) {}
  Result<std::size_t> read(char* into, std::size_t size) override { return stream_.read(into, size); }

private:
  sys::FileStream stream_;
};

class FileSink : public image::ByteSink {
public:
  static Result<FileSink> create(const std::string& path)
  {
    ENVLIFT_TRY_ASSIGN(sys::NewFile file, sys::NewFile::create(path));
    return FileSink(std::move(file));
  }
  Result<> write(std::string_view bytes) override { return file_.write(bytes); }

private:
  explicit FileSink(sys::NewFile file) : file_(std::move(file)) {}
  sys::NewFile file_;
};

// What is written, and its sum.
class SummedSink : public image::ByteSink {
public:
  explicit SummedSink(image::ByteSink& next) : next_(next) {}
  Result<> write(std::string_view bytes) override
  {
    sum_.add(bytes);
    count_ += bytes.size();
    return next_.write(bytes);
  }
  std::string digest() { return "sha256:" + sum_.hex(); }
  unsigned long long count() const { return count_; }

private:
  image::ByteSink& next_;
  Sha256 sum_;
  unsigned long long count_ = 0;
};

inline Result<std::unique_ptr<image::ByteSource>> open_file(const std::string& path)
{
  ENVLIFT_TRY_ASSIGN(sys::FileStream stream, sys::FileStream::open(path));
  return std::make_unique<FileBytes>(std::move(stream));
}

// Writes all of the content into a new file; returns its digest.
Result<std::string> write_summed(image::ByteSource& content, const std::string& path);

}  // namespace envlift::lift
