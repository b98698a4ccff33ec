#include "lift/assemble.hpp"

#include "base/sha256.hpp"
#include "environment/size.hpp"
#include "image/image_writer.hpp"
#include "lift/assembled_image.hpp"
#include "lift/environment_build.hpp"
#include "lift/hand_to_engine.hpp"
#include "lift/image_records.hpp"
#include "lift/lock_file.hpp"
#include "lift/slim_image.hpp"
#include "settings/image_reference.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include <fmt/format.h>

namespace envlift::lift {

namespace {

// How many of the image's layers, from the lowest, the engine has: those of the base, or of the image `before` it.
std::size_t layers_there(const image::NewImage& image, const std::vector<std::string>& before)
{
  std::vector<std::string> wanted = image.base_layers;
  std::ranges::transform(image.layers, std::back_inserter(wanted), &image::NewLayer::diff_id);
  const auto same = std::ranges::mismatch(wanted, before).in1 - wanted.begin();
  return std::max(image.base_layers.size(), static_cast<std::size_t>(same));
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
  ENVLIFT_TRY(fetch_layers(work, {first, image.layers.end()}));
  work.talk.step_begins("putting the image together");
  auto loaded = hand_to_engine(work, {image, config}, there, work.planned.plan.tag);
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
  if (planned.inspected.settings.slim == "trace") {
    ENVLIFT_TRY_ASSIGN(Slimmed slimmed, slimmed_image(work, assembled));
    assembled = std::move(slimmed.image);
    built.findings = std::move(slimmed.findings);
  }
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
