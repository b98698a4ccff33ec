// What a marker is on Lambda's Linux.
#include "base/text.hpp"
#include "environment/marker.hpp"
#include "environment/specifier.hpp"

#include <algorithm>
#include <map>
#include <numeric>

#include <fmt/format.h>

namespace envlift::environment {

namespace {

enum class Truth { no, yes, unknown };

// No Python minor has had more patch releases; 3.9 ended with 25.
constexpr int k_patches = 40;

Truth truth_of(bool value)
{
  return value ? Truth::yes : Truth::no;
}

bool compares_versions(const std::string& variable)
{
  return variable == "python_version" || variable == "python_full_version" ||
         variable == "implementation_version" || variable == "platform_release";
}

// Comparison of texts. Their order has no meaning, so `<` and `>` are never true. Nothing for `~=` and
// `===`, which pip refuses.
std::optional<bool> compare_texts(const std::string& left, const std::string& op, const std::string& right)
{
  if (op == "in" || op == "not in") {
    return (right.find(left) != std::string::npos) == (op == "in");
  }
  if (op == "==" || op == "<=" || op == ">=") {
    return left == right;
  }
  if (op == "!=") {
    return left != right;
  }
  if (op == "<" || op == ">") {
    return false;
  }
  return std::nullopt;
}

std::optional<bool> compare(const std::string& left, const std::string& op, const std::string& right,
                            const std::string& variable)
{
  if (compares_versions(variable)) {
    if (const auto specifier = parse_specifier(op + right)) {
      return contains(*specifier, left);
    }
  }
  return compare_texts(left, op, right);
}

class Evaluation {
public:
  Evaluation(const Target& target, std::string extra) : target_(target), extra_(std::move(extra)) {}
  Evaluation(const Target& target, const Chosen& chosen) : target_(target), chosen_(&chosen) {}

  // `and` binds tighter than `or`; every comparison is made, because pip makes them all.
  Truth evaluate(const Marker& marker)
  {
    if (marker.comparison) {
      return evaluate(*marker.comparison);
    }
    Truth any = Truth::no;
    Truth all = evaluate(marker.items.front());
    for (std::size_t i = 1; i < marker.items.size(); ++i) {
      const Truth next = evaluate(marker.items[i]);
      if (marker.operators[i - 1] == "and") {
        all = both(all, next);
      }
      else {
        any = either(any, all);
        all = next;
      }
    }
    return either(any, all);
  }

  // The first variable whose value was asked for and is not known.
  const std::string& unknown() const { return unknown_; }
  // Whether there was a comparison that pip refuses, such as `os_name ~= "1"`.
  bool refused() const { return refused_; }

private:
  static Truth both(Truth left, Truth right)
  {
    if (left == Truth::no || right == Truth::no) {
      return Truth::no;
    }
    return left == Truth::yes && right == Truth::yes ? Truth::yes : Truth::unknown;
  }

  static Truth either(Truth left, Truth right)
  {
    if (left == Truth::yes || right == Truth::yes) {
      return Truth::yes;
    }
    return left == Truth::no && right == Truth::no ? Truth::no : Truth::unknown;
  }

  // As `packaging` reads it: the variable is the left side where both sides are variables, and the
  // right side's name is then a text.
  Truth evaluate(const MarkerComparison& comparison)
  {
    const bool variable_is_left = comparison.left.is_variable;
    if (!variable_is_left && !comparison.right.is_variable) {
      return refuse();
    }
    const std::string& variable = variable_is_left ? comparison.left.text : comparison.right.text;
    if (chosen_ != nullptr && (variable == "extra" || variable == "extras" || variable == "dependency_groups")) {
      return is_chosen(comparison, variable);
    }
    const auto with = [&](const std::string& value) {
      return variable_is_left ? compare(value, comparison.op, comparison.right.text, variable)
                              : compare(comparison.left.text, comparison.op, value, variable);
    };
    if (variable == "python_full_version" || variable == "implementation_version") {
      return for_every_patch(comparison, variable, with);
    }
    if (variable == "platform_release" || variable == "platform_version") {
      return with("0") ? not_known(variable) : refuse();
    }
    const auto value = value_of(variable);
    const auto result = value ? with(*value) : std::nullopt;
    return result ? truth_of(*result) : refuse();
  }

