// ELF files as the loader sees them: through program headers and the dynamic section, for a stripped file has no
// section headers.
#pragma once

#include "audit/facts.hpp"

#include <string>
#include <string_view>

namespace envlift::audit {

bool is_elf(std::string_view head);

// The facts of an ELF file of `size` bytes; `head` is its beginning and `content` what follows. Of what is damaged or
// out of place, what can be read is given. Reads to the last byte that is needed and holds no executable code.
// An Error only when `content` has one.
Result<ElfFacts> read_elf(std::string head, image::ByteSource& content, unsigned long long size);

}   // namespace envlift::audit
