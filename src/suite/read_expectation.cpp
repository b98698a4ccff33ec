#include "suite/read_expectation.hpp"

#include "base/text.hpp"
#include "suite/fields.hpp"
#include "suite/json_text.hpp"
#include "suite/pointer.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace envlift::suite {

namespace {

using input::YamlKind;
using input::YamlNode;

// A case cannot ask for a mismatch: it is what comes of an expectation.
std::vector<std::string> verdicts_to_expect()
{
  std::vector<std::string> names = verdict_names();
  std::erase(names, name_of(Verdict::mismatch));
  return names;
}

std::optional<Verdict> read_verdict(const YamlNode& node, diag::Diagnostics& diagnostics)
{
  const std::string& word = node.scalar;
  if (word == "success") {
    return Verdict::ok;
  }
  const std::vector<std::string> names = verdicts_to_expect();
  if (std::ranges::find(names, word) != names.end()) {
    return verdict_named(word);
  }
  const auto near = text::nearest(word, names);
  const std::string list = text::join(names, ", ");
  diagnostics
      .add("EL0623", fmt::format("`{}` is no verdict that can be expected", text::shown(word)),
           near ? fmt::format("did you mean `{}`?", *near) : fmt::format("write one of {}", list), node.span)
      .notes.push_back("verdicts: success, " + list);
  return std::nullopt;
}

// The checks of a value: those of the whole answer, and those behind a pointer.
Assertion read_checks(const Fields& fields, std::string pointer, std::string_view key_of_equals,
                      double tolerance)
{
  Assertion check;
  check.pointer = std::move(pointer);
  check.tolerance = tolerance;
  if (const YamlNode* equals = fields.find(key_of_equals)) {
    check.equals = json_of(*equals);
  }
  if (const YamlNode* subset = fields.find("subset")) {
    check.subset = json_of(*subset);
  }
  check.matches = fields.pattern("matches").value_or("");
  return check;
}

bool checks_anything(const Assertion& check)
{
  return check.equals || check.subset || !check.matches.empty() || check.present;
}

Assertion read_checks_at(const input::YamlEntry& entry, double tolerance, diag::Diagnostics& diagnostics)
{
  if (entry.value.kind != YamlKind::map) {
    Assertion equal;
    equal.pointer = entry.key;
    equal.equals = json_of(entry.value);
    equal.tolerance = tolerance;
    return equal;
  }
  const Fields fields(entry.value, "the checks behind a JSON pointer",
                      {"equals", "subset", "matches", "present", "tolerance"}, diagnostics);
  Assertion check = read_checks(fields, entry.key, "equals", fields.number("tolerance").value_or(tolerance));
  check.present = fields.boolean("present");
  const bool wants_value = check.equals || check.subset || !check.matches.empty();
  const auto is_tolerance = [](const input::YamlEntry& one) { return one.key == "tolerance"; };
  if (!checks_anything(check) && std::ranges::all_of(entry.value.entries, is_tolerance)) {
    diagnostics.add("EL0624", fmt::format("nothing is checked at `{}`", text::shown(entry.key)),
                    "write `equals: VALUE` there; `equals: {}` for an empty map", entry.key_span());
  }
  else if (check.present == false && wants_value) {
    diagnostics.add("EL0624", fmt::format("`{}` must be absent, and have a value", text::shown(entry.key)),
                    "keep `present: false` alone, or remove it", fields.place_of("present"));
  }
  return check;
}

void read_pointers(const YamlNode& at, double tolerance, Expectation& expected,
                   diag::Diagnostics& diagnostics)
{
  for (const input::YamlEntry& entry : at.entries) {
    if (!pointer_tokens(entry.key)) {
      diagnostics.add("EL0623", fmt::format("`{}` is no JSON pointer", text::shown(entry.key)),
                      "write it as `/items/0/price`; `~1` stands for a slash in a name, `~0` for a tilde",
                      entry.key_span());
      continue;
    }
    expected.answer.push_back(read_checks_at(entry, tolerance, diagnostics));
  }
}

std::vector<std::string> read_log(const YamlNode& list, diag::Diagnostics& diagnostics)
{
  std::vector<std::string> patterns;
  for (const YamlNode& item : list.items) {
    if (item.kind != YamlKind::scalar) {
      wrong_kind("an item of `log`", "a single value", item, "write one regular expression an item",
                 diagnostics);
    }
    else if (check_pattern(item, diagnostics)) {
      patterns.push_back(item.scalar);
    }
  }
  return patterns;
}

void read_error(const Fields& fields, Expectation& expected, diag::Diagnostics& diagnostics)
{
  expected.error_type = fields.text("error_type").value_or("");
  expected.error_message = fields.pattern("error_message").value_or("");
  const bool expects_error = !expected.error_type.empty() || !expected.error_message.empty();
  if (expects_error && expected.verdict == Verdict::ok) {
    const char* key = expected.error_type.empty() ? "error_message" : "error_type";
    diagnostics.add("EL0624", fmt::format("`{}` is of a failure, and the verdict must be ok", key),
                    "remove one of the two", fields.place_of(key));
  }
}

// Whether a function that ends so has answered: what it left, and what became of its children, is seen afterwards.
bool may_answer(const Expectation& expected)
{
  const bool expects_error = !expected.error_type.empty() || !expected.error_message.empty();
  return !expects_error &&
         (!expected.verdict || *expected.verdict == Verdict::ok ||
          *expected.verdict == Verdict::storage_exceeded || *expected.verdict == Verdict::out_of_memory);
}

void check_contradictions(const Fields& fields, const Expectation& expected, diag::Diagnostics& diagnostics)
{
  if (!expected.answer.empty() && !may_answer(expected)) {
    const std::string key = fields.has("answer")    ? "answer"
                            : fields.has("subset")  ? "subset"
                            : fields.has("matches") ? "matches"
                                                    : "at";
    diagnostics.add("EL0624",
                    fmt::format("`{}` is of an answer, and a failure is expected, which has none", key),
                    "remove one of the two; `error_message` and `log` are looked at where a function fails",
                    fields.place_of(key));
  }
  if (fields.has("tolerance") && !fields.has("answer") && !fields.has("subset") && !fields.has("at")) {
    diagnostics.add("EL0624", "`tolerance` is of expected numbers, and there are none",
                    "add `answer`, `subset` or `at`, or remove it", fields.place_of("tolerance"));
  }
}

}   // namespace

