// What `--slim trace` leaves in an image, which an audit must not take for damage.
#pragma once

#include "audit/facts.hpp"

#include <string_view>

namespace envlift::audit {

// The label of an image whose files were left out by a trace.
inline constexpr std::string_view k_slim_label = "envlift.slim";

// What stays of a source whose bytecode Python takes without a look at it: Python wants the file. What reads it all the
// same (PYTHONOPTIMIZE, which has other bytecode) is told.
inline constexpr std::string_view k_reduced_source =
    "raise ImportError('envlift --slim trace left out the source of this module; --keep keeps it')\n";

// Whether the image has that label.
bool is_slimmed(const image::Config& config);
// Whether the file may be a reduced source, by its name and size.
bool is_reduced(std::string_view path, const File& file);

}   // namespace envlift::audit
