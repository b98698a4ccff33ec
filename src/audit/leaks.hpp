// What a step of the image's history may not show.
#pragma once

#include <string_view>

namespace envlift::audit {

// Whether the command line of a build step holds what looks like a secret.
bool holds_secret(std::string_view command);

}   // namespace envlift::audit
