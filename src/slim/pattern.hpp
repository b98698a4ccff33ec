// The patterns of the setting `keep`, as templates/build_keep.py reads them.
#pragma once

#include <string_view>

namespace envlift::slim {

// Whether the path below the environment fits: `*`, `?` and `[…]` stay within a name, `**` goes over folders, and a
// folder stands for all that it holds. A kind (`tests:numpy`) fits nothing.
bool fits(std::string_view path, std::string_view pattern);

}   // namespace envlift::slim
