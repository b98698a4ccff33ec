// JSON as text: what is JSON here, and a tree of YAML written as JSON.
#pragma once

#include "input/yaml.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace envlift::suite {

// How deep JSON may be nested, so that walking it does not overflow the stack.
inline constexpr std::size_t k_deepest_json = 500;

// Whether the text is JSON, and not nested deeper.
bool is_json(std::string_view text, std::size_t deepest = k_deepest_json);

// The tree as JSON, on one line. An unquoted scalar is a number, true or false where JSON would read it so, and text
// everywhere else (007, yes, 1_000); numbers stay as they are written.
std::string json_of(const input::YamlNode& node);

}   // namespace envlift::suite
