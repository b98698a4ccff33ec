// The errors of reading a stored image, in one wording.
#pragma once

#include "base/result.hpp"

#include <string>

namespace envlift::image {

// EL1101: the bytes are damaged, cut or not what they claim to be.
Failure damaged(std::string message);
// EL1102: nothing in it is an image.
Failure no_image(std::string message);
// EL1103: several images; `names` says which.
Failure several_images(std::string names);
// EL1102: none has the tag; `names` says what there is.
Failure no_such_tag(const std::string& tag, const std::string& names);
// EL1106: there is none for the platform; `names` says what there is.
Failure other_platform(const std::string& platform, const std::string& names);
// EL1139: it is an image, in a form that Lambda does not take.
Failure refused_manifest(std::string message);
// EL1104: `what` has other bytes than `wanted` says.
Failure wrong_digest(const std::string& what, const std::string& wanted, const std::string& found);

// EL1105: `path` cannot be put into an archive.
Failure unwritable(const std::string& path, const std::string& cause);

// The same error, its message behind the name of the part that it is about.
Failure inside(const std::string& part, Error error);

}  // namespace envlift::image
