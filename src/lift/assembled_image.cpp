#include "lift/assembled_image.hpp"

#include "image/layer_index.hpp"
#include "lift/task_layer.hpp"
#include "plan/assembly.hpp"
#include "sys/clock.hpp"

#include <utility>
#include <vector>

namespace envlift::lift {

namespace {

image::NewImage new_image(const BuildWork& work, std::vector<image::NewLayer> layers)
{
  plan::ImageConfig config = plan::image_config(work.planned.plan);
  image::NewImage image;
  image.architecture = work.planned.plan.arch;
  image.base_name = work.planned.plan.base.reference;
  image.base_config = work.base.config;
  image.base_layers = work.base.layers;
  image.layers = std::move(layers);
  image.env = std::move(config.env);
  image.working_folder = std::move(config.working_folder);
  image.entrypoint = std::move(config.entrypoint);
  image.cmd = std::move(config.cmd);
  image.labels = {"envlift"};
  return image;
}

}  // namespace

Result<AssembledImage> assembled_image(const BuildWork& work, const std::string& index,
                                       engine::Engine* engine)
{
  ENVLIFT_TRY_ASSIGN(std::vector<image::NewLayer> layers, image::parse_layer_index(index));
  ENVLIFT_TRY_ASSIGN(const auto code, task_layer(engine, work.planned, work.request, work.store, work.talk));
  if (code) {
    layers.push_back(*code);
  }
  AssembledImage made{new_image(work, std::move(layers)), ""};
  const std::string created = work.store.created(image::config_text(made.image, ""), sys::utc_now());
  made.config = image::config_text(made.image, created);
  return made;
}

}  // namespace envlift::lift
