#include "base/text.hpp"
#include "fakes/memory_files.hpp"
#include "suite/pattern.hpp"
#include "suite/suite.hpp"

#include <catch2/catch.hpp>

using namespace envlift;
using suite::Verdict;

namespace {

suite::Case case_of(const std::string& expect, const std::string& more = "")
{
  diag::Diagnostics diagnostics;
  auto cases = suite::read_suite("s.yaml", "cases:\n  - name: a\n" + more + "    expect: " + expect + "\n",
                                 diagnostics);
  REQUIRE(diagnostics.all().empty());
  return cases.front();
}

suite::Observation answered(std::string answer)
{
  suite::Observation observed;
  observed.verdict = Verdict::ok;
  observed.answer = std::move(answer);
  observed.duration_ms = 12;
  observed.init_ms = 340;
  return observed;
}

suite::Observation failed_with(Verdict verdict, std::string code, std::string type = "",
                               std::string message = "")
{
  suite::Observation observed;
  observed.verdict = verdict;
  observed.code = std::move(code);
  observed.error_type = std::move(type);
  observed.error_message = std::move(message);
  observed.message = "the cause";
  observed.hint = "the cure";
  return observed;
}

using Lines = std::vector<std::string>;

Lines differences(const std::string& expect, const std::string& answer)
{
  return suite::judge(case_of(expect), answered(answer)).differences;
}

}   // namespace

TEST_CASE("an answer is compared as JSON", "[suite]")
{
  CHECK(differences("{answer: {a: 1, b: [x, null]}}", R"({"b":["x",null],"a":1.0})").empty());
  CHECK(differences("{answer: true}", "1") == Lines{"the answer: expected true, got 1"});
  CHECK(differences("{answer: '1'}", "1") == Lines{"the answer: expected \"1\", got 1"});
  CHECK(differences("{answer: {a: 1}}", R"({"a":1,"b":2})") == Lines{"/b: expected nothing, got 2"});
  CHECK(differences("{answer: {a: 1, b: {c: 2}}}", R"({"a":1})") ==
        Lines{"/b: expected {\"c\":2}, got nothing"});
  CHECK(differences("{answer: [1, 2]}", "[1,3,4]") ==
        Lines{"/1: expected 2, got 3", "the answer: expected 2 items, got 3"});
  CHECK(differences("{answer: {a/b: {~c: 1}}}", R"({"a/b":{"~c":2}})") ==
        Lines{"/a~1b/~0c: expected 1, got 2"});
  CHECK(differences("{answer: 18446744073709551615}", "-1").size() == 1);
  CHECK(differences("{answer: 9007199254740993}", "9007199254740992").size() == 1);
  CHECK(differences("{answer: -5}", "-5").empty());
  CHECK(differences("{answer: plain text}", "plain text").empty());
  CHECK(differences("{answer: {}}", "") == Lines{"the answer: expected {}, got \"\""});
}

TEST_CASE("numbers are near enough within their tolerance", "[suite]")
{
  const std::string answer = R"({"body":{"items":[0,1,{"price":4}]}})";
  CHECK(differences("{at: {/body/items/2/price: {equals: 3.5, tolerance: 0.01}}}", answer) ==
        Lines{"/body/items/2/price: expected 3.5 ± 0.01, got 4"});
  CHECK(differences("{answer: [0.3, 100], tolerance: 0.1}", "[0.4, 99.9]").empty());
  CHECK(differences("{answer: [0.3], tolerance: 0.1}", "[0.41]").size() == 1);
  CHECK(differences("{answer: 9007199254740993, tolerance: 1}", "9007199254740992").empty());
  CHECK(differences("{answer: 9007199254740993, tolerance: 1}", "9007199254740991").size() == 1);
  CHECK(differences("{answer: -9223372036854775807, tolerance: 2}", "18446744073709551615").size() == 1);
  CHECK(differences("{answer: 3}", "3.0000001").size() == 1);
}

