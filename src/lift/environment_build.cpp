#include "lift/environment_build.hpp"

#include "base/sha256.hpp"
#include "image/layer_index.hpp"
#include "lift/build_context.hpp"
#include "lift/context_folder.hpp"
#include "lift/image_records.hpp"
#include "plan/assembly.hpp"
#include "sys/files.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include <fmt/format.h>

namespace envlift::lift {

namespace {

constexpr std::size_t k_index_limit_bytes = std::size_t{16} << 20U;

// The context that the environment is built from, in a folder of its own, and its name by all that is in it. No layer is
// known in it: which ones are here does not change the environment.
struct IndexContext {
  sys::TemporaryFolder folder;
  BuildContext context;
  std::string key;
};

Result<IndexContext> index_context(const BuildWork& work)
{
  ENVLIFT_TRY_ASSIGN(sys::TemporaryFolder folder, sys::TemporaryFolder::make());
  ENVLIFT_TRY_ASSIGN(BuildContext context, write_build_context(plan::layers_export(work.planned.plan),
                                                               work.planned, work.request, folder.path()));
  ENVLIFT_TRY_ASSIGN(const std::string record, folder_record(context.folder));
  std::string key = sha256_hex(fmt::format("{}\n{}\n{}", work.builder.id, work.planned.plan.arch, record));
  return IndexContext{std::move(folder), std::move(context), std::move(key)};
}

// Builds the environment and takes what the store lacks of its layers; returns the builder's index.
Result<std::string> export_layers(const EnvironmentBuild& work, const BuildContext& context, Cached cached)
{
  ENVLIFT_TRY(sys::write_file(context.folder + "/" + plan::k_known_layers,
                              plan::known_layers_json(work.store.known())));
  ENVLIFT_TRY_ASSIGN(const sys::TemporaryFolder out, work.store.workspace());
  ENVLIFT_TRY(run_export(work, context, out.path(), cached));
  ENVLIFT_TRY_ASSIGN(std::string text,
                     sys::read_file(out.path() + "/" + plan::k_layers_index, k_index_limit_bytes));
  ENVLIFT_TRY_ASSIGN(const std::vector<image::NewLayer> layers, image::parse_layer_index(text));
  std::vector<std::string> handed_out;
  for (const image::NewLayer& layer : layers) {
    if (sys::is_file(out.path() + "/" + LayerStore::file_name(layer.diff_id))) {
      handed_out.push_back(layer.diff_id);
    }
  }
  ENVLIFT_TRY(work.store.take(out.path(), handed_out));
  return text;
}

}  // namespace

Result<EnvironmentBuild> environment_build(engine::Engine& engine, const Planned& planned,
                                           const Request& request, report::Talk& talk)
{
  const plan::Base& bases = planned.plan.base;
  const std::string platform = render::platform(planned.plan);
  const ImageRecords records;
  ENVLIFT_TRY_ASSIGN(engine::Image base, engine.fetch(bases.reference, platform, talk));
  records.keep_base(bases.reference, platform, base);
  engine::Image builder = base;
  if (bases.builder != bases.reference) {
    ENVLIFT_TRY_ASSIGN(builder, engine.fetch(bases.builder, platform, talk));
    records.keep_base(bases.builder, platform, builder);
  }
  return EnvironmentBuild{{planned, request, talk, LayerStore(), std::move(base), std::move(builder)}, engine};
}

Result<> run_export(const EnvironmentBuild& work, const BuildContext& context, const std::string& destination,
                    Cached cached)
{
  engine::ExportRequest request{context.folder, context.arguments, plan::k_export_stage, destination};
  if (cached == Cached::no) {
    request.arguments.emplace_back("--no-cache");
  }
  const auto exported = work.engine.export_stage(request, work.talk);
  return exported ? Result<>{} : fail(placed(exported.error(), work.planned.inspected.environment));
}

Result<std::optional<std::string>> known_environment_index(const BuildWork& work)
{
  ENVLIFT_TRY_ASSIGN(const IndexContext made, index_context(work));
  return work.store.index(made.key);
}

Result<std::string> environment_index(const EnvironmentBuild& work)
{
  ENVLIFT_TRY_ASSIGN(const IndexContext made, index_context(work));
  if (auto known = work.request.fresh ? std::nullopt : work.store.index(made.key)) {
    work.talk.detail("the environment was built before, from the same files on the same base");
    return std::move(*known);
  }
  ENVLIFT_TRY_ASSIGN(std::string text,
                     export_layers(work, made.context, work.request.fresh ? Cached::no : Cached::yes));
  work.store.keep_index(made.key, text);
  return text;
}

Result<> fetch_layers(const EnvironmentBuild& work, const std::vector<image::NewLayer>& layers)
{
  const auto is_here = [&](const image::NewLayer& layer) { return work.store.has(layer.diff_id); };
  if (std::ranges::all_of(layers, is_here)) {
    return {};
  }
  ENVLIFT_TRY_ASSIGN(const IndexContext made, index_context(work));
  ENVLIFT_TRY(export_layers(work, made.context, Cached::yes));
  if (!std::ranges::all_of(layers, is_here)) {
    return fail({"EL0901",
                 "the environment was built once more and has other layers than it had before",
                 "run the command again with --no-cache",
                 ExitCode::build_failed,
                 {}});
  }
  return {};
}

}  // namespace envlift::lift
