// conda MatchSpecs (CEP 29).
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace envlift::environment {

struct MatchSpec {
  std::string channel;     // "conda-forge", a URL, "" when none
  std::string subdir;
  std::string name;        // lower case; may hold a glob or "*"
  std::string version;     // canonical constraint text: "==1.2", "1.2.*", ">=1,<2"; "" when free
  std::string build;
  std::string url;         // a direct artifact
  std::string version_as_written;            // "=1.2", ">= 1, < 2"; "" when free
  std::map<std::string, std::string> keys;   // remaining bracket keys: md5, sha256, build_number, …
  std::string str() const; // canonical, as conda prints it; conda and rattler read it back the same
  // Without its build string (exports of another platform).
  MatchSpec without_build() const;
};

struct MatchSpecProblem {
  std::string message;
  std::size_t offset = 0;   // in the text that was parsed
};

struct MatchSpecOrProblem {
  std::optional<MatchSpec> spec;
  MatchSpecProblem problem;
};
// Reads what CEP 29 allows and conda takes, without conda's silent losses: conditions (` if `), text
// behind the brackets, `name@` features and the keys of the rattler solver alone are problems. One
// difference to today's tools is the CEP's: `numpy =1.2 py38_0` is fuzzy.
MatchSpecOrProblem parse_match_spec(std::string_view text);

}  // namespace envlift::environment
