// The list of packages that conda-lock writes, and that pixi.lock had in its versions 1 to 3.
#pragma once

#include "input/conda_sections.hpp"
#include "input/yaml.hpp"

namespace envlift::input {

// Reads `metadata` and `package` of a lock whose version was looked at.
void read_package_list(const YamlNode& root, CondaFile& file);

}  // namespace envlift::input
