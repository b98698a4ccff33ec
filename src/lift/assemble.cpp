#include "lift/assemble.hpp"

#include "base/sha256.hpp"
#include "base/text.hpp"
#include "environment/size.hpp"
#include "image/image_writer.hpp"
#include "image/layer_index.hpp"
#include "lift/build_context.hpp"
#include "lift/context_folder.hpp"
#include "lift/file_bytes.hpp"
#include "lift/layer_store.hpp"
#include "lift/task_layer.hpp"
#include "plan/assembly.hpp"
#include "settings/image_reference.hpp"
#include "sys/clock.hpp"
#include "sys/files.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include <fmt/format.h>

namespace envlift::lift {

namespace {

constexpr std::size_t k_index_limit_bytes = std::size_t{16} << 20U;

// One assembly: what every step of it works with.
struct Assembly {
  engine::Engine& engine;
  const Planned& planned;
  const Request& request;
  report::Talk& talk;
  LayerStore store;
  engine::Image base;
};

// Whether what the builder has done before may be taken.
enum class Cached { no, yes };

Result<> run_export(const Assembly& work, const BuildContext& context, const std::string& destination, Cached cached)
{
  engine::ExportRequest request{context.folder, context.arguments, plan::k_export_stage, destination};
  if (cached == Cached::no) {
    request.arguments.emplace_back("--no-cache");
  }
  const auto exported = work.engine.export_stage(request, work.talk);
  return exported ? Result<>{} : fail(placed(exported.error(), work.planned.inspected.environment));
}

// Names the environment by all that it is built from.
Result<std::string> key_of(const Assembly& work, const BuildContext& context)
{
  ENVLIFT_TRY_ASSIGN(const std::string record, folder_record(context.folder));
  return sha256_hex(fmt::format("{}\n{}\n{}", work.base.id, work.planned.plan.arch, record));
}

// The environment's layers: remembered, or built.
Result<std::vector<image::NewLayer>> environment_layers(const Assembly& work)
{
  ENVLIFT_TRY_ASSIGN(const sys::TemporaryFolder folder, sys::TemporaryFolder::make());
  const plan::Plan plan = plan::layers_export(work.planned.plan, {plan::k_layers_index});
  ENVLIFT_TRY_ASSIGN(const BuildContext context,
                     write_build_context(plan, work.planned, work.request, folder.path()));
  ENVLIFT_TRY_ASSIGN(const std::string key, key_of(work, context));
  const auto known = work.request.fresh ? std::nullopt : work.store.index(key);
  if (known) {
    work.talk.detail("the environment was built before, from the same files on the same base");
    return image::parse_layer_index(*known);
  }
  ENVLIFT_TRY(run_export(work, context, folder.path() + "/out", work.request.fresh ? Cached::no : Cached::yes));
  ENVLIFT_TRY_ASSIGN(const std::string text, sys::read_file(folder.path() + "/out/" + plan::k_layers_index,
                                                            k_index_limit_bytes));
  ENVLIFT_TRY_ASSIGN(auto layers, image::parse_layer_index(text));
  work.store.keep_index(key, text);
  return layers;
}

// Fetches from the builder what the store lacks of these layers.
Result<> complete(const Assembly& work, const std::vector<image::NewLayer>& layers)
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

image::NewImage new_image(const Assembly& work, std::vector<image::NewLayer> layers)
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

// Hands the image to the engine, which has its first `there` layers.
Result<engine::Image> load(const Assembly& work, const image::NewImage& image, const std::string& config,
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

Result<engine::Image> put_together(const Assembly& work, const image::NewImage& image, const std::string& config)
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

}  // namespace

Result<Built> assemble(engine::Engine& engine, const Planned& planned, const Request& request, report::Talk& talk)
{
  ENVLIFT_TRY_ASSIGN(engine::Image base,
                     engine.fetch(planned.plan.base.reference, render::platform(planned.plan), talk));
  const Assembly work{engine, planned, request, talk, LayerStore(), std::move(base)};
  ENVLIFT_TRY_ASSIGN(std::vector<image::NewLayer> layers, environment_layers(work));
  ENVLIFT_TRY_ASSIGN(const auto code, task_layer(engine, planned, request, work.store, talk));
  if (code) {
    layers.push_back(*code);
  }
  const image::NewImage image = new_image(work, std::move(layers));
  const std::string created = work.store.created(image::config_text(image, ""), sys::utc_now());
  Built built;
  built.config = image::config_text(image, created);
  ENVLIFT_TRY_ASSIGN(built.image, put_together(work, image, built.config));
  work.store.trim();
  built.base = work.base;
  built.added_bytes = built.image.size_bytes - std::min(built.image.size_bytes, work.base.size_bytes);
  built.beyond_zip = *built.added_bytes > environment::k_zip_limit_bytes;
  return built;
}

}  // namespace envlift::lift
