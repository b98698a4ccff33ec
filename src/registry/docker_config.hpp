// The logins that docker knows: its configuration is read and never written.
#pragma once

#include "registry/registry.hpp"
#include "sys/process.hpp"

#include <string>

namespace envlift::registry {

// The login for a host of docker's configuration ($DOCKER_CONFIG/config.json, ~/.docker/config.json): of a credential
// helper that is named for it, of the file itself, of the credential store; nobody where there is none. EL1416 where a
// helper fails.
Result<Login> docker_login(sys::Processes& processes, const std::string& host);

}   // namespace envlift::registry
