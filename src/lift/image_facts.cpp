#include "lift/image_facts.hpp"

#include "audit/collector.hpp"
#include "lift/file_bytes.hpp"
#include "sys/files.hpp"

#include <memory>
#include <optional>
#include <string_view>
#include <utility>

namespace envlift::lift {

namespace {

constexpr std::string_view k_layout = "oci:";
constexpr std::string_view k_archive = "docker-archive:";

class FolderLayout : public image::LayoutFiles {
public:
  explicit FolderLayout(std::string folder) : folder_(std::move(folder)) {}

  Result<std::unique_ptr<image::ByteSource>> open(const std::string& path) override
  {
    return open_file(folder_ + "/" + path);
  }

private:
  std::string folder_;
};

Result<image::StoredImage> read_layout(const LayoutPlace& place, const std::string& arch,
                                       image::LayerVisitor& visitor)
{
  FolderLayout files(place.folder);
  const std::string platform = arch.empty() ? "" : arch == "arm64" ? "linux/arm64" : "linux/amd64";
  return image::read_oci_layout(files, {platform, place.tag}, visitor);
}

Result<image::StoredImage> read_archive(const std::string& path, image::LayerVisitor& visitor)
{
  ENVLIFT_TRY_ASSIGN(const std::unique_ptr<image::ByteSource> bytes, open_file(path));
  return image::read_docker_archive(*bytes, visitor);
}

}  // namespace

Result<image::StoredImage> read_from_engine(engine::Engine& engine, const std::string& reference,
                                            image::LayerVisitor& visitor)
{
  std::optional<image::StoredImage> stored;
  ENVLIFT_TRY(engine.save(reference, [&](image::ByteSource& archive) -> Result<> {
    ENVLIFT_TRY_ASSIGN(stored, image::read_docker_archive(archive, visitor));
    return {};
  }));
  return std::move(*stored);
}

bool is_stored(const std::string& image)
{
  return image.starts_with(k_layout) || image.starts_with(k_archive);
}

std::optional<LayoutPlace> layout_place(const std::string& image)
{
  if (!image.starts_with(k_layout)) {
    return std::nullopt;
  }
  const std::string path = image.substr(k_layout.size());
  // The longest folder that is there: what worked without a tag goes on doing so.
  for (std::size_t end = path.size(); end != std::string::npos && end > 0; end = path.rfind(':', end - 1)) {
    if (std::string folder = path.substr(0, end); sys::is_folder(folder)) {
      return LayoutPlace{std::move(folder), end == path.size() ? "" : path.substr(end + 1)};
    }
  }
  return LayoutPlace{path, ""};
}

ReadImage reader_of(const ImageRequest& request, const Connect& connect)
{
  return [image = request.image, arch = request.arch,
          connect](image::LayerVisitor& visitor) -> Result<image::StoredImage> {
    if (const auto place = layout_place(image)) {
      return read_layout(*place, arch, visitor);
    }
    if (image.starts_with(k_archive)) {
      return read_archive(image.substr(k_archive.size()), visitor);
    }
    ENVLIFT_TRY_ASSIGN(engine::Engine* const engine, connect());
    return read_from_engine(*engine, image, visitor);
  };
}

Result<audit::ImageFacts> image_facts(const ReadImage& read)
{
  audit::Collector collector;
  ENVLIFT_TRY_ASSIGN(image::StoredImage stored, read(collector));
  return audit::ImageFacts{std::move(stored), collector.take()};
}

}  // namespace envlift::lift
