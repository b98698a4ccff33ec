// What one docker client can do.
#pragma once

#include "engine/engine.hpp"

#include <optional>

namespace envlift::engine {

struct Probe {
  ProbeFacts facts;
  std::optional<Error> unreachable;   // why no daemon answers
  std::string shortcoming;            // why it cannot build; "" when it can
};

// Asks a client for its version, its daemon's and its builder. Errors: it cannot be run, it hangs, an interrupt.
Result<Probe> probe(sys::Processes& processes, const std::string& client);

}   // namespace envlift::engine
