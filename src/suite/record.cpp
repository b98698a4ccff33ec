// What was observed -> a suite that expects it. In JSON: every text and every name can stand there.
#include "suite/suite.hpp"

#include "base/text.hpp"
#include "suite/json_text.hpp"

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
    expect["answer"] = std::move(*answer);
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
