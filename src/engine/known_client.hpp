// A client that was found good before on this machine: taken again while nothing that it depends on has changed, for
// asking clients takes a tenth of a second.
#pragma once

#include "engine/engine.hpp"

#include <optional>
#include <string>
#include <vector>

namespace envlift::engine {

// The name of what is found among these clients: another one when a client, its plug-ins, docker's settings or its
// variables change.
std::string client_key(const std::vector<std::string>& clients, Need need);

// The client that was kept under the key, if the daemon answers that it is the same as it was then.
std::optional<ProbeFacts> known_client(ClientRecords& records, const std::string& key);

// Nothing is kept of a client whose daemon's socket is not known: nobody could ask it without the client.
void keep_client(ClientRecords& records, const std::string& key, const ProbeFacts& facts);

}   // namespace envlift::engine
