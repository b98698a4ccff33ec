#include "lift/hand_to_engine.hpp"

#include "base/sha256.hpp"
#include "lift/file_bytes.hpp"
#include "settings/image_reference.hpp"
#include "sys/files.hpp"

namespace envlift::lift {

Result<engine::Image> hand_to_engine(const EnvironmentBuild& work, const AssembledImage& assembled,
                                     std::size_t there, const std::string& tag)
{
  ENVLIFT_TRY_ASSIGN(const sys::TemporaryFolder folder, sys::TemporaryFolder::make());
  const std::string path = folder.path() + "/image.tar";
  {
    ENVLIFT_TRY_ASSIGN(FileSink sink, FileSink::create(path));
    const image::LayerBytes open = [&](const image::NewLayer& layer) {
      return work.store.open(layer.diff_id);
    };
    ENVLIFT_TRY(image::write_docker_archive(assembled.image, assembled.config,
                                            tag.empty() ? "" : settings::with_tag(tag), there, open, sink));
  }
  return work.engine.load(path, tag.empty() ? "sha256:" + sha256_hex(assembled.config) : tag);
}

}   // namespace envlift::lift
