// Python's marshal format (Python/marshal.c), as far as its objects have to be passed over.
#pragma once

#include <cstdint>
#include <string_view>

namespace envlift::audit {

// Whether the object that begins at the bytes' beginning ends after their end. False for what has a type or a layout
// that is not known. `magic` is that of the Python which wrote it: code objects differ by version.
bool is_cut_marshal(std::string_view bytes, std::uint16_t magic);

}   // namespace envlift::audit
