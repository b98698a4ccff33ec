// What a container's cgroup counted of its memory.
#pragma once

#include "engine/engine.hpp"

namespace envlift::engine {

// A container lives on when the kernel kills its function, and its state says nothing of it: the counters of its cgroup
// do (v1 and v2), read on this machine or inside of the container; and where neither can be read, the engine's events.
MemoryUse memory_use(sys::Processes& processes, const std::string& client, const std::string& id);

// The same from this machine's files alone.
MemoryUse memory_use_here(const std::string& id);

// Pure: the numbers in the files of a cgroup, one after the other.
MemoryUse read_counters(std::string_view files);

}   // namespace envlift::engine
