// A container from start to removal.
#pragma once

#include "engine/engine.hpp"

namespace envlift::engine {

Result<std::unique_ptr<Container>> start_container(sys::Processes& processes, const std::string& client,
                                                   const RunRequest& request);

// Containers whose owner, a process of this machine, has ended without removing them.
void remove_abandoned_containers(sys::Processes& processes, const std::string& client);

}  // namespace envlift::engine