TEST_CASE("a subset looks at what it names, and into JSON that is a text", "[suite]")
{
  CHECK(differences("{subset: {a: {b: 1}}}", R"({"a":{"b":1,"c":2},"d":3})").empty());
  CHECK(differences("{subset: {a: [{b: 1}]}}", R"({"a":[{"b":1,"c":2}]})").empty());
  CHECK(differences("{subset: {a: [1]}}", R"({"a":[1,2]})") == Lines{"/a: expected 1 item, got 2"});
  CHECK(differences("{subset: {body: {x: 1}}}", R"({"body":"{\"x\":2,\"y\":3}"})") ==
        Lines{"/body/x: expected 1, got 2"});
  CHECK(differences("{answer: {body: {x: 1}}}", R"({"body":"{\"x\":1}"})").size() == 1);
}

TEST_CASE("a pointer finds a value, or says that there is none", "[suite]")
{
  const std::string answer = R"({"":{"x":1},"a":[10,20],"body":"{\"id\":\"ab12\"}"})";
  CHECK(differences("{at: {//x: 1, /a/1: 20, /body/id: ab12, '': {subset: {a: [10, 20]}}}}", answer).empty());
  CHECK(differences("{at: {/a/01: 20}}", answer) == Lines{"/a/01: expected 20, got nothing"});
  CHECK(differences("{at: {/a/-: {present: true}}}", answer) == Lines{"/a/-: expected a value, got nothing"});
  CHECK(differences("{at: {/a/0: {present: false}}}", answer) == Lines{"/a/0: expected nothing, got 10"});
  CHECK(differences("{at: {/b: {present: false}}}", answer).empty());
  CHECK(differences("{at: {/body/id: {matches: '^[0-9]+$'}}}", answer) ==
        Lines{"/body/id: \"ab12\" does not match ^[0-9]+$"});
}

TEST_CASE("texts that differ are shown where they differ", "[suite]")
{
  CHECK(
      differences("{answer: 'the total of the order is 3.50 EUR'}",
                  "\"the total of the order is 4.00 EUR\"") ==
      Lines{"the answer: expected \"…tal of the order is 3.50 EUR\", got \"…tal of the order is 4.00 EUR\""});
  CHECK(differences("{answer: \"a\\nb\\nc\\n\"}", R"("a\nx\nc\n")") ==
        Lines{"the answer: the text differs from line 2 on\n  - b\n  - c\n  + x\n  + c"});
  CHECK(differences("{answer: \"a\\nb\"}", R"("a\nb\n")").size() == 1);
  // Cut between characters, and bounded.
  const std::string umlauts = "\"" + std::string(500, 'x') + "\xc3\xa4\"";
  CHECK(differences("{answer: '\xc3\xa4'}", umlauts).front().size() < 200);
  CHECK(differences("{answer: 'x'}", "\"\\u001b[31m\"").front().find('\x1b') == std::string::npos);
}

TEST_CASE("many and large differences stay few and short", "[suite]")
{
  std::string many = "[";
  for (int i = 0; i < 1000; ++i) {
    many += (i > 0 ? ",1" : "1");
  }
  const Lines all = differences("{answer: [" + many.substr(1) + "]}", "[0" + many.substr(2) + "]");
  CHECK(all.size() == 1);
  std::string zeros = many;
  std::replace(zeros.begin(), zeros.end(), '1', '0');
  const Lines bounded = differences("{answer: " + many + "]}", zeros + "]");
  REQUIRE(bounded.size() == 21);
  CHECK(bounded.back() == "and 980 differences more");
  CHECK(differences("{answer: 1}", zeros + "]") == Lines{"the answer: expected 1, got a list of 1000 items"});
  // Nested as deep as an answer of 6 MB can be.
  const std::string deep = std::string(3'000'000, '[') + std::string(3'000'000, ']');
  CHECK(differences("{answer: 1}", deep).size() == 1);
}

