// What a case expects: the map `expect`.
#pragma once

#include "diag/diag.hpp"
#include "input/yaml.hpp"
#include "suite/suite.hpp"

namespace envlift::suite {

// As much of it as could be read; findings for the rest. A single value is the verdict.
Expectation read_expectation(const input::YamlNode& node, diag::Diagnostics& diagnostics);

}   // namespace envlift::suite
