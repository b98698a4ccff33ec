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

// Normalised names of groups that the pyproject.toml has, without those of development: what uv installs by
// [tool.uv] default-groups, and what poetry does, which is every group that is not optional.
std::set<std::string> default_groups_of_uv(const toml::table& pyproject);
std::set<std::string> default_groups_of_poetry(const toml::table& pyproject);
// The same for a pyproject.toml of either: uv's where it has that key, else poetry's.
std::set<std::string> default_groups(const toml::table& pyproject);

}   // namespace envlift::input
