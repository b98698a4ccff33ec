// The project that an environment file belongs to, where the file lists it among the packages.
#pragma once

#include <string_view>

namespace envlift::input {

// Why it is not installed.
inline constexpr std::string_view k_own_project =
    "the project itself: its code goes into the image as the function's code";

}  // namespace envlift::input
