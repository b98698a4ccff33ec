// The assembled form of a plan: the engine builds the layers of the environment and hands them out as files, and
// envlift puts them and the code over the base (docs/decisions/0008-assembled-images.md).
#pragma once

#include "plan/plan.hpp"

#include <string>
#include <utility>
#include <vector>

namespace envlift::plan {

// The stage whose files an export hands out.
inline constexpr const char* k_export_stage = "export";
// What the builder's step `layers` writes besides layers: which ones there are.
inline constexpr const char* k_layers_index = "index.json";

// Exports the builder's folder of layers: the index, and "<64 hexadecimal digits>.tar" for each layer but those that
// are in the list k_known_layers of the context, which is empty here. The context has no code, and the plan no tag.
Plan layers_export(const Plan& plan);
inline constexpr const char* k_known_layers = "envlift/known-layers.json";
// The text of that file, of the digits of diffIDs.
std::string known_layers_json(const std::vector<std::string>& digits);
// Exports the folder /var/task of a plan with code.
Plan code_export(const Plan& plan);

// What the final stage says besides its files.
struct ImageConfig {
  std::string working_folder;   // "" = the base's
  std::vector<std::pair<std::string, std::string>> env;   // over the base's, in order
  std::vector<std::string> entrypoint;
  std::vector<std::string> cmd;
};
ImageConfig image_config(const Plan& plan);

// Where the environment lies in the image, and its Python's library: "/opt/env", "/opt/env/lib/python3.11".
struct EnvironmentPlace {
  std::string prefix;
  std::string library;
};
EnvironmentPlace environment_place(const Plan& plan);

// The code's files, at their paths below /var/task.
std::vector<ProjectFile> code_files(const Plan& plan);
inline constexpr const char* k_task_root = "/var/task";

}  // namespace envlift::plan
