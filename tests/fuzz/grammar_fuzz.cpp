// The grammars that the readers share: the first byte chooses one. What is canonical must be read again as the same.
#include "base/text.hpp"
#include "environment/marker.hpp"
#include "environment/match_spec.hpp"
#include "environment/requirement.hpp"
#include "fuzz/check.hpp"

#include <array>
#include <string>
#include <vector>

using namespace envlift;
using fuzz::Input;
using fuzz::require;

namespace {

void check_match_spec(const Input& given)
{
  const auto read = environment::parse_match_spec(given.text);
  if (!read.spec) {
    require(!read.problem.message.empty() && read.problem.offset <= given.text.size(),
            "a problem has its place");
    return;
  }
  for (const environment::MatchSpec& spec : {*read.spec, read.spec->without_build()}) {
    const std::string canonical = spec.str();
    const auto again = environment::parse_match_spec(canonical);
    require(again.spec && again.spec->str() == canonical, "a canonical MatchSpec is read as itself",
            canonical);
  }
}

void check_requirement(const Input& given)
{
  const auto read = environment::parse_requirement(given.text);
  if (!read.requirement) {
    require(!read.problem.message.empty() && read.problem.offset <= given.text.size(),
            "a problem has its place");
    return;
  }
  const std::string canonical = read.requirement->str();
  const auto again = environment::parse_requirement(canonical);
  require(again.requirement && again.requirement->str() == canonical,
          "a canonical requirement is read as itself", canonical);
  const std::string name = environment::normalize_name(read.requirement->name);
  require(environment::normalize_name(name) == name, "a normalised name stays", name);
}

// A marker's truth as text, to be compared.
std::string truth_of(std::string_view marker, const environment::Target& target)
{
  const auto truth = environment::evaluate_marker(marker, target, target.extras);
  const auto in_a_lock = environment::evaluate_lock_marker(marker, target, {{"yaml"}, {"dev"}});
  const auto word = [](const std::optional<environment::MarkerTruth>& one) {
    return one ? std::string(one->value ? "true " : "false ") + one->unknown : "none";
  };
  return word(truth) + ", " + word(in_a_lock);
}

void check_marker(const Input& given)
{
  const auto read = environment::parse_marker(given.text, 0);
  const std::string truth = truth_of(given.text, given.target);
  if (!read.marker) {
    require(read.problem.offset <= given.text.size(), "a problem has its place", read.problem.message);
    require(truth == "none, none", "what is no marker has no truth", truth);
    return;
  }
  const std::string canonical = read.marker->str();
  const auto again = environment::parse_marker(canonical, 0);
  require(again.marker && again.marker->str() == canonical, "a canonical marker is read as itself",
          canonical);
  require(truth_of(canonical, given.target) == truth, "a canonical marker is as true as the one written",
          canonical);
}

// Three versions, a line each: their order is one.
void check_versions(const Input& given)
{
  std::vector<environment::Version> versions;
  for (const std::string_view line : text::split(given.text, '\n')) {
    if (const auto version = environment::Version::parse(line); version && versions.size() < 3) {
      const auto again = environment::Version::parse(version->str());
      require(again && again->str() == version->str() && again->compare(*version) == 0,
              "a normalised version is read as itself", version->str());
      versions.push_back(*version);
    }
  }
  for (const auto& a : versions) {
    for (const auto& b : versions) {
      require(a.compare(b) == -b.compare(a), "an order has two directions", a.str() + " " + b.str());
      for (const auto& c : versions) {
        require(a.compare(b) > 0 || b.compare(c) > 0 || a.compare(c) <= 0, "an order is transitive",
                a.str() + " " + b.str() + " " + c.str());
      }
    }
  }
}

// A specifier set, and a version on the next line.
void check_specifiers(const Input& given)
{
  const auto lines = text::split(given.text, '\n');
  const auto canonical = environment::canonical_specifiers(lines.front());
  if (!canonical) {
    return;
  }
  require(environment::canonical_specifiers(*canonical) == canonical, "a canonical set is read as itself",
          *canonical);
  if (const auto version = environment::Version::parse(lines.size() > 1 ? lines[1] : "1.0")) {
    require(environment::satisfies(*version, lines.front()) == environment::satisfies(*version, *canonical),
            "a canonical set takes what the one written takes", *canonical);
  }
}

}   // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
  constexpr std::array checks = {check_match_spec, check_requirement, check_marker, check_versions,
                                 check_specifiers};
  const fuzz::TimeLimit limit(size);
  if (const auto given = fuzz::input_of(data, size, checks.size())) {
    checks.at(given->kind)(*given);
  }
  return 0;
}
