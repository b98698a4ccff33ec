#include "suite/answer.hpp"

#include "base/text.hpp"
#include "suite/json_text.hpp"
#include "suite/pattern.hpp"
#include "suite/pointer.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace envlift::suite {

namespace {

using Json = nlohmann::json;

constexpr std::size_t k_longest_value = 120;

// JSON behind a text, as a proxy's body has it; nothing for another text.
std::optional<Json> json_within(const Json& value)
{
  const auto* text = value.get_ptr<const std::string*>();
  if (text == nullptr || text->find_first_of("{[") != text->find_first_not_of(" \t\r\n") || !is_json(*text)) {
    return std::nullopt;
  }
  return Json::parse(*text);
}

std::string shown(const Json& value)
{
  if (const auto* text = value.get_ptr<const std::string*>()) {
    return short_text(*text);
  }
  std::string dumped = value.dump(-1, ' ', false, Json::error_handler_t::replace);
  if (dumped.size() <= k_longest_value) {
    return text::shown(dumped);
  }
  return value.is_object() ? fmt::format("a map of {} members", value.size())
                           : fmt::format("a list of {} items", value.size());
}

// Of whole numbers it is exact: doubles of 2^53 and more have neighbours that are further apart than 1.
long double distance(const Json& one, const Json& other)
{
  if (one.is_number_integer() && other.is_number_integer()) {
    return std::abs(one.get<long double>() - other.get<long double>());
  }
  return std::abs(one.get<double>() - other.get<double>());
}

bool is_same_number(const Json& one, const Json& other, double tolerance)
{
  if (tolerance > 0) {
    constexpr double rounding = 1e-9;   // 0.3 ± 0.1 takes 0.4
    return distance(one, other) <= tolerance * (1 + rounding);
  }
  if (one.is_number_float() || other.is_number_float()) {
    return one.get<double>() == other.get<double>();
  }
  const bool is_negative = one.get<double>() < 0;
  if (is_negative != (other.get<double>() < 0)) {
    return false;
  }
  return is_negative ? one.get<std::int64_t>() == other.get<std::int64_t>()
                     : one.get<std::uint64_t>() == other.get<std::uint64_t>();
}

class Comparison {
public:
  Comparison(bool is_subset, double tolerance, Differences& differences)
      : is_subset_(is_subset),
        tolerance_(tolerance),
        differences_(differences)
  {}

  void compare(const std::string& where, const Json& expected, const Json& got)
  {
    if (is_subset_ && expected.is_structured() && got.is_string()) {
      if (const auto inner = json_within(got)) {
        compare(where, expected, *inner);
        return;
      }
    }
    if (expected.is_object() && got.is_object()) {
      compare_members(where, expected, got);
    }
    else if (expected.is_array() && got.is_array()) {
      compare_items(where, expected, got);
    }
    else {
      compare_single(where, expected, got);
    }
  }

private:
  void compare_members(const std::string& where, const Json& expected, const Json& got)
  {
    for (const auto& [name, value] : expected.items()) {
      const std::string below = pointer_below(where, name);
      if (const auto found = got.find(name); found != got.end()) {
        compare(below, value, *found);
      }
      else {
        differences_.add(fmt::format("{}: expected {}, got nothing", text::shown(below), shown(value)));
      }
    }
    for (const auto& [name, value] : got.items()) {
      if (!is_subset_ && !expected.contains(name)) {
        differences_.add(fmt::format("{}: expected nothing, got {}", text::shown(pointer_below(where, name)),
                                     shown(value)));
      }
    }
  }

  void compare_items(const std::string& where, const Json& expected, const Json& got)
  {
    for (std::size_t i = 0; i < std::min(expected.size(), got.size()); ++i) {
      compare(pointer_below(where, std::to_string(i)), expected[i], got[i]);
    }
    if (expected.size() != got.size()) {
      differences_.add(fmt::format("{}: expected {}, got {}", name_of_place(where),
                                   text::counted(expected.size(), "item"), got.size()));
    }
  }

