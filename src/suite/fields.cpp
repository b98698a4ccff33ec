#include "suite/fields.hpp"

#include "base/text.hpp"
#include "suite/pattern.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

#include <fmt/format.h>

namespace envlift::suite {

namespace {

using input::YamlKind;
using input::YamlNode;

std::optional<double> number_in(std::string_view text)
{
  double value = 0;
  const char* end = text.data() + text.size();
  const auto [stop, problem] = std::from_chars(text.data(), end, value);
  const bool is_number = problem == std::errc() && stop == end && std::isfinite(value) && value >= 0;
  return is_number ? std::optional(value) : std::nullopt;
}

std::optional<double> milliseconds_in(std::string_view text)
{
  const double unit = text.ends_with("ms") ? 1 : text.ends_with("s") ? 1000 : 0;
  if (unit == 0) {
    return std::nullopt;
  }
  text.remove_suffix(unit == 1 ? 2 : 1);
  const auto value = number_in(text::trim(text));
  return value && *value > 0 ? std::optional(*value * unit) : std::nullopt;
}

}   // namespace

void wrong_kind(std::string_view what, std::string_view due, const YamlNode& found, std::string hint,
                diag::Diagnostics& diagnostics)
{
  diagnostics.add("EL0622", fmt::format("{} must be {}, not {}", what, due, input::describe(found.kind)),
                  std::move(hint), found.span);
}

bool check_pattern(const YamlNode& node, diag::Diagnostics& diagnostics)
{
  const auto fault = pattern_fault(node.scalar);
  if (fault) {
    diagnostics.add(
        "EL0623", fmt::format("this is no regular expression: {}", text::printable(*fault)),
        "correct it; a backslash before a character takes it as it is, and single quotes keep backslashes",
        node.span);
  }
  return !fault;
}

Fields::Fields(const YamlNode& map, std::string_view what, const std::vector<std::string>& keys,
               diag::Diagnostics& diagnostics)
    : map_(map),
      diagnostics_(diagnostics)
{
  for (const input::YamlEntry& entry : map.entries) {
    if (std::ranges::find(keys, entry.key) != keys.end()) {
      continue;
    }
    const auto near = text::nearest(entry.key, keys);
    auto& finding =
        diagnostics.add("EL0621", fmt::format("`{}` is no key of {}", text::printable(entry.key), what),
                        near ? fmt::format("did you mean `{}`?", *near) : "remove it", entry.key_span());
    finding.notes.push_back("valid keys: " + text::join(keys, ", "));
  }
}

const YamlNode* Fields::of_kind(std::string_view key, YamlKind kind, std::string_view due) const
{
  const YamlNode* node = find(key);
  if (node == nullptr || node->kind == YamlKind::null) {
    return nullptr;
  }
  if (node->kind != kind) {
    wrong_kind(fmt::format("`{}`", key), due, *node, fmt::format("write {} behind `{}:`", due, key),
               diagnostics_);
    return nullptr;
  }
  return node;
}

const YamlNode* Fields::map(std::string_view key) const
{
  return of_kind(key, YamlKind::map, "a map");
}

const YamlNode* Fields::list(std::string_view key) const
{
  return of_kind(key, YamlKind::sequence, "a list");
}

std::optional<std::string> Fields::text(std::string_view key) const
{
  const YamlNode* node = of_kind(key, YamlKind::scalar, "a single value");
  return node == nullptr ? std::nullopt : std::optional(node->scalar);
}

std::optional<bool> Fields::boolean(std::string_view key) const
{
  const auto value = text(key);
  if (value && *value != "true" && *value != "false") {
    wrong_form(key, "is neither true nor false", fmt::format("write `{}: true`", key));
    return std::nullopt;
  }
  return value ? std::optional(*value == "true") : std::nullopt;
}

std::optional<double> Fields::number(std::string_view key) const
{
  const auto value = text(key);
  const auto number = value ? number_in(*value) : std::nullopt;
  if (value && !number) {
    wrong_form(key, "is no number of zero or more", fmt::format("write it as `{}: 0.01`", key));
  }
  return number;
}

std::optional<double> Fields::milliseconds(std::string_view key) const
{
  const auto value = text(key);
  const auto duration = value ? milliseconds_in(*value) : std::nullopt;
  if (value && !duration) {
    wrong_form(key, "is no duration",
               fmt::format("write it with its unit: `{0}: 500 ms` or `{0}: 2 s`", key));
  }
  return duration;
}

std::optional<std::string> Fields::pattern(std::string_view key) const
{
  const auto value = text(key);
  return value && check_pattern(*find(key), diagnostics_) ? value : std::nullopt;
}

diag::Span Fields::place_of(std::string_view key) const
{
  const auto found = std::ranges::find(map_.entries, key, &input::YamlEntry::key);
  return found == map_.entries.end() ? diag::Span(map_.span) : diag::Span(found->key_span());
}

void Fields::wrong_form(std::string_view key, const std::string& complaint, std::string hint) const
{
  const YamlNode* node = find(key);
  const std::string shown =
      node->kind == YamlKind::scalar ? fmt::format(" `{}`", text::shown(node->scalar)) : "";
  diagnostics_.add("EL0623", fmt::format("`{}`:{} {}", key, shown, complaint), std::move(hint), node->span);
}

}   // namespace envlift::suite
