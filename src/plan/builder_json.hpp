// The JSON files that build.py reads in the builder stage.
#pragma once

#include "plan/environment_files.hpp"
#include "plan/strategies.hpp"

#include <string>

namespace envlift::plan {

// The base table's installer for the architecture.
const Installer& base_installer(const Inputs& inputs);

std::string installer_json(const Inputs& inputs);
std::string environment_json(const Inputs& inputs, const Plan& plan, const EnvironmentFiles& files);
// What the finish does; a file of its own, so that another choice does not install everything anew.
std::string finish_json(const Inputs& inputs);

}  // namespace envlift::plan
