// An image, stored or the engine's -> the findings of its audit.
#pragma once

#include "audit/audit.hpp"
#include "audit/baseline.hpp"
#include "base/result.hpp"
#include "engine/engine.hpp"
#include "lift/image_facts.hpp"
#include "lift/lift.hpp"

#include <string>
#include <vector>

namespace envlift::lift {

// The baseline in a file; none for "". Findings: as audit::read_baseline has them. Fails where the file cannot be read.
Result<audit::Baseline> read_baseline(const std::string& path, diag::Diagnostics& diagnostics,
                                      diag::Sources& sources);

// Writes the baseline that accepts the findings besides what it accepts already (audit::accepting); gives those that it
// leaves.
Result<std::vector<audit::Finding>> write_baseline(const std::string& path, audit::Baseline baseline,
                                                   const std::vector<audit::Finding>& findings);

struct AuditRequest : ImageRequest {
  audit::Baseline baseline;
  bool is_arch_wanted = false;   // whether an image for another machine than `arch` is a finding
};

// What is wrong with the image but for what the baseline accepts. Findings: EL1154. `connect` is called for an image of the engine's. An image whose
// bytes or manifest cannot be used has that as its one finding (EL1101, EL1103, EL1104, EL1139). Fails where there is no
// image (EL1102, EL0806, EL0101).
Result<std::vector<audit::Finding>> audit_image(const AuditRequest& request, const Connect& connect,
                                                report::Talk& talk, diag::Diagnostics& diagnostics);

// The same for an image that was just built, by its ID. An image in which nothing was found is remembered in the cache
// folder and not read again: nothing in it can change.
Result<std::vector<audit::Finding>> audit_built(engine::Engine& engine, const Built& built,
                                                const audit::Baseline& baseline, report::Talk& talk,
                                                diag::Diagnostics& diagnostics);

}  // namespace envlift::lift