TEST_CASE("a verdict is as expected, or says what came instead", "[suite]")
{
  const auto timeout = failed_with(Verdict::timeout, "EL1005");
  const suite::CaseResult expected = suite::judge(case_of("timeout"), timeout);
  CHECK(expected.met);
  CHECK(expected.verdict == Verdict::timeout);
  const suite::CaseResult unexpected = suite::judge(case_of("success"), timeout);
  CHECK_FALSE(unexpected.met);
  CHECK(unexpected.verdict == Verdict::timeout);
  CHECK(unexpected.code == "EL1005");
  CHECK(unexpected.message == "the cause");
  CHECK(unexpected.differences == Lines{"verdict: expected ok, got timeout"});
  const suite::CaseResult missed = suite::judge(case_of("{verdict: timeout, log: [x]}"), answered("2"));
  CHECK_FALSE(missed.met);
  CHECK(missed.verdict == Verdict::mismatch);
  CHECK(missed.code == "EL1030");
  CHECK(missed.differences == Lines{"verdict: expected timeout, got ok"});
}

TEST_CASE("an expected error has its type and its message", "[suite]")
{
  const auto raised = failed_with(Verdict::handler_error, "EL1001", "ValueError", "no items in order 7");
  CHECK(suite::judge(case_of("{error_type: ValueError}"), raised).met);
  CHECK(suite::judge(case_of("{error_message: 'items .* [0-9]'}"), raised).met);
  const suite::CaseResult other =
      suite::judge(case_of("{error_type: KeyError, error_message: '^items'}"), raised);
  CHECK_FALSE(other.met);
  CHECK(other.verdict == Verdict::handler_error);
  CHECK(other.code == "EL1030");
  CHECK(other.differences == Lines{"error_type: expected \"KeyError\", got \"ValueError\"",
                                   "error_message: \"no items in order 7\" does not match ^items"});
  CHECK(suite::judge(case_of("{error_type: X}"), answered("1")).differences ==
        Lines{"verdict: expected a failure, got ok"});
  CHECK_FALSE(
      suite::judge(case_of("{error_message: .}"), failed_with(Verdict::engine_error, "EL0801", "", "x")).met);
}

TEST_CASE("the log and the times count", "[suite]")
{
  suite::Observation observed = answered("1");
  observed.log = "REPORT\n";   // the platform's
  observed.own_log = "START\r\npriced 2 items\nEND\n";
  CHECK(suite::judge(case_of("{log: ['^priced [0-9]+ items$', START]}"), observed).met);
  CHECK(suite::judge(case_of("{log: ['START.*END', priced]}"), observed).differences ==
        Lines{"log: no line matches START.*END"});
  CHECK_FALSE(suite::judge(case_of("{log: [REPORT]}"), observed).met);
  observed.is_log_cut = true;
  CHECK(suite::judge(case_of("{log: [absent]}"), observed).differences ==
        Lines{"log: no line matches absent, in what was kept of a log that was too long"});
  CHECK(suite::judge(case_of("success", "    max_duration: 12 ms\n    max_init: 1 s\n"), observed).met);
  CHECK(suite::judge(case_of("success", "    max_duration: 11 ms\n    max_init: 100 ms\n"), observed)
            .differences ==
        Lines{"duration: took 12 ms, expected at most 11 ms", "init: took 340 ms, expected at most 100 ms"});
}

TEST_CASE("patterns neither overflow the stack nor run for long", "[suite]")
{
  using enum suite::Pattern::Found;
  const auto search = [](const std::string& pattern, const std::string& text) {
    return suite::Pattern(pattern).search(text);
  };
  CHECK(search("(a|b)*c", std::string(1'000'000, 'a')) != yes);
  CHECK(search("(a+)+$", std::string(5000, 'a') + "b") == gave_up);
  CHECK(search("a.b", "a\nb") == no);
  CHECK(search("^b$", "a\nb\nc") == no);
  CHECK(search("b\\z", "ab") == yes);
  CHECK(suite::pattern_fault("(") == "Unmatched marking parenthesis ( or \\(");
  CHECK(suite::pattern_fault(std::string(1999, '(')));
  CHECK(suite::pattern_fault(std::string(2001, 'a')));
  CHECK(differences("{matches: '(a+)+$'}", "\"" + std::string(5000, 'a') + "b\"") ==
        Lines{"the answer: matching (a+)+$ takes too many steps; write it without repeated alternatives"});
}