Expectation read_expectation(const YamlNode& node, diag::Diagnostics& diagnostics)
{
  Expectation expected;
  if (node.kind == YamlKind::scalar) {
    expected.verdict = read_verdict(node, diagnostics);
    return expected;
  }
  if (node.kind != YamlKind::map) {
    wrong_kind("`expect`", "a verdict or a map", node, "write `expect: success`, or its keys below it",
               diagnostics);
    return expected;
  }
  const Fields fields(
      node, "`expect`",
      {"verdict", "error_type", "error_message", "answer", "subset", "matches", "at", "tolerance", "log"},
      diagnostics);
  if (fields.text("verdict")) {
    expected.verdict = read_verdict(*fields.find("verdict"), diagnostics);
  }
  read_error(fields, expected, diagnostics);
  const double tolerance = fields.number("tolerance").value_or(0);
  if (Assertion whole = read_checks(fields, "", "answer", tolerance); checks_anything(whole)) {
    expected.answer.push_back(std::move(whole));
  }
  if (const YamlNode* at = fields.map("at")) {
    read_pointers(*at, tolerance, expected, diagnostics);
  }
  if (const YamlNode* log = fields.list("log")) {
    expected.log = read_log(*log, diagnostics);
  }
  check_contradictions(fields, expected, diagnostics);
  return expected;
}

}   // namespace envlift::suite
