// A package of a poetry.lock as every lock has it.
#pragma once

#include "input/pip_locked.hpp"
#include "input/poetry_graph.hpp"

namespace envlift::input {

// `root` is the lock: older ones keep the files in its [metadata].
LockedPackage poetry_package(const PoetryNode& node, const toml::table& root, const TomlReader& toml);

}  // namespace envlift::input
