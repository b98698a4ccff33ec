#include "lift/environment_build.hpp"

#include "base/sha256.hpp"
#include "image/layer_index.hpp"
#include "lift/build_context.hpp"
#include "lift/context_folder.hpp"
#include "lift/image_records.hpp"
#include "plan/assembly.hpp"
#include "sys/files.hpp"

#include <optional>
#include <utility>

#include <fmt/format.h>

namespace envlift::lift {

namespace {

constexpr std::size_t k_index_limit_bytes = std::size_t{16} << 20U;

// The context that the environment is built from, in a folder of its own, and its name by all that is in it.
struct IndexContext {
  sys::TemporaryFolder folder;
  BuildContext context;
  std::string key;
};

Result<IndexContext> index_context(const BuildWork& work)
{
  ENVLIFT_TRY_ASSIGN(sys::TemporaryFolder folder, sys::TemporaryFolder::make());
  const plan::Plan plan = plan::layers_export(work.planned.plan, {plan::k_layers_index});
  ENVLIFT_TRY_ASSIGN(BuildContext context,
                     write_build_context(plan, work.planned, work.request, folder.path()));
  ENVLIFT_TRY_ASSIGN(const std::string record, folder_record(context.folder));
  std::string key = sha256_hex(fmt::format("{}\n{}\n{}", work.builder.id, work.planned.plan.arch, record));
  return IndexContext{std::move(folder), std::move(context), std::move(key)};
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
  const std::string out = made.folder.path() + "/out";
  ENVLIFT_TRY(run_export(work, made.context, out, work.request.fresh ? Cached::no : Cached::yes));
  ENVLIFT_TRY_ASSIGN(std::string text, sys::read_file(out + "/" + plan::k_layers_index, k_index_limit_bytes));
  ENVLIFT_TRY(image::parse_layer_index(text));   // what cannot be read is not kept
  work.store.keep_index(made.key, text);
  return text;
}

}  // namespace envlift::lift
