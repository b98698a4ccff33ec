// The function's code as a layer.
#pragma once

#include "image/image_writer.hpp"
#include "lift/lift.hpp"

#include <optional>
#include <string>

namespace envlift::lift {

struct TaskLayer {
  image::NewLayer layer;
  std::string path;   // of its tar, in the folder that was given
};

// Writes /var/task into a tar that any machine makes the same; nothing where the function has no code of its own.
// Code of some size is compiled by the environment's Python first, in the engine.
Result<std::optional<TaskLayer>> task_layer(engine::Engine& engine, const Planned& planned, const Request& request,
                                            const std::string& folder, report::Talk& talk);

}  // namespace envlift::lift
