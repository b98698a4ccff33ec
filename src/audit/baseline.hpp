// Findings that were looked at and accepted, so that only new ones fail a build.
#pragma once

#include "audit/audit.hpp"
#include "diag/diag.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace envlift::audit {

struct Accepted {
  std::string code;        // "EL1144"
  std::string path;        // a pattern of '*' and '?'; "" = any
  std::string package;     // the same
  std::string reason;
};

struct Baseline {
  std::vector<Accepted> accepted;
};

// YAML or JSON: `{"accepted": [{"code": "EL1144", "path": "/opt/env/*", "package": "…", "reason": "…"}]}`, of which only
// the code must be there; or the list alone. Findings: EL0110 and its like for what is no YAML, EL1151 for another form.
Baseline read_baseline(const std::string& file, std::string_view text, diag::Diagnostics& diagnostics);

// What the baseline does not accept.
std::vector<Finding> without_accepted(std::vector<Finding> findings, const Baseline& baseline);

}   // namespace envlift::audit
