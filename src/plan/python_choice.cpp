#include "plan/python_choice.hpp"

#include "base/text.hpp"
#include "plan/base_images.hpp"
#include "plan/planner.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include <fmt/format.h>

namespace envlift::plan {

namespace {

// The leading numbers of a version: "3.11.2" -> {3, 11, 2}; what follows letters is not looked at.
std::vector<int> numbers(std::string_view version)
{
  std::vector<int> parts;
  for (const std::string_view part : text::split(version, '.')) {
    int value = 0;
    std::size_t digits = 0;
    while (digits < part.size() && text::is_digit(part[digits]) && digits < 6) {
      value = value * 10 + (part[digits++] - '0');
    }
    if (digits == 0) {
      break;
    }
    parts.push_back(value);
  }
  return parts;
}

using Minor = std::pair<int, int>;

constexpr int k_minors = 30;   // beyond any Python 3 there is

Minor to_minor(const std::vector<int>& parts)
{
  return {parts.empty() ? 0 : parts[0], parts.size() < 2 ? 0 : parts[1]};
}

// Whether the minor's versions begin with the given numbers ("3" holds for all of 3.x).
bool has_prefix(const std::vector<int>& parts, Minor minor)
{
  return (parts.empty() || parts[0] == minor.first) && (parts.size() < 2 || parts[1] == minor.second);
}

bool allows_term(std::string_view term, Minor minor)
{
  term = text::trim(term);
  const std::size_t begin = std::min(term.find_first_not_of("=<>!~ "), term.size());
  const std::string_view op = text::trim(term.substr(0, begin));
  const std::string_view version = term.substr(begin);
  const std::vector<int> parts = numbers(version);
  if (parts.empty()) {
    return true;   // "*"
  }
  const bool has_patch = parts.size() > 2 && parts[2] > 0;
  if (op == "!=") {
    // Only a whole minor can be excluded; one patch of it leaves the others.
    return !has_prefix(parts, minor) || !version.ends_with('*') || parts.size() > 2;
  }
  if (op == ">=" || op == ">") {
    return minor >= to_minor(parts);
  }
  if (op == "<=") {
    return minor <= to_minor(parts);
  }
  if (op == "<") {
    return minor < to_minor(parts) || (minor == to_minor(parts) && has_patch);
  }
  if (op == "~=") {
    return minor >= to_minor(parts) && minor.first == parts[0] &&
           (parts.size() < 3 || minor == to_minor(parts));
  }
  return has_prefix(parts, minor);
}

}  // namespace

bool allows_minor(std::string_view constraint, std::string_view minor)
{
  const Minor wanted = to_minor(numbers(minor));
  return std::ranges::any_of(text::split(constraint, '|'), [&](std::string_view alternative) {
    return std::ranges::all_of(text::split(alternative, ','),
                               [&](std::string_view term) { return allows_term(term, wanted); });
  });
}

bool pins_minor(std::string_view constraint, std::string_view minor)
{
  for (int other = 0; other < k_minors; ++other) {
    const std::string name = fmt::format("3.{}", other);
    if (name != minor && allows_minor(constraint, name)) {
      return false;
    }
  }
  return true;
}

std::optional<std::string> minor_of_tag(std::string_view reference)
{
  const std::size_t slash = reference.find_last_of('/');
  const std::size_t colon = reference.find(':', slash == std::string_view::npos ? 0 : slash);
  if (colon == std::string_view::npos) {
    return std::nullopt;
  }
  const std::string_view tag = reference.substr(colon + 1);
  const std::vector<int> parts = numbers(tag.substr(0, tag.find_first_of("-@")));
  return parts.size() >= 2 ? std::optional(fmt::format("{}.{}", parts[0], parts[1])) : std::nullopt;
}

std::string choose_python(const environment::Environment& environment, const settings::Settings& settings)
{
  if (!settings.python.empty()) {
    return settings.python;
  }
  // A base that is not AWS's has a Python for the builder, or a version of its own in its tag.
  const auto tagged = settings.strategy == "custom" ? std::nullopt : minor_of_tag(settings.base);
  if (tagged && allows_minor(environment.python, *tagged)) {
    return *tagged;
  }
  if (environment.python.empty()) {
    return std::string(k_default_minor);
  }
  const auto& bases = base_images();
  const auto newest = std::find_if(bases.rbegin(), bases.rend(), [&](const BaseImage& base) {
    return allows_minor(environment.python, base.python_minor);
  });
  if (newest != bases.rend()) {
    return std::string(newest->python_minor);
  }
  const Minor asked = to_minor(numbers(environment.python.substr(
      std::min(environment.python.find_first_of("0123456789"), environment.python.size()))));
  return fmt::format("{}.{}", asked.first, asked.second);
}

namespace {

bool allows_some_minor(std::string_view constraint)
{
  for (int minor = 0; minor < k_minors; ++minor) {
    if (allows_minor(constraint, fmt::format("3.{}", minor)) || allows_minor(constraint, fmt::format("2.{}", minor))) {
      return true;
    }
  }
  return false;
}

}  // namespace

bool is_contradiction(const environment::Environment& environment, const settings::Settings& settings)
{
  return settings.python.empty() && !allows_some_minor(environment.python);
}

std::string no_python(const environment::Environment& environment)
{
  return fmt::format("no Python satisfies `python {}`", text::printable(environment.python));
}

void check_python(const environment::Environment& environment, const settings::Settings& settings,
                  diag::Diagnostics& diagnostics)
{
  if (is_contradiction(environment, settings)) {
    diagnostics.add("EL0701", no_python(environment), "change one of the constraints", environment.python_span);
    return;
  }
  const std::string minor = choose_python(environment, settings);
  if (find_base(minor) == nullptr) {
    diagnostics.add("EL0701", fmt::format("no Lambda base image has Python {}", minor),
                    fmt::format("choose a Python from {} to {}", base_images().front().python_minor,
                                base_images().back().python_minor),
                    environment.python_span);
  }
}

}  // namespace envlift::plan
