// The function's code as a layer.
#pragma once

#include "image/image_writer.hpp"
#include "lift/layer_store.hpp"
#include "lift/lift.hpp"

#include <optional>

namespace envlift::lift {

// Puts /var/task into the store, as a tar that any machine makes the same; nothing where the function has no code of its
// own. Code of some size is compiled by the environment's Python first, in the engine: EL1413 where there is none.
Result<std::optional<image::NewLayer>> task_layer(engine::Engine* engine, const Planned& planned,
                                                  const Request& request, const LayerStore& store,
                                                  report::Talk& talk);

}  // namespace envlift::lift
