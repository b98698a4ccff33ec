#include "lift/hand_to_engine.hpp"

#include "base/sha256.hpp"
#include "lift/build_context.hpp"
#include "lift/file_bytes.hpp"
#include "plan/assembly.hpp"
#include "settings/image_reference.hpp"
#include "sys/files.hpp"

namespace envlift::lift {

Result<> fetch_layers(const EnvironmentBuild& work, const std::vector<image::NewLayer>& layers)
{
  std::vector<std::string> missing;
  std::vector<std::string> files;
  for (const image::NewLayer& layer : layers) {
    if (!work.store.has(layer.diff_id)) {
      missing.push_back(layer.diff_id);
      files.push_back(LayerStore::file_name(layer.diff_id));
    }
  }
  if (missing.empty()) {
    return {};
  }
  ENVLIFT_TRY_ASSIGN(const sys::TemporaryFolder folder, sys::TemporaryFolder::make());
  ENVLIFT_TRY_ASSIGN(const sys::TemporaryFolder out, work.store.workspace());
  ENVLIFT_TRY_ASSIGN(const BuildContext context,
                     write_build_context(plan::layers_export(work.planned.plan, files), work.planned,
                                         work.request, folder.path()));
  ENVLIFT_TRY(run_export(work, context, out.path(), Cached::yes));
  return work.store.take(out.path(), missing);
}

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
