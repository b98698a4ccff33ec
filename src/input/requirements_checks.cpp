#include "input/requirements_checks.hpp"

#include "base/text.hpp"
#include "environment/requirement.hpp"
#include "input/conda_sections.hpp"
#include "input/hashes.hpp"
#include "input/requirements_direct.hpp"

#include <algorithm>
#include <set>
#include <span>
#include <string>
#include <unordered_map>

#include <fmt/format.h>

namespace envlift::input {

namespace {

using environment::Constraint;
using environment::PipPackage;
using environment::Version;

struct WholeRead {
  std::span<const PipPackage> packages;
  std::size_t first = 0;   // the index of the first of them in the environment
  std::span<const Constraint> constraints;
  std::span<const environment::PipOption> options;

  bool has_option(std::string_view name) const
  {
    return std::ranges::find(options, name, &environment::PipOption::option) != options.end();
  }
};

std::string place_text(const diag::Span& span)
{
  return span.file.empty() ? fmt::format("line {}", span.line)
                           : fmt::format("line {} of {}", span.line, span.file);
}

// The version of a lone `==V`; nothing for every other set.
std::optional<Version> pinned_version(std::string_view specifier)
{
  const bool is_pin = specifier.starts_with("==") && !specifier.starts_with("===") &&
                      specifier.find(',') == std::string_view::npos;
  return is_pin ? Version::parse(specifier.substr(2)) : std::nullopt;
}

// --- Hash-checking mode (pip: operations/prepare.py, _get_linked_req_hashes) -----------------------

bool checks_hashes(const WholeRead& whole)
{
  if (whole.has_option("--no-require-hashes")) {
    return false;
  }
  const auto has_hash = [](const auto& item) { return !item.hashes.empty(); };
  return whole.has_option("--require-hashes") || std::ranges::any_of(whole.packages, has_hash) ||
         std::ranges::any_of(whole.constraints, has_hash);
}

bool is_pinned(const PipPackage& package)
{
  return package.specifier.starts_with("===") || pinned_version(package.specifier);
}

// Why pip would not take the package where hashes are checked; "" when it would.
std::string unhashable(const PipPackage& package, const std::set<std::string>& constrained)
{
  if (package.editable) {
    return "an editable requirement has no file to hash";
  }
  if (package.url.starts_with("git+")) {
    return "a repository has no file to hash";
  }
  if (!package.path.empty() && !environment::is_archive(package.path)) {
    return "a folder has no file to hash";
  }
  if (package.url.empty() && package.path.empty() && !is_pinned(package)) {
    return "it must be pinned with `==`";
  }
  const bool has_hash =
      !package.hashes.empty() || has_hash_in_url(package.url) || constrained.contains(package.name);
  return has_hash ? "" : "it has no hash";
}

std::string name_of(const Constraint& constraint)
{
  const auto parsed = environment::parse_requirement(constraint.requirement);
  return parsed.requirement ? environment::normalize_name(parsed.requirement->name) : "";
}

void check_hashes(const WholeRead& whole, RequirementsRun& run)
{
  // What a lock has without a hash is installed in a run of its own.
  if (run.environment().pip_locked || !checks_hashes(whole)) {
    return;
  }
  std::set<std::string> constrained;
  for (const Constraint& constraint : whole.constraints) {
    if (!constraint.hashes.empty()) {
      constrained.insert(name_of(constraint));
    }
  }
  for (std::size_t i = 0; i < whole.packages.size(); ++i) {
    const PipPackage& package = whole.packages[i];
    if (run.refused.contains(whole.first + i)) {
      continue;   // an error said enough of it
    }
    if (const std::string reason = unhashable(package, constrained); !reason.empty()) {
      auto& finding =
          run.diagnostics().add("EL0312",
                                fmt::format("`{}` cannot be installed where hashes are checked: {}",
                                            shown(package.requirement), reason),
                                "let a tool write all hashes: `pip-compile --generate-hashes` or `uv pip "
                                "compile --generate-hashes`",
                                package.span);
      finding.notes.emplace_back("one `--hash` or `--require-hashes` makes pip check every package");
    }
  }
}

// --- Contradictions --------------------------------------------------------------------------------

// What one line wants of a package.
struct Wish {
  std::string_view name;
  std::string_view specifier;
  std::string_view url;
  const diag::Span* span;
};

// A constraint's text taken apart.
struct ParsedConstraint {
  std::string name;
  environment::Requirement requirement;
  const diag::Span* span;
};

std::vector<ParsedConstraint> parse_constraints(const WholeRead& whole)
{
  std::vector<ParsedConstraint> parsed;
  for (const Constraint& constraint : whole.constraints) {
    if (auto requirement = environment::parse_requirement(constraint.requirement).requirement) {
      std::string name = environment::normalize_name(requirement->name);
      parsed.push_back({std::move(name), std::move(*requirement), &constraint.span});
    }
  }
  return parsed;
}

std::vector<Wish> wishes_of(const WholeRead& whole, const std::vector<ParsedConstraint>& constraints)
{
  std::vector<Wish> wishes;
  wishes.reserve(whole.packages.size() + constraints.size());
  for (const PipPackage& package : whole.packages) {
    wishes.push_back({package.name, package.specifier, package.url, &package.span});
  }
  for (const ParsedConstraint& constraint : constraints) {
    wishes.push_back(
        {constraint.name, constraint.requirement.specifier, constraint.requirement.url, constraint.span});
  }
  return wishes;
}

// The one version that is wanted: `==` and, where its text is one, `===`.
std::optional<Version> wanted_version(std::string_view specifier)
{
  const bool is_text = specifier.starts_with("===") && specifier.find(',') == std::string_view::npos;
  return is_text ? Version::parse(specifier.substr(3)) : pinned_version(specifier);
}

// No version can be what both want. Sets that are not pins are left to the resolver.
bool contradict(const Wish& left, const Wish& right)
{
  const auto excludes = [](const Wish& pin, const Wish& other) {
    const auto version = wanted_version(pin.specifier);
    return version && !environment::satisfies(*version, other.specifier).value_or(true);
  };
  if (!left.url.empty() && !right.url.empty()) {
    return left.url != right.url;
  }
  const bool both_pinned = wanted_version(left.specifier) && wanted_version(right.specifier);
  // `==1.0` takes 1.0+cpu, so one direction is enough for two pins to agree.
  return both_pinned ? excludes(left, right) && excludes(right, left)
                     : excludes(left, right) || excludes(right, left);
}

std::string wanted(const Wish& wish)
{
  return wish.url.empty() ? fmt::format("{}{}", wish.name, wish.specifier)
                          : shown(fmt::format("{} @ {}", wish.name, wish.url));
}

void check_contradictions(const WholeRead& whole, RequirementsRun& run)
{
  const std::vector<ParsedConstraint> constraints = parse_constraints(whole);
  const std::vector<Wish> wishes = wishes_of(whole, constraints);
  std::unordered_map<std::string_view, const Wish*> firsts;   // by name: the first pin or URL, else the first
  for (const Wish& wish : wishes) {
    if (wish.name.empty()) {
      continue;
    }
    const auto [entry, is_new] = firsts.emplace(wish.name, &wish);
    const Wish& first = *entry->second;
    if (!is_new && contradict(first, wish)) {
      auto& finding = run.diagnostics().add(
          "EL0314", fmt::format("`{}` and `{}` contradict each other", wanted(first), wanted(wish)),
          "keep one of the two", *wish.span);
      finding.notes.push_back(fmt::format("{} asks for `{}`", place_text(*first.span), wanted(first)));
    }
    if (first.url.empty() && !pinned_version(first.specifier)) {
      entry->second = &wish;
    }
  }
}

// --- Local versions --------------------------------------------------------------------------------

// `cu116`, `cpu`, `rocm5.2`: the labels of PyTorch's index, which has a folder for each.
bool is_of_pytorch(std::string_view label)
{
  const std::size_t word = label.starts_with("cu") ? 2 : label.starts_with("rocm") ? 4 : label.size();
  return label == "cpu" ||
         (word < label.size() && label.find_first_not_of("0123456789.", word) == std::string_view::npos);
}

// PyPI takes no uploads with a local version label (PEP 440).
void check_local_versions(const WholeRead& whole, RequirementsRun& run)
{
  if (whole.has_option("--index-url") || whole.has_option("--extra-index-url") ||
      whole.has_option("--find-links")) {
    return;
  }
  for (const PipPackage& package : whole.packages) {
    const auto version = pinned_version(package.specifier);
    if (!version || version->local.empty()) {
      continue;
    }
    const std::string label = text::join(version->local, ".");
    auto& finding = run.diagnostics().add(
        "EL0320",
        fmt::format("PyPI has no `{}`: versions with `+{}` are on other indexes only",
                    shown(package.requirement), label),
        is_of_pytorch(label)
            ? fmt::format("add the line `--extra-index-url https://download.pytorch.org/whl/{}`", label)
            : "add the index that has it with `--extra-index-url`",
        package.span);
    if (label.starts_with("cu") || label.starts_with("rocm")) {
      finding.notes.emplace_back("Lambda has no graphics processor: a `+cpu` build is smaller and runs");
    }
  }
}

void note_foreign(RequirementsRun& run)
{
  if (run.foreign.empty()) {
    return;
  }
  const auto& dropped = run.environment().dropped;
  const std::string count = run.foreign.size() == 1
                                ? "a requirement of another platform is"
                                : fmt::format("{} requirements of another platform are", run.foreign.size());
  auto& finding = run.diagnostics().add("EL0401", fmt::format("{} not installed", count),
                                        "remove what Linux does not have, once you agree",
                                        dropped[run.foreign.front()].span);
  finding.notes = notes_of_dropped(run.environment(), run.foreign);
}

}   // namespace

void check_whole(const ReadBegin& begin, RequirementsRun& run)
{
  const environment::Environment& environment = run.environment();
  const WholeRead whole{std::span(environment.pip).subspan(begin.pip), begin.pip,
                        std::span(environment.constraints).subspan(begin.constraints),
                        std::span(environment.pip_options).subspan(begin.options)};
  check_hashes(whole, run);
  check_contradictions(whole, run);
  check_local_versions(whole, run);
  note_foreign(run);
}

}   // namespace envlift::input
