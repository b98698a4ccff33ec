// Reads a stored image with a visitor that reads nothing: `envlift-bench-stream FILE.tar` (docker's archive) or
// `envlift-bench-stream FOLDER` (an OCI layout). Prints layers and entries.
#include "image/stored_image.hpp"

#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>

using namespace envlift;

namespace {

class FileSource : public image::ByteSource {
public:
  explicit FileSource(const std::string& path) : file_(std::fopen(path.c_str(), "rb"), &std::fclose)
  {
    if (file_) {
      std::setvbuf(file_.get(), nullptr, _IONBF, 0);
    }
  }
  bool is_open() const { return file_ != nullptr; }
  Result<std::size_t> read(char* into, std::size_t size) override
  {
    return std::fread(into, 1, size, file_.get());
  }

private:
  std::unique_ptr<std::FILE, int (*)(std::FILE*)> file_;
};

struct Folder : image::LayoutFiles {
  std::string root;
  explicit Folder(std::string path) : root(std::move(path)) {}
  Result<std::unique_ptr<image::ByteSource>> open(const std::string& path) override
  {
    auto file = std::make_unique<FileSource>(root + "/" + path);
    if (!file->is_open()) {
      return fail({.code = "EL0101", .message = "no such file", .hint = "", .tail = {}});
    }
    return file;
  }
};

struct Counting : image::LayerVisitor {
  std::size_t layers = 0;
  std::size_t entries = 0;
  void on_layer(std::size_t /*visit*/) override { ++layers; }
  Result<> on_entry(const image::Entry& /*entry*/, image::ByteSource& /*content*/) override
  {
    ++entries;
    return {};
  }
};

}   // namespace

int main(int count, char** words)
{
  if (count != 2) {
    return 2;
  }
  const std::string path = words[1];
  Counting visitor;
  Result<image::StoredImage> image;
  if (std::filesystem::is_directory(path)) {
    Folder folder(path);
    image = image::read_oci_layout(folder, {}, visitor);
  }
  else {
    FileSource file(path);
    image = image::read_docker_archive(file, visitor);
  }
  if (!image) {
    std::fprintf(stderr, "%s %s\n", image.error().code.c_str(), image.error().message.c_str());
    return 1;
  }
  std::printf("%zu layers, %zu entries\n", visitor.layers, visitor.entries);
  return 0;
}
