#include "lift/push_source.hpp"

#include "audit/audit.hpp"
#include "base/sha256.hpp"
#include "base/text.hpp"
#include "image/pushed_form.hpp"
#include "lift/assembled_image.hpp"
#include "lift/file_bytes.hpp"
#include "lift/image_records.hpp"
#include "lift/layer_keeper.hpp"
#include "lift/layer_store.hpp"
#include "lift/packed_layers.hpp"
#include "lift/slim_image.hpp"
#include "settings/image_reference.hpp"

#include <algorithm>
#include <memory>
#include <utility>

#include <fmt/format.h>

namespace envlift::lift {

namespace {


// Looks at every byte, and keeps none.
class BytesCounted : public image::LayerVisitor {
public:
  void on_layer(std::size_t) override {}
  Result<> on_entry(const image::Entry&, image::ByteSource&) override { return {}; }
  Result<> on_bytes(std::string_view bytes) override
  {
    bytes_ += bytes.size();
    return {};
  }
  unsigned long long bytes() const { return bytes_; }

private:
  unsigned long long bytes_ = 0;
};

// The image whose layers will be packed here.
Result<image::StoredImage> to_be_packed(std::string_view config, const std::string& reference)
{
  image::StoredImage image;
  image.reference = reference;
  ENVLIFT_TRY_ASSIGN(image.config, image::parse_config(config));
  image.manifest_media_type = image::k_pushed_manifest_type;
  for (const std::string& diff_id : image.config.diff_ids) {
    image::Layer layer;
    layer.diff_id = diff_id;
    layer.media_type = image::k_pushed_layer_type;
    layer.compression = image::Compression::gzip;
    layer.visit = image.layers.size();
    image.layers.push_back(std::move(layer));
  }
  return image;
}

// Reads the image and keeps its layers' tars.
Result<std::pair<image::StoredImage, unsigned long long>> read_and_keep(const ReadImage& read)
{
  const LayerStore store;
  ENVLIFT_TRY_ASSIGN(LayerKeeper keeper, LayerKeeper::make(store));
  ENVLIFT_TRY_ASSIGN(image::StoredImage image, read(keeper));
  ENVLIFT_TRY(keeper.keep(image));
  return std::pair(std::move(image), keeper.bytes());
}

bool is_as_lambda_takes_it(const image::StoredImage& image)
{
  return !image.layers.empty() && audit::audit_manifest(image, 0).empty();
}

// The blobs are files of the layout's folder.
ManifestAsIs as_is(const image::StoredImage& image, const std::string& folder)
{
  ManifestAsIs made{{"sha256:" + sha256_hex(image.manifest), image.manifest_media_type, image.manifest}, {}};
  for (const image::Layer& layer : image.layers) {
    const std::string path =
        fmt::format("{}/blobs/sha256/{}", folder, layer.digest.substr(layer.digest.find(':') + 1));
    made.layers.push_back({layer.digest, layer.stored_bytes, [path] { return open_file(path); }});
  }
  return made;
}

// A push says of every image that it is for another architecture in the same way.
Failure not_read(Error error)
{
  if (error.code == "EL1106") {
    error.code = "EL1412";
    error.exit = ExitCode::push_failed;
  }
  return fail(std::move(error));
}

Result<ImageToPush> stored_to_push(const ImageRequest& request, report::Talk& talk)
{
  const ReadImage read = reader_of(request, {});
  talk.step_begins("reading the image");
  BytesCounted counted;
  auto image = read(counted);
  talk.step_ends(image ? fmt::format("{} layers", image->layers.size()) : "failed");
  if (!image) {
    return not_read(std::move(image).error());
  }
  // The one that was chosen goes alone.
  image->other_manifests.clear();
  image->is_in_index = false;
  ImageToPush made;
  made.unpacked_bytes = counted.bytes();
  made.fetch_layers = [read]() -> Result<> {
    ENVLIFT_TRY(read_and_keep(read));
    return {};
  };
  if (const auto place = layout_place(request.image); place && is_as_lambda_takes_it(*image)) {
    made.as_is = as_is(*image, place->folder);
    made.image = std::move(*image);
    return made;
  }
  ENVLIFT_TRY_ASSIGN(made.image, to_be_packed(image->config.text, image->reference));
  return made;
}

// Whether every layer is here, packed or not, or was packed before (and may be in the registry).
bool are_layers_known(const std::vector<std::string>& layers)
{
  const LayerStore store;
  const PackedLayers packed;
  return std::ranges::all_of(
      layers, [&](const std::string& layer) { return packed.name(layer) || store.has(layer); });
}

Result<ImageToPush> engine_to_push(engine::Engine& engine, const std::string& reference, report::Talk& talk)
{
  const ImageRecords records;
  ENVLIFT_TRY_ASSIGN(const engine::Image found, engine.inspect(reference));
  ImageToPush made;
  made.fetch_layers = [&engine, &talk, id = found.id]() -> Result<> {
    talk.detail("the engine hands out the image");
    ENVLIFT_TRY_ASSIGN(const auto kept, read_and_keep([&](image::LayerVisitor& visitor) {
                         return read_from_engine(engine, id, visitor);
                       }));
    ImageRecords().keep_config(id, kept.first.config.text);
    return {};
  };
  if (!records.config(found.id) || !are_layers_known(found.layers)) {
    talk.step_begins("taking the image out of the engine");
    const auto fetched = made.fetch_layers();
    talk.step_ends(fetched ? text::human_bytes(found.size_bytes) : "failed");
    ENVLIFT_TRY(fetched);
  }
  ENVLIFT_TRY_ASSIGN(made.image, to_be_packed(records.config(found.id).value_or(""), reference));
  made.unpacked_bytes = found.size_bytes;
  return made;
}

Failure not_built(std::string cause)
{
  return fail({"EL1413",
               std::move(cause),
               "run `envlift build` and push the image by its tag",
               ExitCode::input_error,
               {}});
}

// An image that was put together here; the engine that has it does not answer.
Result<ImageToPush> remembered_to_push(const std::string& reference, const Error& engine_error,
                                       report::Talk& talk)
{
  const ImageRecords records;
  const auto id = records.id_of(settings::with_tag(reference));
  const auto config = id ? records.config(*id) : std::nullopt;
  if (!config) {
    return fail(engine_error);
  }
  talk.detail(fmt::format("no engine answers: {} is pushed as it was put together here", reference));
  ImageToPush made;
  ENVLIFT_TRY_ASSIGN(made.image, to_be_packed(*config, reference));
  made.fetch_layers = [engine_error]() -> Result<> { return fail(engine_error); };
  return made;
}

}  // namespace

Result<ImageToPush> image_to_push(const ImageRequest& request, const Connect& connect, report::Talk& talk)
{
  if (is_stored(request.image)) {
    return stored_to_push(request, talk);
  }
  const auto engine = connect();
  if (!engine) {
    return remembered_to_push(request.image, engine.error(), talk);
  }
  return engine_to_push(**engine, request.image, talk);
}

Result<ImageToPush> project_to_push(const Planned& planned, const Request& request, const Connect& connect,
                                    report::Talk& talk)
{
  if (planned.inspected.settings.slim == "trace") {
    return fail(slims_assembled_only("that takes an engine that asks it its events",
                                     "run `envlift build` and push the image by its tag"));
  }
  const plan::Base& bases = planned.plan.base;
  const std::string platform = render::platform(planned.plan);
  const ImageRecords records;
  const auto base = records.base(bases.reference, platform);
  const auto builder = records.base(bases.builder, platform);
  if (!base || !builder) {
    return not_built(fmt::format("nothing was built on {} here yet", bases.reference));
  }
  const BuildWork work{planned, request, talk, LayerStore(), *base, *builder};
  ENVLIFT_TRY_ASSIGN(const auto index, known_environment_index(work));
  if (!index) {
    return not_built("the environment was not built here since it changed");
  }
  ENVLIFT_TRY_ASSIGN(const AssembledImage assembled, assembled_image(work, *index, nullptr));
  ImageToPush made;
  ENVLIFT_TRY_ASSIGN(made.image, to_be_packed(assembled.config, planned.plan.tag));
  made.fetch_layers = [connect, id = base->id]() -> Result<> {
    const auto engine = connect();
    if (!engine) {
      return not_built(
          "the registry has not the layers of the base, and no engine answers that could hand them out");
    }
    ENVLIFT_TRY(
        read_and_keep([&](image::LayerVisitor& visitor) { return read_from_engine(**engine, id, visitor); }));
    return {};
  };
  return made;
}

}  // namespace envlift::lift
