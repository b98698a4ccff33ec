// conda MatchSpecs (CEP 29).
#pragma once

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
  std::map<std::string, std::string> keys;   // remaining bracket keys: md5, sha256, build_number, …
  std::string str() const; // canonical, as conda prints it; conda and rattler read it back the same
  // Without its build string (exports of another platform).
  MatchSpec without_build() const;
};

struct MatchSpecProblem {
  std::string message;
  std::size_t offset = 0;
};

struct MatchSpecOrProblem {
  std::optional<MatchSpec> spec;
  MatchSpecProblem problem;
};
MatchSpecOrProblem parse_match_spec(std::string_view text);

}  // namespace envlift::environment
