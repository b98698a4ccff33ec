// JSON pointers (RFC 6901).
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace envlift::suite {

// The names and indices of a pointer, unescaped; nothing when the text is no pointer. "" has none, "/" has one: "".
std::optional<std::vector<std::string>> pointer_tokens(std::string_view pointer);
// A pointer one step deeper.
std::string pointer_below(std::string_view pointer, std::string_view token);
// The index that a token is in an array; nothing for a token that is none ("01", "-", "x").
std::optional<std::size_t> array_index(std::string_view token);

}   // namespace envlift::suite
