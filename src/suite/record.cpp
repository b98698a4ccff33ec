// What was observed -> a suite that expects it. In JSON: every text and every name can stand there.
#include "suite/suite.hpp"

#include "base/text.hpp"
#include "suite/json_text.hpp"
#include "suite/pattern.hpp"
#include "suite/pointer.hpp"

#include <optional>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace envlift::suite {

namespace {

using Json = nlohmann::ordered_json;

// Nothing for what a suite cannot hold: other bytes than UTF-8, and values nested deeper than its reader goes.
std::optional<Json> recorded_answer(const std::string& answer)
{
  constexpr std::size_t deepest = 90;   // of 100, which the suite itself needs some of
  if (!text::is_valid_utf8(answer)) {
    return std::nullopt;
  }
  if (!is_json(answer)) {
    return Json(answer);
  }
  return is_json(answer, deepest) ? std::optional(Json::parse(answer)) : std::nullopt;
}

constexpr std::string_view k_request_id = "[0-9a-f-]{36}";

// A regular expression that is met by the same text with any request's ID.
std::string pattern_of(std::string_view text, std::string_view id)
{
  std::string pattern = "^";
  while (!text.empty()) {
    if (text.starts_with(id)) {
      pattern += k_request_id;
      text.remove_prefix(id.size());
      continue;
    }
    constexpr std::string_view k_special = R"(.[]{}()\*+?|^$)";
    pattern += text::contains(k_special, text.substr(0, 1)) ? "\\" : "";
    pattern += text.front();
    text.remove_prefix(1);
  }
  pattern += "$";
  return pattern.size() <= k_longest_pattern ? pattern : std::string(k_request_id);
}

// Takes the members whose texts have the request's own ID out of the answer, and gives them back as checks by pointer.
void take_request_ids(Json& answer, const std::string& where, const std::string& id, Json& checks)
{
  for (auto member = answer.begin(); member != answer.end();) {
    const std::string place =
        pointer_below(where, answer.is_object() ? member.key() : std::to_string(member - answer.begin()));
    const auto* text = member->get_ptr<const std::string*>();
    if (answer.is_object() && text != nullptr && text::contains(*text, id)) {
      checks[place] = {{"matches", pattern_of(*text, id)}};
      member = answer.erase(member);
      continue;
    }
    if (member->is_structured()) {
      take_request_ids(*member, place, id, checks);
    }
    ++member;
  }
}

// An answer that tells its request's ID is another one the next time.
void expect_answer(Json& expect, Json answer, const std::string& id)
{
  if (const auto* text = answer.get_ptr<const std::string*>();
      text != nullptr && !id.empty() && text::contains(*text, id)) {
    expect["matches"] = pattern_of(*text, id);
    return;
  }
  Json checks = Json::object();
  if (!id.empty() && answer.is_structured()) {
    take_request_ids(answer, "", id, checks);
  }
  expect[checks.empty() ? "answer" : "subset"] = std::move(answer);
  if (!checks.empty()) {
    expect["at"] = std::move(checks);
  }
}

Json expectation_of(const Observation& observed)
{
  Json expect = Json::object();
  expect["verdict"] = std::string(name_of(observed.verdict));
  if (observed.verdict != Verdict::ok) {
    // Its answer tells lines of code and the request's own ID.
    if (!observed.error_type.empty()) {
      expect["error_type"] = observed.error_type;
    }
  }
  else if (auto answer = recorded_answer(observed.answer)) {
    expect_answer(expect, std::move(*answer), observed.request_id);
  }
  return expect;
}

Json context_of(const Context& context)
{
  Json written = Json::object();
  if (!context.identity.empty()) {
    written["identity"] = Json::parse(context.identity);
  }
  if (!context.client.empty()) {
    written["client"] = Json::parse(context.client);
  }
  if (context.deadline_ms) {
    written["deadline"] = fmt::format("{} ms", *context.deadline_ms);
  }
  return written;
}

// A bound that the observation keeps.
void add_bound(Json& written, const char* key, const std::optional<double>& most_ms, double took_ms)
{
  if (most_ms && took_ms <= *most_ms) {
    written[key] = fmt::format("{} ms", *most_ms);
  }
}

Json recorded_case(const Case& one, const Observation& observed)
{
  Json written = Json::object();
  written["name"] = one.name;
  written["event"] = Json::parse(one.event);
  if (!one.handler.empty()) {
    written["handler"] = one.handler;
  }
  if (!one.environment.empty()) {
    written["environment"] = one.environment;
  }
  if (Json context = context_of(one.context); !context.empty()) {
    written["context"] = std::move(context);
  }
  written["expect"] = expectation_of(observed);
  add_bound(written, "max_duration", one.max_duration_ms, observed.duration_ms);
  add_bound(written, "max_init", one.max_init_ms, observed.init_ms);
  if (one.repeat > 1) {
    written["repeat"] = one.repeat;
  }
  if (one.cold) {
    written["cold"] = true;
  }
  return written;
}

}   // namespace

std::string record(const std::vector<Case>& cases, const std::vector<Observation>& observed)
{
  Json suite = {{"cases", Json::array()}};
  for (std::size_t i = 0; i < cases.size() && i < observed.size(); ++i) {
    if (observed[i].verdict != Verdict::engine_error) {
      suite["cases"].push_back(recorded_case(cases[i], observed[i]));
    }
  }
  return suite.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}   // namespace envlift::suite
