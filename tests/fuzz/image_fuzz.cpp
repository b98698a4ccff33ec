// Stored images: docker's archive, or the files of an OCI layout as a tar has them. The first byte chooses.
#include "fuzz/check.hpp"
#include "image/stored_image.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <string>

namespace {

using namespace envlift;

constexpr std::size_t k_most_bytes = std::size_t{1}
                                     << 20U;   // of one entry: a few bytes can unpack to any number

// Reads a part of every entry, as the audit does.
class Visitor : public image::LayerVisitor {
public:
  void on_layer(std::size_t visit) override { visits_ = visit + 1; }
  Result<> on_entry(const image::Entry& entry, image::ByteSource& content) override
  {
    fuzz::require(visits_ > 0, "an entry is of a layer");
    fuzz::require(!entry.path.starts_with('/') && !entry.path.ends_with('/'), "paths have no outer slashes");
    ENVLIFT_TRY_ASSIGN(const std::string text, image::read_text(content, k_most_bytes));
    fuzz::require(text.size() <= k_most_bytes, "a limit holds");
    return {};
  }
  std::size_t visits() const { return visits_; }

private:
  std::size_t visits_ = 0;
};

class Layout : public image::LayoutFiles {
public:
  explicit Layout(std::string_view tar)
  {
    image::TextSource source(tar);
    image::TarReader reader(source);
    for (auto entry = reader.next(); entry && *entry; entry = reader.next()) {
      if (auto text = image::read_text(reader.content(), k_most_bytes)) {
        files_[(*entry)->path] = std::move(*text);
      }
    }
  }
  Result<std::unique_ptr<image::ByteSource>> open(const std::string& path) override
  {
    const auto file = files_.find(path);
    if (file == files_.end()) {
      return fail({"EL1101", "there is no " + path, "", ExitCode::input_error, {}});
    }
    return std::make_unique<image::TextSource>(file->second);
  }

private:
  std::map<std::string, std::string> files_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
  if (size < 2) {
    return 0;
  }
  const std::string bytes(reinterpret_cast<const char*>(data) + 2, size - 2);
  Visitor visitor;
  image::TextSource source(bytes);
  Layout layout(data[0] % 2 == 0 ? std::string_view() : std::string_view(bytes));
  const auto read = data[0] % 2 == 0 ? image::read_docker_archive(source, visitor)
                                     : image::read_oci_layout(layout, {"linux/amd64", ""}, visitor);
  if (read) {
    for (const image::Layer& layer : read->layers) {
      fuzz::require(layer.visit < visitor.visits(), "every layer was visited");
    }
  }
  else {
    fuzz::require(read.error().code.starts_with("EL110"),
                  "an image that cannot be read has a code of its own");
    fuzz::require(!read.error().message.empty(), "and a message");
  }
  return 0;
}
