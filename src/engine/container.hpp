// A container from start to removal.
#pragma once

#include "engine/daemon.hpp"
#include "engine/engine.hpp"

namespace envlift::engine {

// The two ways to an engine.
struct Ways {
  sys::Processes& processes;
  std::string client;
  Daemon daemon;   // asked first
};

Result<std::unique_ptr<Container>> start_container(const Ways& ways, const RunRequest& request);

// Containers whose owner, a process of this machine, has ended without removing them.
void remove_abandoned_containers(const Ways& ways);

}  // namespace envlift::engine
