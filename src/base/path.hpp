// The parts of a path, as text: nothing is looked up.
#pragma once

#include <string>
#include <string_view>

namespace envlift::path {

// What stands before the last slash: "." for a name alone, "/" below the root.
std::string parent(std::string_view path);
// What stands behind the last slash.
std::string file_name(std::string_view path);

}  // namespace envlift::path
