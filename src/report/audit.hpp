// The findings of an audit: for programs (docs/schema/audit.schema.json), for code scanning (SARIF 2.1.0) and for
// people.
#pragma once

#include "audit/audit.hpp"

#include <string>
#include <vector>

namespace envlift::report {

// {"schema": 1, "image": …, "findings": […]} with a newline at its end. Credentials are redacted in all three.
std::string audit_json(const std::string& image, const std::vector<audit::Finding>& findings);
std::string audit_sarif(const std::string& image, const std::vector<audit::Finding>& findings);
// A paragraph for each finding, and a last line with their numbers.
std::string audit_text(const std::string& image, const std::vector<audit::Finding>& findings);

}   // namespace envlift::report
