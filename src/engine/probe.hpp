// What one docker client can do.
#pragma once

#include "engine/engine.hpp"

#include <optional>

namespace envlift::engine {

struct Probe {
  ProbeFacts facts;
  std::optional<Error> unreachable;   // why no daemon answers
  std::string shortcoming;            // why it cannot do what is needed; "" when it can
};

// Asks a client for its version, its daemon's and, where one is needed, its builder. Errors: it cannot be run, it
// hangs, an interrupt.
Result<Probe> probe(sys::Processes& processes, const std::string& client, Need need);

}   // namespace envlift::engine
