#pragma once

namespace envlift {

inline constexpr const char* k_version = "0.1.0";

}  // namespace envlift
