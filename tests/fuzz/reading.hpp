// Reads a project whose files are an input's text, and looks at all that envlift says of it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace envlift::fuzz {

// `projects` is what the first byte chooses from, with spaces between: the file to read and, behind slashes, the files
// that its reader looks for. A form feed ends one file's text and begins the next one's.
void read_project(std::string_view projects, const std::uint8_t* data, std::size_t size);

}   // namespace envlift::fuzz
