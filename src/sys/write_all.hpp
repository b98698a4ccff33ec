// Writing on a descriptor to the end.
#pragma once

#include <string_view>

namespace envlift::sys {

// 0, or errno of the write that failed; a signal ends none.
int write_all(int descriptor, std::string_view bytes);

}  // namespace envlift::sys
