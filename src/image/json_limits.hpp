// Bounds on the JSON that an image's maker wrote, so that it cannot take the memory that reading one must not need.
#pragma once

#include <cstddef>
#include <string_view>

namespace envlift::image {

// Of one document. Registries take manifests of 4 MiB.
inline constexpr std::size_t k_json_bytes = std::size_t{16} * 1024 * 1024;

// Whether the values are few enough, and nested little enough, to be held in memory.
bool is_modest_json(std::string_view text);

// "sha256:" and 64 lower-case hexadecimal digits: nothing else becomes a part of a path.
bool is_sha256_digest(std::string_view text);

}   // namespace envlift::image