TEST_CASE("what was observed is a suite that is met", "[suite]")
{
  std::vector<suite::Case> cases = {
    case_of("success",
            "    event: {n: 12345678901234567890, s: \"\\e\\x7f\\u2028\"}\n    max_duration: 1 ms\n"),
    case_of("success",
            "    environment: {A: b}\n    context: {deadline: 3 s, identity: {cognitoIdentityId: i}}\n"
            "    handler: a.b\n    repeat: 2\n    cold: true\n    max_init: 2 s\n"),
    case_of("success"),
    case_of("success"),
    case_of("success"),
    case_of("success"),
    case_of("success")};
  for (std::size_t i = 0; i < cases.size(); ++i) {
    cases[i].name = "case: " + std::to_string(i);
  }
  const std::vector<suite::Observation> observed = {
    answered("{\"a/b\":[1.0,\"\\ud83d\\ude00 \\\"q\\\"\\n\",null,1e300,-0.1],\"\":{}}"),
    answered("plain \x1b text"),
    answered(""),
    failed_with(Verdict::handler_error, "EL1001", "ValueError", "m"),
    failed_with(Verdict::timeout, "EL1005"),
    failed_with(Verdict::engine_error, "EL0801"),
    answered(std::string(200, '[') + std::string(200, ']'))};
  const std::string text = suite::record(cases, observed);
  diag::Diagnostics diagnostics;
  const auto again = suite::read_suite("recorded.json", text, diagnostics);
  CHECK(diagnostics.all().empty());
  REQUIRE(again.size() == cases.size() - 1);   // the engine's failure is none of the function's
  for (const suite::Case& one : again) {
    const auto which = static_cast<std::size_t>(one.name.back() - '0');
    INFO(one.name);
    CHECK(suite::judge(one, observed[which]).met);
    if (!observed[which].answer.empty() && which < 2) {
      CHECK_FALSE(suite::judge(one, answered("{\"other\":1}")).met);
    }
  }
  CHECK(again[0].event.find("12345678901234567890") != std::string::npos);
  CHECK_FALSE(again[0].max_duration_ms);   // it took longer
  CHECK(again[1].environment == cases[1].environment);
  CHECK(again[1].context.deadline_ms == 3000);
  CHECK(again[1].context.identity == R"({"cognitoIdentityId": "i"})");
  CHECK(again[1].handler == "a.b");
  CHECK(again[1].repeat == 2);
  CHECK(again[1].cold);
  CHECK(again[1].max_init_ms == 2000.0);
}

TEST_CASE("a request's own ID is recorded as any", "[suite]")
{
  const std::string first = "96809a13-1111-4222-8333-0123456789ab";
  const std::string second = "0badcafe-5555-4666-8777-ba9876543210";
  const auto seen = [](const std::string& answer, const std::string& id) {
    suite::Observation observed = answered(text::replace_all(answer, "ID", id));
    observed.request_id = id;
    return observed;
  };
  for (const std::string answer :
       {R"({"id":"ID","n":1})", R"~({"body":"{\"id\": \"ID\", \"a\": [\"(.*)\"]}","deep":[{"id":"ID"}]})~",
        R"~("done (ID)")~", R"({"n":1})"}) {
    INFO(answer);
    diag::Diagnostics diagnostics;
    suite::Case one;
    one.name = "recorded";
    const auto again =
        suite::read_suite("recorded.json", suite::record({one}, {seen(answer, first)}), diagnostics);
    CHECK(diagnostics.all().empty());
    REQUIRE(again.size() == 1);
    CHECK(suite::judge(again[0], seen(answer, second)).met);
    CHECK_FALSE(suite::judge(again[0], answered(R"({"id":"none","n":2})")).met);
  }
}
