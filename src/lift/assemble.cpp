#include "lift/assemble.hpp"

#include "base/sha256.hpp"
#include "environment/size.hpp"
#include "image/image_writer.hpp"
#include "image/layer_index.hpp"
#include "lift/build_context.hpp"
#include "lift/environment_build.hpp"
#include "lift/file_bytes.hpp"
#include "lift/task_layer.hpp"
#include "plan/assembly.hpp"
#include "sys/clock.hpp"
#include "sys/files.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include <fmt/format.h>

namespace envlift::lift {

namespace {

// Fetches from the builder what the store lacks of these layers.
Result<> complete(const EnvironmentBuild& work, const std::vector<image::NewLayer>& layers)
{
  std::vector<image::NewLayer> missing;
  std::vector<std::string> files;
  for (const image::NewLayer& layer : layers) {
    if (!work.store.has(layer)) {
      missing.push_back(layer);
      files.push_back(layer.diff_id.substr(layer.diff_id.find(':') + 1) + ".tar");
    }
  }
  if (missing.empty()) {
    return {};
  }
  ENVLIFT_TRY(sys::make_folders(work.store.folder()));
  ENVLIFT_TRY_ASSIGN(const sys::TemporaryFolder folder, sys::TemporaryFolder::make());
  ENVLIFT_TRY_ASSIGN(const sys::TemporaryFolder out, sys::TemporaryFolder::make_in(work.store.folder()));
  ENVLIFT_TRY_ASSIGN(const BuildContext context,
                     write_build_context(plan::layers_export(work.planned.plan, files), work.planned, work.request,
                                         folder.path()));
  ENVLIFT_TRY(run_export(work, context, out.path()));
  return work.store.take(out.path(), missing);
}

// How many of the image's layers, from the lowest, the engine has: those of the base, or of the image `before` it.
std::size_t layers_there(const image::NewImage& image, const std::vector<std::string>& before)
{
  std::vector<std::string> wanted = image.base_layers;
  std::ranges::transform(image.layers, std::back_inserter(wanted), &image::NewLayer::diff_id);
  const auto same = std::ranges::mismatch(wanted, before).in1 - wanted.begin();
  return std::max(image.base_layers.size(), static_cast<std::size_t>(same));
}

image::NewImage new_image(const EnvironmentBuild& work, std::vector<image::NewLayer> layers)
{
  plan::ImageConfig config = plan::image_config(work.planned.plan);
  image::NewImage image;
  image.architecture = work.planned.plan.arch;
  image.base_name = work.planned.plan.base.reference;
  image.base_config = work.base.config;
  image.base_layers = work.base.layers;
  image.layers = std::move(layers);
  image.env = std::move(config.env);
  image.entrypoint = std::move(config.entrypoint);
  image.cmd = std::move(config.cmd);
  image.labels = {"envlift"};
  return image;
}

bool is_code(const image::NewLayer& layer, const std::optional<TaskLayer>& code)
{
  return code && layer.diff_id == code->layer.diff_id;
}

// Hands the image to the engine, which has its first `there` layers.
Result<engine::Image> load(const EnvironmentBuild& work, const image::NewImage& image, const std::string& config,
                           const std::optional<TaskLayer>& code, std::size_t there)
{
  const std::string& tag = work.planned.plan.tag;
  ENVLIFT_TRY_ASSIGN(const sys::TemporaryFolder folder, sys::TemporaryFolder::make());
  const std::string path = folder.path() + "/image.tar";
  {
    ENVLIFT_TRY_ASSIGN(FileSink sink, FileSink::create(path));
    const image::LayerBytes open = [&](const image::NewLayer& layer) {
      return open_file(is_code(layer, code) ? code->path : work.store.path(layer));
    };
    ENVLIFT_TRY(image::write_docker_archive(image, config, tag, there, open, sink));
  }
  return work.engine.load(path, tag);
}

Result<engine::Image> put_together(const EnvironmentBuild& work, const image::NewImage& image,
                                   const std::optional<TaskLayer>& code)
{
  const std::string created = work.store.created(image::config_text(image, ""), sys::utc_now());
  const std::string config = image::config_text(image, created);
  auto before = work.engine.inspect(work.planned.plan.tag);
  if (before && before->id == "sha256:" + sha256_hex(config)) {
    work.talk.detail("the image is there already");
    return std::move(*before);
  }
  const std::size_t there = layers_there(image, before ? before->layers : std::vector<std::string>{});
  const auto first = image.layers.begin() + static_cast<std::ptrdiff_t>(there - image.base_layers.size());
  std::vector<image::NewLayer> needed(first, image.layers.end());
  std::erase_if(needed, [&](const image::NewLayer& layer) { return is_code(layer, code); });
  ENVLIFT_TRY(complete(work, needed));
  work.talk.step_begins("putting the image together");
  auto loaded = load(work, image, config, code, there);
  work.talk.step_ends(loaded ? fmt::format("{} layers over the base, {} of them new", image.layers.size(),
                                           image.base_layers.size() + image.layers.size() - there)
                             : "failed");
  return loaded;
}

}  // namespace

Result<Built> assemble(engine::Engine& engine, const Planned& planned, const Request& request, report::Talk& talk)
{
  ENVLIFT_TRY_ASSIGN(const EnvironmentBuild work, environment_build(engine, planned, request, talk));
  ENVLIFT_TRY_ASSIGN(const std::string index, environment_index(work));
  ENVLIFT_TRY_ASSIGN(std::vector<image::NewLayer> layers, image::parse_layer_index(index));
  ENVLIFT_TRY_ASSIGN(const sys::TemporaryFolder folder, sys::TemporaryFolder::make());
  ENVLIFT_TRY_ASSIGN(const auto code, task_layer(engine, planned, request, folder.path(), talk));
  if (code) {
    layers.push_back(code->layer);
  }
  ENVLIFT_TRY_ASSIGN(auto image, put_together(work, new_image(work, std::move(layers)), code));
  work.store.trim();
  Built built;
  built.added_bytes = image.size_bytes - std::min(image.size_bytes, work.base.size_bytes);
  built.beyond_zip = *built.added_bytes > environment::k_zip_limit_bytes;
  built.image = std::move(image);
  return built;
}

}  // namespace envlift::lift
