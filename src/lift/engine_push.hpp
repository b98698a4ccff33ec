// A push that the engine makes.
#pragma once

#include "lift/push_image.hpp"

#include <string>

namespace envlift::lift {

// Pushes the engine's image under every tag of the request, and under `latest` nothing that is not asked for. The login is in
// a configuration of docker's that is gone when this returns; the user's own stays as it is. EL1417, or why
// there was no login.
Result<report::PushReport> engine_push(const Connected& connected, const std::string& image,
                                       const PushRequest& request, report::Talk& talk);

}   // namespace envlift::lift
