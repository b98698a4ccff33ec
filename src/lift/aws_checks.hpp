// What `doctor` says of AWS: where the credentials come from, and the region. Nothing of the credentials is shown.
#pragma once

#include "aws/session.hpp"
#include "engine/doctor.hpp"

#include <vector>

namespace envlift::lift {

// Two checks: credentials, region. None fails: only a push to ECR needs them.
std::vector<engine::Check> check_aws(const Result<aws::Session>& session);

}   // namespace envlift::lift
