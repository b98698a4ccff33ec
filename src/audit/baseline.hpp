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
  diag::Span span;         // where the baseline says so
};

struct Baseline {
  std::vector<Accepted> accepted;
};

// YAML or JSON: `{"accepted": [{"code": "EL1144", "path": "/opt/env/*", "package": "…", "reason": "…"}]}`, of which only
// the code must be there; or the list alone. Findings: EL0110 and its like for what is no YAML, EL1151 for another form.
Baseline read_baseline(const std::string& file, std::string_view text, diag::Diagnostics& diagnostics);

// What the baseline does not accept. Findings: EL1154 for what it accepts and nothing meets.
std::vector<Finding> without_accepted(std::vector<Finding> findings, const Baseline& baseline,
                                      diag::Diagnostics& diagnostics);

// The baseline that accepts the findings too, but for notes, which fail nothing, and secrets: those are accepted by hand.
Baseline accepting(Baseline baseline, const std::vector<Finding>& findings);
// As read_baseline takes it.
std::string baseline_text(const Baseline& baseline);

}   // namespace envlift::audit
