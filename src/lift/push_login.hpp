// Settings -> where a push goes, and who goes there.
#pragma once

#include "lift/push_image.hpp"
#include "settings/settings.hpp"

#include <string>
#include <vector>

namespace envlift::lift {

// EL1414 where no place is said, EL1415 for a tag that is none. `root` is the project's folder, of which the setting
// `push_tag: git` makes a tag.
Result<PushRequest> push_request(const settings::Settings& settings, const std::vector<std::string>& tags,
                                 const std::string& root);

}  // namespace envlift::lift
