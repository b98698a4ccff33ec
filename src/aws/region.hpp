// The region that requests go to.
#pragma once

#include "aws/session.hpp"

#include <string>

namespace envlift::aws {

struct Region {
  std::string name;     // "eu-central-1"
  std::string source;   // in words: "AWS_REGION"
};

// The flag, AWS_REGION, AWS_DEFAULT_REGION, the profile; nothing where none names one.
std::optional<Region> configured_region(const Session& session);
// The same, and then the region of the instance. EL1302 where none is known.
Result<Region> find_region(const Session& session);

}  // namespace envlift::aws
