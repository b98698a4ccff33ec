// One case of a suite.
#pragma once

#include "diag/diag.hpp"
#include "input/input.hpp"
#include "input/yaml.hpp"
#include "suite/suite.hpp"

namespace envlift::suite {

// As much of the case as could be read; findings for the rest. `files` is nullptr where no file stands beside it.
Case read_case(const input::YamlNode& node, const input::FileSource* files, diag::Diagnostics& diagnostics);

// EL0103 for an event that is larger than Lambda takes.
void check_event_size(const std::string& event, const diag::Span& place, diag::Diagnostics& diagnostics);

}   // namespace envlift::suite
