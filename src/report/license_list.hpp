// SPDX's list of licenses.
#pragma once

#include <span>
#include <string_view>

namespace envlift::report {

// The identifiers as the list writes them ("Apache-2.0"), in the order of their lower-case letters; deprecated ones too.
std::span<const std::string_view> license_ids();
// What may stand behind WITH: "Classpath-exception-2.0".
std::span<const std::string_view> exception_ids();

}   // namespace envlift::report
