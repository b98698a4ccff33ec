// Dependency groups that the project's tool installs without being asked for them.
#pragma once

#include "input/toml.hpp"

#include <set>
#include <string>
#include <string_view>

namespace envlift::input {

// Whether the name is one of a group for the project's development: `dev`, `test`, `docs` and the like. Tools install
// some of them by default, and a function needs none.
bool is_of_development(std::string_view group);

// Normalised names, of groups that the pyproject.toml has: [tool.uv] default-groups, and those of
// [tool.poetry.group] that are not optional. Without those of development.
std::set<std::string> default_groups(const toml::table& pyproject);

}   // namespace envlift::input
