#include "fuzz/reading.hpp"

#include "base/text.hpp"
#include "diag/codes.hpp"
#include "diag/printer.hpp"
#include "environment/match_spec.hpp"
#include "environment/requirement.hpp"
#include "fakes/memory_files.hpp"
#include "fuzz/check.hpp"
#include "input/input.hpp"
#include "report/inspect.hpp"

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace envlift::fuzz {

namespace {

constexpr char k_between_files = '\f';

using Names = std::vector<std::string>;

Names split(std::string_view text, char separator)
{
  const auto parts = text::split(text, separator);
  return {parts.begin(), parts.end()};
}

// The first file takes the text up to the form feed, and so on; `pkg` is a local project.
fakes::MemoryFiles project_files(const Names& names, std::string_view text)
{
  std::map<std::string, std::string> files = {{"pkg/pyproject.toml", ""},
                                              {"pkg/a-1.0-py3-none-any.whl", "x"}};
  const Names texts = split(text, k_between_files);
  for (std::size_t at = 0; at < std::min(names.size(), texts.size()); ++at) {
    files[names[at]] = texts[at];
  }
  return fakes::MemoryFiles(std::move(files));
}

// What is printed and reported of a reading.
struct Shown {
  std::string report;
  std::string text;
  std::string lines;
  bool operator==(const Shown&) const = default;
};

Shown show(const input::ReadResult& read)
{
  const auto print = [&](diag::MessageFormat format) {
    return diag::print(read.diagnostics, read.sources, {.format = format});
  };
  std::string report;
  report::inspect_json(read.environment, read.diagnostics, [&](std::string_view part) { report += part; });
  return {std::move(report), print(diag::MessageFormat::text), print(diag::MessageFormat::json)};
}

void check_shown(const Shown& shown)
{
  require(nlohmann::json::accept(shown.report), "the report is JSON", shown.report);
  for (const std::string_view line : text::lines(shown.lines)) {
    require(line.empty() || nlohmann::json::accept(line), "a printed finding is JSON", line);
  }
  require(text::is_valid_utf8(shown.text), "what is printed is UTF-8", shown.text);
}

void check_finding(const diag::Diagnostic& finding, const diag::Sources& sources)
{
  const diag::CodeInfo* row = diag::find_code(finding.code);
  require(row != nullptr, "a code stands in the list", finding.code);
  require(row->severity == finding.severity, "a finding has its code's severity", finding.code);
  require(!finding.message.empty() && !finding.hint.empty(), "a finding has a message and a hint",
          finding.code);
  const std::string_view line = sources.line(finding.span.file, finding.span.line);
  require(line.empty() || finding.span.column <= line.size() + 1, "a column stands in its line",
          finding.message);
}

void check_conda(const environment::Environment& environment)
{
  require(environment.uses_conda || environment.conda.empty(), "packages of conda make it install");
  for (const environment::CondaPackage& package : environment.conda) {
    const auto parsed = environment::parse_match_spec(package.spec);
    require(parsed.spec && parsed.spec->str() == package.spec, "a package's spec is canonical", package.spec);
    require(!environment.conda_locked || !package.url.empty(), "a locked package has its URL", package.spec);
  }
}

void check_pip(const environment::Environment& environment)
{
  for (const environment::PipPackage& package : environment.pip) {
    require(!package.name.empty() || !package.url.empty() || !package.path.empty(),
            "a package has a name or a place", package.requirement);
    const bool is_bare_url = !package.url.empty() && package.requirement.find(" @ ") == std::string::npos;
    if (is_bare_url || !package.path.empty() || package.editable) {
      continue;   // the line's own text
    }
    const auto parsed = environment::parse_requirement(package.requirement);
    require(parsed.requirement && parsed.requirement->str() == package.requirement,
            "a requirement is canonical", package.requirement);
  }
}

void check_environment(const input::ReadResult& read)
{
  const environment::Environment& environment = read.environment;
  require(!environment.sources.empty(), "what was read has its format");
  const bool holds_some = !environment.conda.empty() || !environment.pip.empty() ||
                          !environment.dropped.empty() || !environment.pip_options.empty() ||
                          !environment.constraints.empty();
  require(holds_some || !read.diagnostics.all().empty(), "an environment of nothing says so");
  check_conda(environment);
  check_pip(environment);
}

}  // namespace

void read_project(std::string_view projects, const std::uint8_t* data, std::size_t size)
{
  const Names all = split(projects, ' ');
  const auto given = input_of(data, size, all.size());
  if (!given) {
    return;
  }
  const Names names = split(all[given->kind], '/');
  const fakes::MemoryFiles files = project_files(names, given->text);
  const input::ReadResult read = input::read_environment(names.front(), files, given->target);
  for (const diag::Diagnostic& finding : read.diagnostics.all()) {
    check_finding(finding, read.sources);
  }
  if (!read.diagnostics.has_errors()) {
    check_environment(read);
  }
  const Shown shown = show(read);
  check_shown(shown);
  const Shown again = show(input::read_environment(names.front(), files, given->target));
  require(shown == again, "the same files give the same bytes", again.report);
}

}  // namespace envlift::fuzz
