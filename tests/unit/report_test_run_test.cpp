#include "report/test_run.hpp"
#include "unit/golden.hpp"

#include <nlohmann/json.hpp>

using namespace envlift;
using suite::CaseResult;
using suite::Verdict;
using Json = nlohmann::json;

namespace {

CaseResult result(std::string name, Verdict verdict, bool met)
{
  CaseResult one;
  one.name = std::move(name);
  one.verdict = verdict;
  one.met = met;
  one.duration_ms = 12.3456;
  one.log = "START RequestId: 1\nworking\n";
  one.place = {"events/orders.yaml", 7, 11, 0};
  return one;
}

suite::TestRun example()
{
  suite::TestRun run;
  run.image = "orders:latest";
  run.sandbox = {{"memory_mb", "512", "512", true, ""},
                 {"read_only_root", "false", "true", false, "the engine refused it"}};
  CaseResult good = result("an order is priced", Verdict::ok, true);
  good.answer = R"({"total":3.5})";
  good.init_ms = 1340;
  CaseResult expected = result("an order without items is refused", Verdict::handler_error, true);
  expected.code = "EL1001";
  expected.answer = R"({"errorType":"ValueError"})";
  CaseResult differing = result("two items: 100%, <b>&\"'", Verdict::mismatch, false);
  differing.code = "EL1030";
  differing.answer = "no JSON";
  differing.message = "/body/items/2/price: expected 3.5 ± 0.01, got 4";
  differing.hint = "correct the function";
  differing.differences = {differing.message, "/text: the text differs from line 2 on\n  - b\n  + x"};
  CaseResult failing = result("a large order", Verdict::timeout, false);
  failing.code = "EL1005";
  failing.message = "the function timed out after 3 s";
  failing.hint = "raise `timeout`";
  failing.differences = {"verdict: expected ok, got timeout"};
  failing.log = "\x1b[31mred\x1b[0m \xff https://ada:hunter22@host/\n";
  CaseResult broken = result("no engine", Verdict::engine_error, false);
  broken.code = "EL0801";
  broken.message = "the engine is gone";
  broken.place = {};
  broken.log = "";
  broken.differences = {"verdict: expected ok, got engine_error"};
  run.cases = {good, expected, differing, failing, broken};
  return run;
}

std::string text_of(const suite::TestRun& run, const report::TestTextStyle& style)
{
  std::string text;
  for (const CaseResult& one : run.cases) {
    text += report::test_case_text(one, style);
  }
  return text + report::test_summary_text(run, style);
}

}   // namespace

TEST_CASE("a run of tests is reported as it was looked at", "[report][golden]")
{
  check_golden("tests/golden/test-run.txt", text_of(example(), {}));
  check_golden("tests/golden/test-run.json", report::test_run_json(example()));
  check_golden("tests/golden/test-run.xml", report::test_run_junit(example()));
  check_golden("tests/golden/test-run.github", report::test_run_github(example(), "services/orders/"));
}

TEST_CASE("a run's JSON holds answers as values, and texts where they are none", "[report]")
{
  const Json json = Json::parse(report::test_run_json(example()));
  CHECK(json["cases"][0]["answer"] == Json{{"total", 3.5}});
  CHECK(json["cases"][2]["answer"] == "no JSON");
  CHECK(json["cases"][0]["duration_ms"] == 12.346);
  CHECK(json["sandbox"]["memory_mb"]["value"] == 512);
  CHECK(json["sandbox"]["read_only_root"]["applied"] == false);
  suite::TestRun deep;
  deep.cases = {result("deep", Verdict::ok, true), result("bytes", Verdict::ok, true)};
  deep.cases[0].answer = std::string(100'000, '[') + std::string(100'000, ']');
  deep.cases[1].answer = "\xff";
  CHECK(Json::parse(report::test_run_json(deep))["cases"][0]["answer"].is_string());
}

TEST_CASE("the text shows logs of what failed, all with -v, and bounded", "[report]")
{
  const CaseResult good = result("a", Verdict::ok, true);
  CHECK(report::test_case_text(good, {}) == "ok     a (12 ms)\n");
  CHECK(report::test_case_text(good, {.all_logs = true}) ==
        "ok     a (12 ms)\n  log:\n    START RequestId: 1\n    working\n");
  CHECK(report::test_case_text(good, {.colour = true}).starts_with("\x1b[32mok\x1b[0m     a"));
  const auto is_platform_line = [](std::string_view line) { return line.starts_with("START "); };
  const CaseResult bad = result("a", Verdict::crashed, false);
  CHECK(report::test_case_text(bad, {.is_platform_line = is_platform_line}).find("START") == std::string::npos);
  CHECK(report::test_case_text(bad, {.is_platform_line = is_platform_line}).find("    working\n") != std::string::npos);
  CHECK(report::test_case_text(bad, {.all_logs = true, .is_platform_line = is_platform_line}).find("START") !=
        std::string::npos);
  CaseResult loud = result("a", Verdict::crashed, false);
  loud.log = "";
  for (int i = 0; i < 1000; ++i) {
    loud.log += std::string(10'000, 'x') + "\n";
  }
  const std::string text = report::test_case_text(loud, {});
  CHECK(text.size() < 250'000);
  CHECK(text.find("… 900 lines before") != std::string::npos);
  suite::TestRun run;
  run.cases = {good};
  CHECK(report::test_summary_text(run, {}) == "1 of 1 case is met\n");
  run.sandbox = {{"remaining_time_s", "40", "30", false, "so it is", true}};
  CHECK(report::test_summary_text(run, {}) == "1 of 1 case is met\n");
  CHECK(report::test_summary_text(run, {.all_logs = true})
            .starts_with("not applied: remaining_time_s: 30 was asked for"));
  CaseResult noted = good;
  noted.code = "EL1021";
  noted.message = "the answer is not JSON";
  noted.hint = "answer JSON";
  CHECK(report::test_case_text(noted, {}) ==
        "ok     a (12 ms)\n  warning[EL1021]: the answer is not JSON\n  hint: answer JSON\n");
  CHECK(report::test_summary_text({}, {}) == "0 of 0 cases are met\n");
}

TEST_CASE("annotations and XML keep what would end them", "[report]")
{
  suite::TestRun run;
  run.cases = {result("a:b,c%\n::error::x", Verdict::mismatch, false)};
  run.cases[0].message = "x\r\n::error::100%";
  const std::string line = report::test_run_github(run);
  CHECK(std::count(line.begin(), line.end(), '\n') == 1);
  CHECK(line.find("title=a%3Ab%2Cc%25") != std::string::npos);
  CHECK(line.ends_with("::x%0A::error::100%25\n"));
  CHECK(report::test_run_github({}).empty());
  run.cases[0].name = "]]><x a='\xef\xbf\xbf\x01'>";
  const std::string xml = report::test_run_junit(run);
  CHECK(xml.find("<x") == std::string::npos);
  CHECK(xml.find("\xef\xbf\xbf") == std::string::npos);
  CHECK(xml.find('\x01') == std::string::npos);
}
