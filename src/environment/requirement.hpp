// PEP 508 requirements and PEP 440 versions and specifiers.
#pragma once

#include "environment/environment.hpp"

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace envlift::environment {

// PEP 503: lower case, runs of [-_.] become one '-'.
std::string normalize_name(std::string_view name);

// Whether pip takes the path for a wheel or a source archive, by its name: what it is not it takes for a folder.
bool is_archive(std::string_view path);

// A parsed PEP 440 version; compares by the standard's order.
class Version {
public:
  // Nothing when the text is not a PEP 440 version, or holds a number of more than 64 bits.
  static std::optional<Version> parse(std::string_view text);
  // -1, 0, 1.
  int compare(const Version& other) const;
  // Normalised text ("1.0.post1").
  std::string str() const;
  bool is_prerelease() const;

  unsigned long epoch = 0;
  std::vector<unsigned long> release;
  std::optional<std::pair<std::string, unsigned long>> pre;   // a|b|rc, number
  std::optional<unsigned long> post;
  std::optional<unsigned long> dev;
  std::vector<std::string> local;
};

// Whether a version satisfies a specifier set (">=1,<2", "==1.*", "~=1.4.2", "===x"; "" = all).
// Nothing when the set is not PEP 440.
std::optional<bool> satisfies(const Version& version, std::string_view specifiers);
// Canonical text of a specifier set (parts sorted, none twice, no spaces; versions as written); nothing when it is not PEP 440.
std::optional<std::string> canonical_specifiers(std::string_view specifiers);

struct ParseProblem {
  std::string message;
  std::size_t offset = 0;   // in the text
};

struct Requirement {
  std::string name;   // as written
  std::vector<std::string> extras;
  std::string specifier;   // canonical
  std::string url;
  std::string marker;   // canonical text, "" when none
  std::string str() const;   // canonical PEP 508, as `packaging` prints it
};

struct RequirementOrProblem {
  std::optional<Requirement> requirement;
  ParseProblem problem;
};
RequirementOrProblem parse_requirement(std::string_view text);

// A marker's truth on Lambda's Linux. `unknown` names a variable that cannot be known before the
// image runs (platform_release, platform_version); such markers count as true and are reported.
struct MarkerTruth {
  bool value = true;
  std::string unknown;
};

// What is chosen of a lock: its markers ask for it with `extra == "x"`, `"x" in extras` and
// `"x" in dependency_groups` (PEP 751). Normalised names.
struct Chosen {
  std::set<std::string> extras;
  std::set<std::string> groups;
  // Whether the patch release of Python, which only the image tells, is taken for the newest.
  bool newest_patch = false;
};
// The truth of a lock's marker; nothing as below.
std::optional<MarkerTruth> evaluate_lock_marker(std::string_view marker, const Target& target,
                                                const Chosen& chosen);

// Nothing when the marker is not PEP 508, or compares what pip refuses to compare (`os_name ~= "1"`).
std::optional<MarkerTruth> evaluate_marker(std::string_view marker, const Target& target,
                                           const std::vector<std::string>& extras);

}   // namespace envlift::environment
