// What the tests of the readers look at in a result.
#pragma once

#include "input/input.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

namespace envlift::test {

using Texts = std::vector<std::string>;

inline Texts requirements(const input::ReadResult& result)
{
  Texts texts;
  for (const auto& package : result.environment.pip) {
    texts.push_back(package.requirement);
  }
  return texts;
}

// MatchSpecs, then requirements with "pip " before them.
inline Texts specs(const input::ReadResult& result)
{
  Texts texts;
  for (const auto& package : result.environment.conda) {
    texts.push_back(package.spec);
  }
  for (const std::string& requirement : requirements(result)) {
    texts.push_back("pip " + requirement);
  }
  return texts;
}

// "--index-url https://…".
inline Texts options(const input::ReadResult& result)
{
  Texts texts;
  for (const auto& option : result.environment.pip_options) {
    texts.push_back(option.option + " " + option.value);
  }
  return texts;
}

// Why the package is left out; "" when it is not.
inline std::string reason_of(const input::ReadResult& result, const std::string& name)
{
  for (const auto& dropped : result.environment.dropped) {
    if (dropped.name == name) {
      return dropped.reason;
    }
  }
  return "";
}

enum class Place { none, line, column };
enum class Notes { without, with };

// "CODE", "CODE LINE" or "CODE LINE:COLUMN" of each finding, in order; none is without its file and advice.
inline Texts findings(const input::ReadResult& result, Place place, Notes notes)
{
  Texts texts;
  for (const diag::Diagnostic& finding : result.diagnostics.all()) {
    CAPTURE(finding.code, finding.message);
    CHECK_FALSE(finding.hint.empty());
    CHECK_FALSE(finding.span.file.empty());
    if (finding.severity == diag::Severity::note && notes == Notes::without) {
      continue;
    }
    texts.push_back(finding.code);
    if (place != Place::none) {
      texts.back() += " " + std::to_string(finding.span.line);
    }
    if (place == Place::column) {
      texts.back() += ":" + std::to_string(finding.span.column);
    }
  }
  return texts;
}

}  // namespace envlift::test
