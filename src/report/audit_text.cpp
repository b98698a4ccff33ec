#include "report/audit.hpp"

#include "base/text.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace envlift::report {

namespace {

std::string paragraph(const audit::Finding& finding)
{
  std::string out =
      fmt::format("{}[{}]: {}\n", diag::to_string(finding.severity), finding.code, text::shown(finding.message));
  const std::string package = finding.package.empty() ? "" : fmt::format(" ({})", text::shown(finding.package));
  if (!finding.path.empty() || !package.empty()) {
    out += fmt::format("  --> {}{}\n", finding.path.empty() ? "the image" : text::shown(finding.path), package);
  }
  if (!finding.hint.empty()) {
    out += fmt::format("  hint: {}\n", text::shown(finding.hint));
  }
  return out;
}

}  // namespace

std::string audit_text(const std::string& image, const std::vector<audit::Finding>& findings)
{
  std::string out;
  for (const audit::Finding& finding : findings) {
    out += paragraph(finding) + "\n";
  }
  const auto number = [&](diag::Severity severity) {
    return static_cast<std::size_t>(std::ranges::count(findings, severity, &audit::Finding::severity));
  };
  return out + fmt::format("{}: {}, {}, {}\n", text::shown(image),
                           text::counted(number(diag::Severity::error), "error"),
                           text::counted(number(diag::Severity::warning), "warning"),
                           text::counted(number(diag::Severity::note), "note"));
}

}  // namespace envlift::report
