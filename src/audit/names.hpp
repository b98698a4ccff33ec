// What checks ask of paths of an image ("usr/lib/x", no "/" at either end; "" is the root), and how they speak of them.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace envlift::audit {

// Whether the path lies in the folder or deeper; everything lies below "".
bool is_below(std::string_view path, std::string_view folder);
// Whether one of the path's folders, or its last part, has that name.
bool has_part(std::string_view path, std::string_view name);

// Whether the text matches a pattern with '*' (any text, '/' too) and '?' (one character).
bool matches(std::string_view text, std::string_view pattern);

// Test data and samples: nothing that a function loads.
bool is_test_data(std::string_view path);

}  // namespace envlift::audit
