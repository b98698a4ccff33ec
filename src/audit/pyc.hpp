// The headers of compiled Python files.
#pragma once

#include "audit/facts.hpp"

#include <optional>
#include <string_view>

namespace envlift::audit {

// Nothing when the bytes are no header of PEP 552.
std::optional<PycFacts> parse_pyc(std::string_view head);

}   // namespace envlift::audit
