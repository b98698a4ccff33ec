// License expressions (SPDX 2.3, annex D; PEP 639 takes the same).
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace envlift::report {

// The expression with its identifiers as SPDX's list writes them: "mit or apache-2.0" -> "MIT OR Apache-2.0". Nothing where
// the text is none, as "BSD" and "MIT License", or names a license of its own (LicenseRef-…).
std::optional<std::string> license_expression(std::string_view text);

}   // namespace envlift::report
