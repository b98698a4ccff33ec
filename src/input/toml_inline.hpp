// TOML 1.1 allows line breaks, comments and a last comma in inline tables; pixi and others write them.
#pragma once

#include <string>
#include <string_view>

namespace envlift::input {

// The text with its inline tables on one line each, as TOML 1.0 has it. What follows keeps its lines.
std::string with_plain_inline_tables(std::string_view text);

}  // namespace envlift::input
