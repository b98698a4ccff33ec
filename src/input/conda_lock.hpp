// What conda-lock's lock and pixi.lock have in common: YAML, and the list of packages that conda-lock writes and that
// pixi.lock had in its versions 1 to 3.
#pragma once

#include "input/conda_sections.hpp"
#include "input/yaml.hpp"

#include <optional>
#include <string>

namespace envlift::input {

// The lock's tree; nothing, with a finding, where it is no map.
std::optional<YamlNode> parse_lock(CondaFile& file, std::string bytes);
// Reads `metadata` and `package` of a lock whose version was looked at.
void read_package_list(const YamlNode& root, CondaFile& file);

}  // namespace envlift::input
