#include "report/test_run.hpp"

#include "base/text.hpp"
#include "report/milliseconds.hpp"
#include "suite/json_text.hpp"

#include <nlohmann/json.hpp>

namespace envlift::report {

namespace {

using Json = nlohmann::ordered_json;

// The JSON value, or the text where it is none.
Json value_of(const std::string& text)
{
  return suite::is_json(text) ? Json::parse(text) : Json(text);
}

Json sandbox(const std::vector<suite::AppliedLimit>& limits)
{
  Json object = Json::object();
  for (const suite::AppliedLimit& limit : limits) {
    Json& row = object[limit.name];
    row["value"] = value_of(limit.value);
    row["asked"] = value_of(limit.asked);
    row["applied"] = limit.applied;
    row["why"] = text::shown(limit.why);
  }
  return object;
}

Json case_object(const suite::CaseResult& result)
{
  Json object;
  object["name"] = text::printable(result.name);
  object["verdict"] = std::string(suite::name_of(result.verdict));
  object["met"] = result.met;
  object["code"] = result.code;
  object["answer"] = value_of(result.answer);
  object["duration_ms"] = rounded_ms(result.duration_ms);
  object["init_ms"] = rounded_ms(result.init_ms);
  object["message"] = text::redact(result.message);
  object["hint"] = text::redact(result.hint);
  object["differences"] = result.differences;
  return object;
}

}   // namespace

std::string test_run_json(const suite::TestRun& run)
{
  Json report;
  report["schema"] = 1;
  report["image"] = text::shown(run.image);
  report["sandbox"] = sandbox(run.sandbox);
  report["cases"] = Json::array();
  for (const suite::CaseResult& result : run.cases) {
    report["cases"].push_back(case_object(result));
  }
  return report.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}   // namespace envlift::report
