#include "environment/specifier.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <set>

namespace envlift::environment {

namespace {

// Longer operators first.
constexpr std::array<std::string_view, 8> k_operators = {"===", "==", "!=", "~=", "<=", ">=", "<", ">"};

std::string_view operator_of(std::string_view text)
{
  const auto found =
      std::ranges::find_if(k_operators, [&](std::string_view op) { return text.starts_with(op); });
  return found == k_operators.end() ? std::string_view() : *found;
}

// Walks over the pattern of a version; case does not matter.
class Pattern {
public:
  Pattern(std::string_view text, std::size_t at) : text_(text), at_(at) {}

  std::size_t at() const { return at_; }
  bool looking_at(char c) const { return at_ < text_.size() && text_[at_] == c; }

  void spaces()
  {
    while (at_ < text_.size() && text::is_space(text_[at_])) {
      ++at_;
    }
  }

  bool digits()
  {
    const std::size_t begin = at_;
    while (at_ < text_.size() && text::is_digit(text_[at_])) {
      ++at_;
    }
    return at_ > begin;
  }

  // `v? (DIGITS !)? DIGITS (. DIGITS)*`; the number of parts of the release, 0 when there is none.
  std::size_t release()
  {
    if (looking_at('v') || looking_at('V')) {
      ++at_;
    }
    if (!digits()) {
      return 0;
    }
    if (looking_at('!')) {
      ++at_;
      if (!digits()) {
        return 0;
      }
    }
    std::size_t parts = 1;
    for (; looking_at('.') && at_ + 1 < text_.size() && text::is_digit(text_[at_ + 1]); ++parts) {
      ++at_;
      digits();
    }
    return parts;
  }

  // `[-_.]? WORD [-_.]? DIGITS*`, when one of the words follows.
  bool segment(std::initializer_list<std::string_view> words)
  {
    const std::size_t word_at = at_ + (separator_at(at_) ? 1 : 0);
    for (const std::string_view word : words) {
      if (text::to_lower(text_.substr(word_at, word.size())) == word) {
        at_ = word_at + word.size();
        at_ += separator_at(at_) ? 1 : 0;
        digits();
        return true;
      }
    }
    return false;
  }

  void pre_post_dev()
  {
    segment({"alpha", "beta", "preview", "pre", "a", "b", "c", "rc"});
    if (looking_at('-') && at_ + 1 < text_.size() && text::is_digit(text_[at_ + 1])) {
      ++at_;
      digits();
    }
    else {
      segment({"post", "rev", "r"});
    }
    segment({"dev"});
  }

  // `+ [a-z0-9]+ ([-_.] [a-z0-9]+)*`
  void local()
  {
    std::size_t begin = at_;
    for (bool more = looking_at('+'); more; more = separator_at(begin)) {
      const std::size_t end = alphanumerics_end(begin + 1);
      if (end == begin + 1) {
        return;
      }
      at_ = begin = end;
    }
  }

private:
  bool separator_at(std::size_t at) const
  {
    return at < text_.size() && (text_[at] == '-' || text_[at] == '_' || text_[at] == '.');
  }

  std::size_t alphanumerics_end(std::size_t at) const
  {
    while (at < text_.size() && text::is_alnum(text_[at])) {
      ++at;
    }
    return at;
  }

