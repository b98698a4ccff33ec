// What of the project's folder enters the image: the files of the code layer, and those of local projects.
#pragma once

#include "diag/diag.hpp"
#include "environment/environment.hpp"
#include "function/function.hpp"
#include "settings/settings.hpp"
#include "sys/file_tree.hpp"

#include <optional>
#include <string>
#include <vector>

namespace envlift::lift {

// The setting's file or folder, else the project, without what belongs to the build or is installed. Nothing, with
// EL0101 or EL0109, for a `code` that is not there or is a link out of the project; EL0513 for links in it that are left
// out.
std::optional<std::vector<function::CodeFile>> code_files(const std::string& root, const settings::Settings& settings,
                                                          const environment::Environment& environment,
                                                          diag::Diagnostics& diagnostics);

// The files of a local project that is installed; `source` is its folder below the project.
sys::FileTree local_project_files(const std::string& root, const std::string& source);

// The same findings for the local projects and archives of the environment.
void check_local_packages(const std::string& root, const environment::Environment& environment,
                          diag::Diagnostics& diagnostics);

}   // namespace envlift::lift
