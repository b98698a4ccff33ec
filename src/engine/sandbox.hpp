// Lambda's sandbox in the words of docker's command line, and read back from the container that came of it.
#pragma once

#include "engine/engine.hpp"

#include <map>
#include <string>
#include <vector>

namespace envlift::engine {

struct SandboxFlag {
  std::string name;                        // of the limit
  std::vector<std::string> arguments;      // of `docker run`
};

std::vector<SandboxFlag> sandbox_flags(const Sandbox& sandbox, int memory_mb);

// What of it a container has, by the answer of `docker inspect`: an engine drops some limits with a warning, and an old
// one has not heard of all. `refused` are the names of those that it did not take, with its words.
std::vector<Limit> read_limits(const Sandbox& sandbox, int memory_mb, const std::string& inspected,
                               const std::map<std::string, std::string>& refused);

}   // namespace envlift::engine
