// Build strings in an environment.yml that cannot be had on Linux.
#pragma once

#include "environment/match_spec.hpp"
#include "input/conda_sections.hpp"

#include <string>
#include <vector>

namespace envlift::input {

struct WantedSpec {
  environment::MatchSpec spec;
  diag::Span span;
};

// Why the file is thought to be an export of another system: "`vc` in line 3 is in no Linux
// environment"; "" when nothing speaks for it, or something against it. `origin`: what the file itself says.
std::string foreign_evidence(const std::vector<WantedSpec>& wanted, const environment::Dropped* foreign,
                             const std::string& origin);

// Takes away the exact builds that another system made, and says which and why. `evidence`: that of
// the file being an export; with "" only builds go that name their system themselves.
void remove_builds(std::vector<WantedSpec>& wanted, const std::string& evidence, CondaFile& file);

}  // namespace envlift::input
