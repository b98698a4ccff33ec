// The environment as the builder makes it: what it consists of is remembered from build to build.
#pragma once

#include "image/image_writer.hpp"
#include "lift/layer_store.hpp"
#include "lift/lift.hpp"

#include <optional>
#include <string>
#include <vector>

namespace envlift::lift {

struct BuildContext;

// What every step works with, whether an engine is at hand or not.
struct BuildWork {
  const Planned& planned;
  const Request& request;
  report::Talk& talk;
  LayerStore store;
  engine::Image base;      // of the image
  engine::Image builder;   // of the builder's stage: the same, or one with a Python
};

struct EnvironmentBuild : BuildWork {
  engine::Engine& engine;
};

// With the base images at hand.
Result<EnvironmentBuild> environment_build(engine::Engine& engine, const Planned& planned,
                                           const Request& request, report::Talk& talk);

// The index of an environment that was built before, from the same files on the same base; nothing when it was not.
Result<std::optional<std::string>> known_environment_index(const BuildWork& work);

// The builder's index.json (templates/build_layers.py): out of the store where the environment was built before, from
// the same files on the same base; else the environment is built.
Result<std::string> environment_index(const EnvironmentBuild& work);

// Whether what the builder has done before may be taken.
enum class Cached { no, yes };

// Takes the layers of this environment that the store lacks out of the builder: once more, where they were removed. EL0901
// when it makes other ones now.
Result<> fetch_layers(const EnvironmentBuild& work, const std::vector<image::NewLayer>& layers);

// Builds the context and writes the files of its last stage into a folder.
Result<> run_export(const EnvironmentBuild& work, const BuildContext& context, const std::string& destination,
                    Cached cached);

}   // namespace envlift::lift
