// A package of a poetry.lock as every lock has it.
#pragma once

#include "input/pip_locked.hpp"
#include "input/poetry_graph.hpp"

#include <vector>

namespace envlift::input {

// Moves the files of a package's own table out of it, with what nobody reads.
std::vector<LockedFile> take_files(toml::table& package);

// `root` is the lock: older ones keep the files in its [metadata]. Those of the node are moved.
LockedPackage poetry_package(PoetryNode& node, const toml::table& root, const TomlReader& toml);

}  // namespace envlift::input
