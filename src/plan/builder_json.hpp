// The JSON files that build.py reads in the builder stage.
#pragma once

#include "plan/strategies.hpp"

#include <string>

namespace envlift::plan {

std::string installer_json(const Inputs& inputs, const std::string& arch);
// `environment_file` lies below environment/ in the context.
std::string environment_json(const Inputs& inputs, const Plan& plan, const std::string& environment_file);

}  // namespace envlift::plan
