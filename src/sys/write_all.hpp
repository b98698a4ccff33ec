// Writing on a descriptor to the end, and why a file could not be written.
#pragma once

#include "base/error.hpp"

#include <string>
#include <string_view>

namespace envlift::sys {

// 0, or errno of the write that failed; a signal ends none.
int write_all(int descriptor, std::string_view bytes);

// EL0120 for an errno.
Error write_error(const std::string& path, int reason);

}  // namespace envlift::sys