  // `extra == "x"` either way round, and `"x" in extras`.
  Truth is_chosen(const MarkerComparison& comparison, const std::string& variable)
  {
    const bool is_set = variable != "extra";
    const bool is_positive = comparison.op == (is_set ? "in" : "==");
    const bool is_negative = comparison.op == (is_set ? "not in" : "!=");
    if ((!is_positive && !is_negative) || (is_set && comparison.left.is_variable)) {
      return refuse();
    }
    const MarkerOperand& name = comparison.left.is_variable ? comparison.right : comparison.left;
    const std::set<std::string>& names = variable == "dependency_groups" ? chosen_->groups : chosen_->extras;
    return truth_of(names.contains(normalize_name(name.text)) == is_positive);
  }

  // Nothing for `extras` and `dependency_groups`, which exist in lock files only.
  std::optional<std::string> value_of(const std::string& variable) const
  {
    static const std::map<std::string_view, std::string_view> constants = {
      {"os_name", "posix"},
      {"sys_platform", "linux"},
      {"platform_system", "Linux"},
      {"platform_python_implementation", "CPython"},
      {"implementation_name", "cpython"},
    };
    if (variable == "python_version") {
      return target_.python_minor;
    }
    if (variable == "platform_machine") {
      return target_.arch == "arm64" ? "aarch64" : "x86_64";
    }
    if (variable == "extra") {
      return extra_;
    }
    const auto found = constants.find(variable);
    return found == constants.end() ? std::nullopt : std::optional<std::string>(found->second);
  }

  // The base image's patch release is not known before it is pulled.
  template <typename Compare>
  Truth for_every_patch(const MarkerComparison& comparison, const std::string& variable, const Compare& with)
  {
    std::optional<bool> all;
    for (const int patch : patches_that_matter(comparison)) {
      const auto one = with(fmt::format("{}.{}", target_.python_minor, patch));
      if (!one) {
        return refuse();
      }
      if (all.value_or(*one) != *one) {
        return not_known(variable);
      }
      all = one;
    }
    return truth_of(*all);
  }

  // A comparison of versions can change its result only at the patch release that is written in it.
  std::vector<int> patches_that_matter(const MarkerComparison& comparison) const
  {
    if (chosen_ != nullptr && chosen_->newest_patch) {
      return {k_patches - 1};
    }
    std::vector<int> patches = {0, k_patches - 1};
    if (comparison.op == "in" || comparison.op == "not in") {
      patches.resize(k_patches);
      std::iota(patches.begin(), patches.end(), 0);
      return patches;
    }
    std::string_view text = (comparison.left.is_variable ? comparison.right : comparison.left).text;
    text = text.substr(0, text.ends_with(".*") ? text.size() - 2 : text.size());
    const auto version = Version::parse(text);
    if (version && version->release.size() > 2 && version->release[2] < k_patches) {
      const int patch = static_cast<int>(version->release[2]);
      patches.insert(patches.end(), {std::max(patch - 1, 0), patch, patch + 1});
    }
    return patches;
  }

  Truth not_known(const std::string& variable)
  {
    unknown_ = unknown_.empty() ? variable : unknown_;
    return Truth::unknown;
  }

  Truth refuse()
  {
    refused_ = true;
    return Truth::unknown;
  }

  const Target& target_;
  std::string extra_;
  const Chosen* chosen_ = nullptr;
  std::string unknown_;
  bool refused_ = false;
};

}  // namespace

std::optional<MarkerTruth> evaluate_marker(std::string_view marker, const Target& target,
                                           const std::vector<std::string>& extras)
{
  const auto parsed = parse_marker(marker, 0);
  if (!parsed.marker) {
    return std::nullopt;
  }
  MarkerTruth result{.value = false, .unknown = ""};
  const std::vector<std::string> none = {""};
  for (const std::string& extra : extras.empty() ? none : extras) {
    Evaluation evaluation(target, normalize_name(extra));
    const Truth truth = evaluation.evaluate(*parsed.marker);
    if (evaluation.refused()) {
      return std::nullopt;
    }
    if (truth == Truth::yes) {
      return MarkerTruth{};
    }
    if (truth == Truth::unknown) {
      result = {.value = true, .unknown = evaluation.unknown()};
    }
  }
  return result;
}

std::optional<MarkerTruth> evaluate_lock_marker(std::string_view marker, const Target& target,
                                                const Chosen& chosen)
{
  const auto parsed = parse_marker(marker, 0);
  if (!parsed.marker) {
    return std::nullopt;
  }
  Evaluation evaluation(target, chosen);
  const Truth truth = evaluation.evaluate(*parsed.marker);
  if (evaluation.refused()) {
    return std::nullopt;
  }
  return MarkerTruth{.value = truth != Truth::no,
                     .unknown = truth == Truth::unknown ? evaluation.unknown() : std::string()};
}

}  // namespace envlift::environment
