// The platforms of conda, as they stand in channels.
#pragma once

#include <string_view>

namespace envlift::environment {

bool is_subdir(std::string_view word);

}  // namespace envlift::environment