  void compare_single(const std::string& where, const Json& expected, const Json& got)
  {
    const std::string place = name_of_place(where);
    if (expected.is_number() && got.is_number()) {
      if (!is_same_number(expected, got, tolerance_)) {
        const std::string range = tolerance_ > 0 ? fmt::format(" ± {}", tolerance_) : "";
        differences_.add(fmt::format("{}: expected {}{}, got {}", place, shown(expected), range, shown(got)));
      }
    }
    else if (expected.is_string() && got.is_string()) {
      const auto& old_text = expected.get_ref<const std::string&>();
      const auto& new_text = got.get_ref<const std::string&>();
      if (old_text != new_text) {
        differences_.add(text_difference(place, old_text, new_text));
      }
    }
    else if (expected.type() != got.type() || expected != got) {
      differences_.add(fmt::format("{}: expected {}, got {}", place, shown(expected), shown(got)));
    }
  }

  static std::string name_of_place(const std::string& where)
  {
    return where.empty() ? "the answer" : text::shown(where);
  }

  bool is_subset_;
  double tolerance_;
  Differences& differences_;
};

// The value at a pointer, within JSON that is a text too; nothing when there is none.
std::optional<Json> value_at(const Json& root, const std::string& pointer)
{
  const auto tokens = pointer_tokens(pointer);
  const Json* value = &root;
  std::optional<Json> inner;
  for (const std::string& token : tokens.value_or(std::vector<std::string>{})) {
    if (auto within = json_within(*value)) {
      inner = std::move(within);
      value = &*inner;
    }
    if (value->is_object()) {
      const auto found = value->find(token);
      value = found == value->end() ? nullptr : &*found;
    }
    else {
      const auto index = value->is_array() ? array_index(token) : std::nullopt;
      value = index && *index < value->size() ? &(*value)[*index] : nullptr;
    }
    if (value == nullptr) {
      return std::nullopt;
    }
  }
  return *value;
}

// The text that a pattern is searched in: a string's own, else the value's JSON.
std::string text_of(const Json& value)
{
  const auto* text = value.get_ptr<const std::string*>();
  return text != nullptr ? *text : value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

void check_pattern(const std::string& place, const Assertion& assertion, const Json& got,
                   Differences& differences)
{
  const std::string searched = text_of(got);
  switch (Pattern(assertion.matches).search(searched)) {
    case Pattern::Found::yes: return;
    case Pattern::Found::no:
      differences.add(fmt::format("{}: {} does not match {}", place, short_text(searched),
                                  text::shown(assertion.matches)));
      return;
    case Pattern::Found::gave_up:
      differences.add(
          fmt::format("{}: matching {} takes too many steps; write it without repeated alternatives", place,
                      text::shown(assertion.matches)));
      return;
  }
}

void check(const Assertion& assertion, const Json& answer, Differences& differences)
{
  const std::string place = assertion.pointer.empty() ? "the answer" : text::shown(assertion.pointer);
  const auto got = value_at(answer, assertion.pointer);
  if (assertion.present == false) {
    if (got) {
      differences.add(fmt::format("{}: expected nothing, got {}", place, shown(*got)));
    }
    return;
  }
  if (!got) {
    const std::string due = assertion.equals ? shown(Json::parse(*assertion.equals)) : "a value";
    differences.add(fmt::format("{}: expected {}, got nothing", place, due));
    return;
  }
  if (assertion.equals) {
    Comparison(false, assertion.tolerance, differences)
        .compare(assertion.pointer, Json::parse(*assertion.equals), *got);
  }
  if (assertion.subset) {
    Comparison(true, assertion.tolerance, differences)
        .compare(assertion.pointer, Json::parse(*assertion.subset), *got);
  }
  if (!assertion.matches.empty()) {
    check_pattern(place, assertion, *got, differences);
  }
}

}   // namespace

void check_answer(const std::vector<Assertion>& assertions, const std::string& answer,
                  Differences& differences)
{
  const Json value = is_json(answer) ? Json::parse(answer) : Json(answer);
  for (const Assertion& assertion : assertions) {
    check(assertion, value, differences);
  }
}

}   // namespace envlift::suite
