// The engine's own push, for registries that nothing else gets into.
#pragma once

#include "base/result.hpp"
#include "sys/process.hpp"

#include <string>

namespace envlift::engine {

struct PushRequest {
  std::string client;          // of Engine::facts()
  std::string image;           // tag or ID
  std::string target;          // HOST/REPOSITORY:TAG
  std::string config_folder;   // docker's configuration with the login; "" = the user's own
};

// Gives the image the target's name, pushes it, and takes the name away where it was not there before. Returns the manifest's
// digest. EL1417 with the client's last lines.
Result<std::string> push(sys::Processes& processes, const PushRequest& request);

}   // namespace envlift::engine
