// What one docker client can do.
#pragma once

#include "engine/engine.hpp"

#include <optional>

namespace envlift::engine {

struct Probe {
  ProbeFacts facts;
  std::optional<Error> unreachable;   // why no daemon answers
  bool builds = false;                // BuildKit is usable
};

Result<Probe> probe(sys::Processes& processes, const std::string& client);

}  // namespace envlift::engine
