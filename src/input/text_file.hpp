// The beginning of every reader: bytes -> text, or a finding that says where they are none.
#pragma once

#include "input/decode.hpp"
#include "input/input.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace envlift::input {

// The text of a file, which result.sources keeps for messages. Nothing, with EL0105 or EL0106 at its place,
// when the bytes are not of the encoding.
std::optional<std::string_view> decode_file(const std::string& path, std::string bytes, Encoding encoding,
                                            ReadResult& result);

}  // namespace envlift::input
