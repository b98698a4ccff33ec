#include "input/poetry_constraint.hpp"

#include "base/text.hpp"
#include "environment/requirement.hpp"

#include <algorithm>
#include <iterator>
#include <span>

#include <fmt/format.h>

namespace envlift::input {

namespace {

using environment::Version;
using Clauses = std::vector<VersionClause>;
using Release = std::vector<unsigned long>;

std::string version_text(unsigned long epoch, const Release& release)
{
  std::vector<std::string> parts;
  parts.reserve(release.size());
  for (const unsigned long part : release) {
    parts.push_back(std::to_string(part));
  }
  return (epoch == 0 ? "" : fmt::format("{}!", epoch)) + text::join(parts, ".");
}

// The version whose part at `index` is one higher, with zeros behind it.
std::string bumped(const Version& version, std::size_t index)
{
  Release release = version.release;
  if (release.size() <= index) {
    release.resize(index + 1);
  }
  ++release[index];
  std::fill(release.begin() + static_cast<std::ptrdiff_t>(index) + 1, release.end(), 0UL);
  return version_text(version.epoch, release);
}

// The part whose change breaks users: the first that is not zero, of at most three (Version.next_breaking).
std::size_t breaking_part(const Release& release)
{
  if (release[0] > 0 || release.size() < 2) {
    return 0;
  }
  return release[1] > 0 || release.size() < 3 ? 1 : 2;
}

// `^`, `~` and `~=`: from the version to the next one at a part of it.
Clauses from_to(const std::string& op, const std::string& text, const Version& version)
{
  const std::size_t parts = version.release.size();
  std::size_t index = 0;
  if (op == "^") {
    index = breaking_part(version.release);
  }
  else if (op == "~") {
    index = parts == 1 ? 0 : 1;
  }
  else {
    index = parts < 2 ? 0 : parts - 2;
  }
  return {{">=", text}, {"<", bumped(version, index)}};
}

bool is_any(std::string_view text)
{
  const std::string lower =
      text::to_lower(text.starts_with('v') || text.starts_with('V') ? text.substr(1) : text);
  const auto parts = text::split(lower, '.');
  return std::ranges::all_of(parts, [](std::string_view part) { return part == "*" || part == "x"; });
}

std::optional<Clauses> clauses_of(std::string op, std::string version)
{
  if (is_any(version) && op.empty()) {
    return Clauses{};
  }
  if (version == "dev") {
    version = "0.0.dev0";
  }
  std::string_view bare = version;
  while (bare.ends_with(".*")) {
    bare.remove_suffix(2);
  }
  const bool is_wild = bare.size() < version.size();
  const auto parsed = Version::parse(bare);
  if (!parsed) {
    return std::nullopt;
  }
  const std::string plain = parsed->str();
  if (op == "^" || op == "~" || op == "~=") {
    return is_wild ? std::nullopt : std::optional(from_to(op, plain, *parsed));
  }
  op = op.empty() || op == "=" ? "==" : op;
  const bool is_equality = op == "==" || op == "!=";
  if (!is_equality && op != "<" && op != "<=" && op != ">" && op != ">=") {
    return std::nullopt;
  }
  // poetry looks at the `*` of `==` and `!=` alone.
  return Clauses{{op, is_wild && is_equality ? plain + ".*" : plain}};
}

std::optional<Clauses> parse_alternative(std::string_view text)
{
  constexpr std::string_view operators = "^~=<>!";
  Clauses clauses;
  std::size_t at = text.find_first_not_of(" \t,");
  if (at == std::string_view::npos) {
    return std::nullopt;
  }
  while (at < text.size()) {
    const std::size_t op_end = std::min(text.find_first_not_of(operators, at), text.size());
    const std::size_t begin = std::min(text.find_first_not_of(" \t", op_end), text.size());
    const std::size_t end = std::min(text.find_first_of(" \t,^~=<>", begin), text.size());
    auto found =
        clauses_of(std::string(text.substr(at, op_end - at)), std::string(text.substr(begin, end - begin)));
    if (!found) {
      return std::nullopt;
    }
    std::ranges::move(*found, std::back_inserter(clauses));
    at = std::min(text.find_first_not_of(" \t,", end), text.size());
  }
  return clauses;
}

// --- Alternatives as one set -----------------------------------------------------------------------

struct Bound {
  std::optional<Version> version;   // nothing: no bound
  bool is_included = false;
};

struct Range {
  Bound low;
  Bound high;
};

void raise_low(Range& range, const Version& version, bool is_included)
{
  const int order = range.low.version ? version.compare(*range.low.version) : 1;
  if (order > 0 || (order == 0 && !is_included)) {
    range.low = {version, is_included};
  }
}

void lower_high(Range& range, const Version& version, bool is_included)
{
  const int order = range.high.version ? version.compare(*range.high.version) : -1;
  if (order < 0 || (order == 0 && !is_included)) {
    range.high = {version, is_included};
  }
}

// Nothing for a `!=`, which cuts a range in two.
std::optional<Range> range_of(const Clauses& clauses)
{
  Range range;
  for (const VersionClause& clause : clauses) {
    const bool is_wild = clause.version.ends_with(".*");
    const auto version = Version::parse(clause.version.substr(0, clause.version.size() - (is_wild ? 2 : 0)));
    if (!version || clause.op == "!=") {
      return std::nullopt;
    }
    if (clause.op.starts_with('>') || clause.op == "==") {
      raise_low(range, *version, clause.op != ">");
    }
    if (is_wild) {
      lower_high(range, *Version::parse(bumped(*version, version->release.size() - 1)), false);
    }
    else if (clause.op.starts_with('<') || clause.op == "==") {
      lower_high(range, *version, clause.op != "<");
    }
  }
  return range;
}

Release significant(Release release)
{
  while (release.size() > 1 && release.back() == 0) {
    release.pop_back();
  }
  return release;
}

bool is_release(const Version& version)
{
  return !version.pre && !version.post && !version.dev && version.local.empty();
}

// `!=2.*,!=3.*` for what lies between `<2` and `>=4`; nothing when wildcards cannot tell it.
std::optional<std::string> gap_between(const Bound& high, const Bound& low)
{
  constexpr unsigned long k_most_wildcards = 40;
  if (high.is_included || !low.is_included || !is_release(*high.version) || !is_release(*low.version) ||
      high.version->epoch != low.version->epoch) {
    return std::nullopt;
  }
  Release from = significant(high.version->release);
  Release to = significant(low.version->release);
  const std::size_t parts = std::max(from.size(), to.size());
  from.resize(parts);
  to.resize(parts);
  const bool same_front = std::equal(from.begin(), from.end() - 1, to.begin());
  if (!same_front || to.back() - from.back() > k_most_wildcards) {
    return std::nullopt;
  }
  std::vector<std::string> clauses;
  for (; from.back() < to.back(); ++from.back()) {
    clauses.push_back(fmt::format("!={}.*", version_text(high.version->epoch, from)));
  }
  return text::join(clauses, ",");
}

bool begins_before(const Range& left, const Range& right)
{
  if (!left.low.version || !right.low.version) {
    return !left.low.version && right.low.version;
  }
  const int order = left.low.version->compare(*right.low.version);
  return order < 0 || (order == 0 && left.low.is_included && !right.low.is_included);
}

// Joins ranges where they meet, and names what lies between them where they do not.
std::optional<std::string> joined(std::vector<Range> ranges)
{
  std::ranges::stable_sort(ranges, begins_before);
  Range whole = ranges.front();
  std::vector<std::string> parts;
  for (const Range& next : std::span(ranges).subspan(1)) {
    if (!whole.high.version) {
      break;   // nothing is above it
    }
    const int order = next.low.version ? next.low.version->compare(*whole.high.version) : -1;
    if (order > 0 || (order == 0 && !next.low.is_included && !whole.high.is_included)) {
      const auto gap = gap_between(whole.high, next.low);
      if (!gap) {
        return std::nullopt;
      }
      parts.push_back(*gap);
    }
    const int higher = next.high.version ? next.high.version->compare(*whole.high.version) : 1;
    if (higher > 0) {
      whole.high = next.high;
    }
    whole.high.is_included = whole.high.is_included || (higher == 0 && next.high.is_included);
  }
  if (whole.low.version) {
    parts.push_back((whole.low.is_included ? ">=" : ">") + whole.low.version->str());
  }
  if (whole.high.version) {
    parts.push_back((whole.high.is_included ? "<=" : "<") + whole.high.version->str());
  }
  return text::join(parts, ",");
}

std::string clause_list(const Clauses& clauses)
{
  std::vector<std::string> parts;
  parts.reserve(clauses.size());
  for (const VersionClause& clause : clauses) {
    parts.push_back(clause.op + clause.version);
  }
  return text::join(parts, ",");
}

std::string python_clause(const VersionClause& clause)
{
  const bool is_wild = clause.version.ends_with(".*");
  const auto parts = std::ranges::count(clause.version, '.') + (is_wild ? 0 : 1);
  const bool is_minor = is_wild && parts == 2;   // `==3.8.*`
  return fmt::format("{} {} \"{}\"", parts > 2 ? "python_full_version" : "python_version", clause.op,
                     is_minor ? clause.version.substr(0, clause.version.size() - 2) : clause.version);
}

}  // namespace

bool PoetryConstraint::allows_all() const
{
  return std::ranges::any_of(alternatives, [](const Clauses& clauses) { return clauses.empty(); });
}

std::optional<std::string> PoetryConstraint::specifiers() const
{
  if (allows_all()) {
    return "";
  }
  if (alternatives.size() == 1) {
    return environment::canonical_specifiers(clause_list(alternatives.front()));
  }
  std::vector<Range> ranges;
  for (const Clauses& clauses : alternatives) {
    const auto range = range_of(clauses);
    if (!range) {
      return std::nullopt;
    }
    ranges.push_back(*range);
  }
  const auto set = joined(std::move(ranges));
  return set ? environment::canonical_specifiers(*set) : std::nullopt;
}

std::string PoetryConstraint::python_marker() const
{
  if (allows_all()) {
    return "";
  }
  std::vector<std::string> sides;
  for (const Clauses& clauses : alternatives) {
    std::vector<std::string> parts;
    parts.reserve(clauses.size());
    for (const VersionClause& clause : clauses) {
      parts.push_back(python_clause(clause));
    }
    sides.push_back(text::join(parts, " and "));
  }
  return text::join(sides, " or ");
}

std::string PoetryConstraint::text() const
{
  if (allows_all()) {
    return "";
  }
  std::vector<std::string> sides;
  sides.reserve(alternatives.size());
  for (const Clauses& clauses : alternatives) {
    sides.push_back(clause_list(clauses));
  }
  return text::join(sides, "|");
}

std::optional<PoetryConstraint> parse_poetry_constraint(std::string_view text)
{
  PoetryConstraint result;
  const std::string one_bar = text::replace_all(std::string(text), "||", "|");
  for (const std::string_view side : text::split(one_bar, '|')) {
    auto clauses = parse_alternative(text::trim(side));
    if (!clauses) {
      return std::nullopt;
    }
    result.alternatives.push_back(std::move(*clauses));
  }
  return result;
}

}  // namespace envlift::input
