// The parts of a path, as text: nothing is looked up.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace envlift::path {

// What stands before the last slash: "." for a name alone, "/" below the root.
std::string parent(std::string_view path);
// The same in a tree of its own, whose paths begin without a slash: "" for a name alone.
std::string_view folder_of(std::string_view path);
// What stands behind the last slash.
std::string_view file_name(std::string_view path);

// As the kernel would take it below a root: no "./", no "//", no "/" at either end; ".." goes up, and at the root
// stays there.
std::string normal(std::string_view path);
// `relative` seen from `folder`, which is normal; an absolute one is seen from the root.
std::string joined(std::string_view folder, std::string_view relative);
// The same for what must stay below the root, which is "." here; nothing when it is absolute or climbs out.
std::optional<std::string> project_path(std::string_view folder, std::string_view relative);

}  // namespace envlift::path
