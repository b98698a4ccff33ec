#include "input/conda_builds.hpp"

#include "base/text.hpp"
#include "environment/build_strings.hpp"

#include <algorithm>
#include <map>

#include <fmt/format.h>

namespace envlift::input {

namespace {

using environment::MatchSpec;

constexpr const char* k_windows_reason = "the build itself is named as one of Windows";
constexpr const char* k_bound_reason =
    "the package has builds of its own for every system, although it is `noarch`";

// One build and no other: not a pattern, and not a file that the line names.
bool has_exact_build(const MatchSpec& spec)
{
  return !spec.build.empty() && spec.url.empty() && spec.build.find('*') == std::string::npos &&
         !spec.build.starts_with('^');
}

// Why the build cannot be had on Linux; "" when it may be.
std::string reason_against(const MatchSpec& spec, const std::string& evidence)
{
  if (environment::is_windows_build(spec.build)) {
    return k_windows_reason;
  }
  if (evidence.empty() || spec.subdir.starts_with("linux-")) {
    return "";
  }
  if (!environment::is_noarch_build(spec.build)) {
    return evidence;
  }
  const bool is_of_unix = spec.build.starts_with("unix_") || spec.build.starts_with("linux_");
  return environment::has_system_bound_noarch(spec.name) && !is_of_unix ? k_bound_reason : "";
}

}  // namespace

std::string foreign_evidence(const std::vector<WantedSpec>& wanted, const environment::Dropped* foreign,
                             const std::string& origin)
{
  if (!origin.empty()) {
    return origin;
  }
  const bool has_linux = std::ranges::any_of(
      wanted, [](const WantedSpec& item) { return environment::is_linux_only_conda(item.spec.name); });
  if (foreign == nullptr || has_linux) {
    return "";
  }
  return fmt::format("the file is an export of another system: it has `{}`, which Linux has not, in line {}",
                     foreign->name, foreign->span.line);
}

void remove_builds(std::vector<WantedSpec>& wanted, const std::string& evidence, CondaFile& file)
{
  std::map<std::string, std::vector<std::string>> removed;   // by reason
  std::size_t count = 0;
  diag::Span first;
  for (WantedSpec& item : wanted) {
    const std::string reason = has_exact_build(item.spec) ? reason_against(item.spec, evidence) : "";
    if (reason.empty()) {
      continue;
    }
    first = count++ == 0 ? item.span : first;
    removed[reason].push_back(fmt::format("{} {}", item.spec.name, item.spec.build));
    item.spec = item.spec.without_build();
  }
  if (count == 0) {
    return;
  }
  auto& finding =
      file.diagnostics().add("EL0216",
                             fmt::format("the build string{} of {} package{} removed: not to be had on Linux",
                                         count == 1 ? "" : "s", count, count == 1 ? " is" : "s are"),
                             "write the list with `conda env export --no-builds`", first);
  for (const auto& [reason, builds] : removed) {
    finding.notes.push_back(fmt::format("{}: {}", reason, text::join(builds, ", ")));
  }
}

}  // namespace envlift::input
