#include "lift/packed_layers.hpp"

#include "lift/file_bytes.hpp"
#include "registry/failures.hpp"
#include "sys/files.hpp"

#include <charconv>
#include <utility>

#include <fmt/format.h>

namespace envlift::lift {

namespace {

constexpr unsigned long long k_limit_bytes = 3ULL << 30U;

std::string hex_of(const std::string& digest)
{
  return digest.substr(digest.find(':') + 1);
}

// What is read, and its sum.
class SummedSource : public image::ByteSource {
public:
  explicit SummedSource(image::ByteSource& source) : source_(source) {}
  Result<std::size_t> read(char* into, std::size_t size) override
  {
    ENVLIFT_TRY_ASSIGN(const std::size_t count, source_.read(into, size));
    sum_.add({into, count});
    return count;
  }
  std::string digest() { return "sha256:" + sum_.hex(); }

private:
  image::ByteSource& source_;
  Sha256 sum_;
};

}  // namespace

PackedLayers::PackedLayers() : names_("packed-names"), folder_(sys::cache_folder() + "/packed") {}

std::string PackedLayers::path(const std::string& diff_id) const
{
  return fmt::format("{}/{}.tar.gz", folder_, hex_of(diff_id));
}

std::optional<image::BlobName> PackedLayers::name(const std::string& diff_id) const
{
  const auto text = names_.get(hex_of(diff_id));
  const std::size_t space = text ? text->find(' ') : std::string::npos;
  if (space == std::string::npos) {
    return std::nullopt;
  }
  image::BlobName name{text->substr(0, space), 0};
  const auto read = std::from_chars(text->data() + space + 1, text->data() + text->size(), name.size);
  return read.ec == std::errc{} ? std::optional(std::move(name)) : std::nullopt;
}

bool PackedLayers::has(const std::string& diff_id) const
{
  if (!sys::is_file(path(diff_id))) {
    return false;
  }
  sys::mark_used(path(diff_id));
  return true;
}

Result<std::unique_ptr<image::ByteSource>> PackedLayers::open(const std::string& diff_id) const
{
  return open_file(path(diff_id));
}

Result<image::BlobName> PackedLayers::pack(const std::string& diff_id, image::ByteSource& tar) const
{
  ENVLIFT_TRY(sys::make_folders(folder_));
  ENVLIFT_TRY_ASSIGN(const sys::TemporaryFolder workspace, sys::TemporaryFolder::make_in(folder_));
  const std::string unnamed = workspace.path() + "/layer";
  SummedSource summed(tar);
  image::BlobName name;
  {
    ENVLIFT_TRY_ASSIGN(FileSink file, FileSink::create(unnamed));
    SummedSink sink(file);
    ENVLIFT_TRY(image::write_gzip(summed, sink));
    name = {sink.digest(), sink.count()};
  }
  if (summed.digest() != diff_id) {
    return fail(registry::damaged_here(diff_id));
  }
  ENVLIFT_TRY(sys::move(unnamed, path(diff_id)));
  names_.keep(hex_of(diff_id), fmt::format("{} {}", name.digest, name.size));
  return name;
}

void PackedLayers::forget(const std::string& diff_id) const
{
  names_.forget(hex_of(diff_id));
  static_cast<void>(sys::remove_tree(path(diff_id)));
}

void PackedLayers::trim() const
{
  sys::remove_unused(folder_, k_limit_bytes);
  names_.trim();
}

}  // namespace envlift::lift
