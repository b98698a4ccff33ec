#include "lift/assemble.hpp"

#include "base/sha256.hpp"
#include "environment/size.hpp"
#include "image/image_writer.hpp"
#include "lift/assembled_image.hpp"
#include "lift/build_context.hpp"
#include "lift/environment_build.hpp"
#include "lift/file_bytes.hpp"
#include "lift/image_records.hpp"
#include "lift/lock_file.hpp"
#include "plan/assembly.hpp"
#include "settings/image_reference.hpp"
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
                     write_build_context(plan::layers_export(work.planned.plan, files), work.planned, work.request,
                                         folder.path()));
  ENVLIFT_TRY(run_export(work, context, out.path(), Cached::yes));
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

// Hands the image to the engine, which has its first `there` layers.
Result<engine::Image> load(const EnvironmentBuild& work, const image::NewImage& image, const std::string& config,
                           std::size_t there)
{
  const std::string& tag = work.planned.plan.tag;
  ENVLIFT_TRY_ASSIGN(const sys::TemporaryFolder folder, sys::TemporaryFolder::make());
  const std::string path = folder.path() + "/image.tar";
  {
    ENVLIFT_TRY_ASSIGN(FileSink sink, FileSink::create(path));
    const image::LayerBytes open = [&](const image::NewLayer& layer) { return work.store.open(layer.diff_id); };
    ENVLIFT_TRY(image::write_docker_archive(image, config, settings::with_tag(tag), there, open, sink));
  }
  return work.engine.load(path, tag);
}

Result<engine::Image> put_together(const EnvironmentBuild& work, const image::NewImage& image,
                                   const std::string& config)
{
  auto before = work.engine.inspect(work.planned.plan.tag);
  if (before && before->id == "sha256:" + sha256_hex(config)) {
    work.talk.detail("the image is there already");
    return std::move(*before);
  }
  const std::size_t there = layers_there(image, before ? before->layers : std::vector<std::string>{});
  const auto first = image.layers.begin() + static_cast<std::ptrdiff_t>(there - image.base_layers.size());
  ENVLIFT_TRY(complete(work, {first, image.layers.end()}));
  work.talk.step_begins("putting the image together");
  auto loaded = load(work, image, config, there);
  work.talk.step_ends(loaded ? fmt::format("{} layers over the base, {} of them new", image.layers.size(),
                                           image.base_layers.size() + image.layers.size() - there)
                             : "failed");
  return loaded;
}

// For a push that finds no engine.
void remember(const Built& built, const std::string& tag)
{
  const ImageRecords records;
  records.keep_config(built.image.id, built.config);
  records.keep_tag(settings::with_tag(tag), built.image.id);
  records.trim();
}

}  // namespace

Result<Built> assemble(engine::Engine& engine, const Planned& planned, const Request& request, report::Talk& talk)
{
  ENVLIFT_TRY_ASSIGN(const EnvironmentBuild work, environment_build(engine, planned, request, talk));
  say_of_other_base(planned.inspected, work.builder, talk);
  ENVLIFT_TRY_ASSIGN(const std::string index, environment_index(work));
  ENVLIFT_TRY_ASSIGN(AssembledImage assembled, assembled_image(work, index, &engine));
  Built built;
  built.config = std::move(assembled.config);
  ENVLIFT_TRY_ASSIGN(built.image, put_together(work, assembled.image, built.config));
  remember(built, planned.plan.tag);
  work.store.trim();
  built.base = work.base;
  built.added_bytes = built.image.size_bytes - std::min(built.image.size_bytes, work.base.size_bytes);
  built.beyond_zip = *built.added_bytes > environment::k_zip_limit_bytes;
  return built;
}

}  // namespace envlift::lift
