// A container from start to removal.
#pragma once

#include "engine/engine.hpp"

namespace envlift::engine {

Result<std::unique_ptr<Container>> start_container(sys::Processes& processes, const std::string& client,
                                                   const RunRequest& request);

}  // namespace envlift::engine
