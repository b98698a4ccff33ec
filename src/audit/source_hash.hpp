// The hash of a source that a hash-based pyc holds (PEP 552; _imp.source_hash).
#pragma once

#include "audit/facts.hpp"

#include <string_view>

namespace envlift::audit {

SourceHashes hash_source(std::string_view source);

}   // namespace envlift::audit