  std::string_view text_;
  std::size_t at_;
};

// `=== ANYTHING`, up to a space, `;` or `)`.
std::size_t arbitrary_length(std::string_view text)
{
  Pattern pattern(text, 3);
  pattern.spaces();
  std::size_t end = pattern.at();
  while (end < text.size() && !text::is_space(text[end]) && text[end] != ';' && text[end] != ')') {
    ++end;
  }
  return end;
}

bool starts_with_release(const Version& version, const Version& prefix, std::size_t parts)
{
  const auto part = [](const Version& v, std::size_t i) { return i < v.release.size() ? v.release[i] : 0UL; };
  for (std::size_t i = 0; i < parts; ++i) {
    if (part(version, i) != part(prefix, i)) {
      return false;
    }
  }
  return version.epoch == prefix.epoch;
}

Version without_local(Version version)
{
  version.local.clear();
  return version;
}

bool same_release(const Version& left, const Version& right)
{
  return starts_with_release(left, right, std::max(left.release.size(), right.release.size()));
}

// A bound without a local label takes every local version of it.
bool equals(const Version& version, const Version& bound)
{
  return (bound.local.empty() ? without_local(version) : version).compare(bound) == 0;
}

// `<V` leaves out the pre-releases of V, unless V is one.
bool less(const Version& version, Version bound)
{
  if (!bound.is_prerelease()) {
    bound.dev = 0;
  }
  return version.compare(bound) < 0;
}

// `>V` leaves out V's own post releases and local versions.
bool greater(const Version& version, const Version& bound)
{
  if (version.compare(bound) <= 0) {
    return false;
  }
  const bool same_base = same_release(version, bound) && version.pre == bound.pre;
  if (bound.dev) {
    return !(same_base && version.post == bound.post && version.dev == bound.dev);
  }
  if (bound.post) {
    return !(same_base && version.post == bound.post);
  }
  return !same_base;
}

bool holds(const Specifier& specifier, const Version& version)
{
  const bool is_prefix = specifier.version.ends_with(".*");
  const std::string_view literal =
      std::string_view(specifier.version).substr(0, specifier.version.size() - (is_prefix ? 2 : 0));
  const auto bound = Version::parse(literal);
  if (!bound) {
    return false;
  }
  if (is_prefix) {
    return starts_with_release(version, *bound, bound->release.size()) == (specifier.op == "==");
  }
  if (specifier.op == "==" || specifier.op == "!=") {
    return equals(version, *bound) == (specifier.op == "==");
  }
  if (specifier.op == "~=") {
    return version.compare(*bound) >= 0 && starts_with_release(version, *bound, bound->release.size() - 1);
  }
  if (specifier.op == "<=") {
    return without_local(version).compare(*bound) <= 0;
  }
  if (specifier.op == ">=") {
    return version.compare(*bound) >= 0;
  }
  return specifier.op == "<" ? less(version, *bound) : greater(version, *bound);
}

// What two clauses of one meaning have in common: `==1.0` and `==1.0.0`.
std::string meaning(const Specifier& specifier)
{
  auto version = Version::parse(specifier.version);
  if (specifier.op == "===" || !version) {
    return specifier.str();
  }
  while (specifier.op != "~=" && version->release.size() > 1 && version->release.back() == 0) {
    version->release.pop_back();
  }
  return specifier.op + version->str();
}

}  // namespace

std::size_t specifier_length(std::string_view text)
{
  const std::string_view op = operator_of(text);
  if (op.empty()) {
    return 0;
  }
  if (op == "===") {
    return arbitrary_length(text);
  }
  Pattern pattern(text, op.size());
  pattern.spaces();
  const std::size_t parts = pattern.release();
  if (parts < (op == "~=" ? 2U : 1U)) {
    return 0;
  }
  const bool is_equality = op == "==" || op == "!=";
  if (is_equality && text.substr(pattern.at()).starts_with(".*")) {
    return pattern.at() + 2;
  }
  pattern.pre_post_dev();
  if (is_equality) {
    pattern.local();
  }
  return pattern.at();
}

std::optional<Specifier> parse_specifier(std::string_view text)
{
  text = text::trim(text);
  if (text.empty() || specifier_length(text) != text.size()) {
    return std::nullopt;
  }
  const std::string_view op = operator_of(text);
  const std::string_view version = text::trim(text.substr(op.size()));
  const std::string_view literal = version.ends_with(".*") ? version.substr(0, version.size() - 2) : version;
  // The pattern takes numbers of any length, Version those of 64 bits.
  if (op != "===" && !Version::parse(literal)) {
    return std::nullopt;
  }
  return Specifier{std::string(op), std::string(version)};
}

std::optional<std::vector<Specifier>> parse_specifiers(std::string_view text)
{
  std::vector<Specifier> result;
  for (const std::string_view clause : text::split(text, ',')) {
    if (text::trim(clause).empty()) {
      continue;
    }
    auto specifier = parse_specifier(clause);
    if (!specifier) {
      return std::nullopt;
    }
    result.push_back(std::move(*specifier));
  }
  return result;
}

bool contains(const Specifier& specifier, std::string_view version)
{
  if (specifier.op == "===") {
    return text::to_lower(version) == text::to_lower(specifier.version);
  }
  const auto parsed = Version::parse(version);
  return parsed && holds(specifier, *parsed);
}

std::optional<bool> satisfies(const Version& version, std::string_view specifiers)
{
  const auto parsed = parse_specifiers(specifiers);
  if (!parsed) {
    return std::nullopt;
  }
  return std::ranges::all_of(*parsed, [&](const Specifier& specifier) {
    return specifier.op == "===" ? contains(specifier, version.str()) : holds(specifier, version);
  });
}

std::optional<std::string> canonical_specifiers(std::string_view specifiers)
{
  auto parsed = parse_specifiers(specifiers);
  if (!parsed) {
    return std::nullopt;
  }
  std::ranges::sort(*parsed, {}, &Specifier::str);
  std::vector<std::string> texts;
  std::set<std::string> meanings;
  for (const Specifier& specifier : *parsed) {
    if (meanings.insert(meaning(specifier)).second) {
      texts.push_back(specifier.str());
    }
  }
  return text::join(texts, ",");
}

}  // namespace envlift::environment
