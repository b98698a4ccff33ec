// Paths of an image: "usr/lib/x", no "/" at either end; "" is the root.
#pragma once

#include <string>
#include <string_view>

namespace envlift::audit {

std::string_view parent_of(std::string_view path);
std::string_view name_of(std::string_view path);
// `relative` seen from `folder`, its "." and ".." resolved as text; an absolute one is seen from the root.
std::string joined(std::string_view folder, std::string_view relative);

}   // namespace envlift::audit
