// Text of a suite or an event -> a tree with places, from YAML and from JSON alike.
#pragma once

#include "diag/diag.hpp"
#include "input/yaml.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace envlift::suite {

// Whether the text is read as JSON: by the name, and where that says nothing, by the text.
bool is_json_document(std::string_view name, std::string_view text);

// Nothing, with findings, when the text cannot be read; those of input::parse_yaml and input::parse_json, EL0103 and
// EL0105. JSON is not left to the reader of YAML, which does not know all of its escapes.
std::optional<input::YamlNode> read_document(const std::string& name, std::string_view text,
                                             diag::Diagnostics& diagnostics);

}   // namespace envlift::suite
