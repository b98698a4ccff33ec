// A build context as a folder of this machine.
#pragma once

#include "base/result.hpp"
#include "render/render.hpp"

#include <string>

namespace envlift::lift {

// Writes the context's files, and those it takes from the project at `root`, into a new folder.
Result<> fill_folder(const render::Context& context, const std::string& root, const std::string& folder);

// What lies in the folder, links included, as `sha256sum` prints it, without envlift's own mark.
Result<std::string> folder_record(const std::string& folder);

// Puts the context in the place of what an earlier call wrote there: whole, or not at all. EL0121 when the folder
// holds anything else; `force` allows files of ours that were changed, and files added to them.
Result<> replace_folder(const render::Context& context, const std::string& root, const std::string& folder,
                        bool force);

}   // namespace envlift::lift
