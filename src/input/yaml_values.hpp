// What YAML makes of plain scalars, for the few places where a text is not taken as it is written.
#pragma once

#include "input/yaml.hpp"

#include <optional>
#include <string>

namespace envlift::input {

// What Python's str() gives for the scalar's value as ruamel.yaml reads it with YAML 1.2, conda's way: "True" of `true`,
// "3.1" of `3.10`, "10" of `010`, "8" of `0o10`; quoted scalars and all other texts stay as they are. Nothing for a date or
// time, which conda cannot store.
std::optional<std::string> python_text(const YamlNode& scalar);

}   // namespace envlift::input
