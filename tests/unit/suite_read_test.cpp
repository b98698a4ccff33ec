#include "base/text.hpp"
#include "fakes/memory_files.hpp"
#include "suite/suite.hpp"
#include "unit/golden.hpp"

#include <algorithm>

#include <fmt/format.h>

using namespace envlift;

namespace {

std::vector<suite::Case> read(const std::string& text, diag::Diagnostics& diagnostics,
                              const std::string& name = "events/s.yaml")
{
  const fakes::MemoryFiles files({{"events/order.json", R"({"order":   7})"},
                                  {"events/order.yaml", "order: 7\n"},
                                  {"events/broken.json", "{\n  \"order\": \n}"},
                                  {"other/order.json", "[1]"}});
  return suite::read_suite(name, text, files, diagnostics);
}

// The one finding of a case with these lines, as "CODE line:column message | hint".
std::string finding_of(const std::string& lines)
{
  diag::Diagnostics diagnostics;
  read("cases:\n  - name: a\n" + lines, diagnostics);
  if (diagnostics.all().size() != 1) {
    return fmt::format("{} findings", diagnostics.all().size());
  }
  const diag::Diagnostic& one = diagnostics.all().front();
  return fmt::format("{} {}:{} {} | {}", one.code, one.span.line, one.span.column, one.message, one.hint);
}

suite::Case read_one(const std::string& lines)
{
  diag::Diagnostics diagnostics;
  const auto cases = read("cases:\n  - name: a\n" + lines, diagnostics);
  for (const diag::Diagnostic& one : diagnostics.all()) {
    FAIL_CHECK(one.code << " " << one.message);
  }
  REQUIRE(cases.size() == 1);
  return cases.front();
}

}   // namespace

TEST_CASE("a case has its event, its surroundings and its bounds", "[suite]")
{
  const suite::Case one = read_one(R"(
    event: {a: 1, b: [true, ~, 1.50, -2e3], c: "5", d: 007, e: yes, f: True, g: 2024-01-01, h: "x\ty"}
    handler: jobs.run
    environment: {STAGE: test, LIMIT: 5, EMPTY: }
    context:
      identity: {cognitoIdentityId: i}
      client: {custom: {k: v}}
      deadline: 1.5 s
    max_duration: 500ms
    max_init: 2 s
    repeat: 3
    cold: true
)");
  CHECK(one.event ==
        R"({"a": 1, "b": [true, null, 1.50, -2e3], "c": "5", "d": "007", "e": "yes", "f": true, )"
        R"("g": "2024-01-01", "h": "x\u0009y"})");
  CHECK(one.handler == "jobs.run");
  CHECK(one.environment ==
        std::map<std::string, std::string>{{"STAGE", "test"}, {"LIMIT", "5"}, {"EMPTY", ""}});
  CHECK(one.context.identity == R"({"cognitoIdentityId": "i"})");
  CHECK(one.context.client == R"({"custom": {"k": "v"}})");
  CHECK(one.context.deadline_ms == 1500);
  CHECK(one.max_duration_ms == 500.0);
  CHECK(one.max_init_ms == 2000.0);
  CHECK(one.repeat == 3);
  CHECK(one.cold);
  CHECK(one.place.file == "events/s.yaml");
  CHECK(one.place.line == 2);
  CHECK(one.place.column == 11);
}

TEST_CASE("a case without anything sends an empty event and expects success", "[suite]")
{
  const suite::Case one = read_one("");
  CHECK(one.event == "{}");
  CHECK_FALSE(one.expected.verdict);
  CHECK(one.expected.answer.empty());
  CHECK(one.repeat == 1);
  CHECK_FALSE(one.cold);
  CHECK(read_one("    event: null\n").event == "null");
}

TEST_CASE("an expectation is a verdict or what must hold", "[suite]")
{
  CHECK(read_one("    expect: success\n").expected.verdict == suite::Verdict::ok);
  CHECK(read_one("    expect: timeout\n").expected.verdict == suite::Verdict::timeout);
  const suite::Expectation expected = read_one(R"(
    expect:
      answer: {a: 1}
      subset: [2]
      matches: x+
      tolerance: 0.5
      log: [one, 't[w]o']
      at:
        /a: 1
        /b: {equals: {}, tolerance: 0}
        /c~1d: {matches: '^y', present: true}
        /e: {present: false}
)")
                                          .expected;
  REQUIRE(expected.answer.size() == 5);
  CHECK(expected.answer[0].equals == R"({"a": 1})");
  CHECK(expected.answer[0].subset == "[2]");
  CHECK(expected.answer[0].matches == "x+");
  CHECK(expected.answer[0].tolerance == 0.5);
  CHECK(expected.answer[1].pointer == "/a");
  CHECK(expected.answer[1].tolerance == 0.5);
  CHECK(expected.answer[2].equals == "{}");
  CHECK(expected.answer[2].tolerance == 0.0);
  CHECK(expected.answer[3].present == true);
  CHECK(expected.answer[4].present == false);
  CHECK(expected.log == std::vector<std::string>{"one", "t[w]o"});
  const suite::Expectation failure =
      read_one("    expect: {error_type: ValueError, error_message: 'no .*'}\n").expected;
  CHECK(failure.error_type == "ValueError");
  CHECK(failure.error_message == "no .*");
  CHECK_FALSE(failure.verdict);
}

TEST_CASE("an event comes from a file beside the suite, byte for byte", "[suite]")
{
  CHECK(read_one("    event_file: order.json\n").event == R"({"order":   7})");
  CHECK(read_one("    event_file: order.yaml\n").event == R"({"order": 7})");
  CHECK(read_one("    event_file: ../other/order.json\n").event == "[1]");
  CHECK(finding_of("    event_file: ordre.json\n") ==
        "EL0101 3:17 events/ordre.json: no such file | name a file relative to the suite's folder");
  CHECK(finding_of("    event_file: ../../order.json\n").starts_with("EL0623 3:17 "));
  diag::Diagnostics broken;
  read("cases:\n  - name: a\n    event_file: broken.json\n", broken);
  REQUIRE(broken.all().size() == 1);
  CHECK(broken.all().front().code == "EL0117");
  CHECK(broken.all().front().span.file == "events/broken.json");
  diag::Diagnostics alone;
  suite::read_suite("<stdin>", "cases:\n  - name: a\n    event_file: order.json\n", alone);
  REQUIRE(alone.all().size() == 1);
  CHECK(alone.all().front().hint == "write the event itself, as `event: …`");
}

TEST_CASE("a ready-made event with fields set", "[suite]")
{
  const suite::Case one = read_one(R"(
    ready_made: sqs
    set:
      /Records/0/body: {order: 7}
      /Records/0/attributes/SenderId: 5
)");
  CHECK(one.event.find(R"("body": "{\"order\":7}")") != std::string::npos);
  CHECK(one.event.find(R"("SenderId": "5")") != std::string::npos);
  CHECK(finding_of("    ready_made: sqz\n") ==
        "EL0623 3:17 `ready_made`: `sqz` is no ready-made event | did you mean `sqs`?");
  CHECK(finding_of("    ready_made: sqs\n    set: {/Records/0/bdy: x}\n") ==
        "EL0623 4:11 the event has no field `/Records/0/bdy` | did you mean `/Records/0/body`?");
}

TEST_CASE("what is wrong with a case has its place and its cure", "[suite]")
{
  CHECK(finding_of("    evemt: {}\n") == "EL0621 3:5 `evemt` is no key of a case | did you mean `event`?");
  CHECK(finding_of("    expect: {anwser: 1}\n") ==
        "EL0621 3:14 `anwser` is no key of `expect` | did you mean `answer`?");
  CHECK(finding_of("    context: {dedline: 3 s}\n") ==
        "EL0621 3:15 `dedline` is no key of `context` | did you mean `deadline`?");
  CHECK(finding_of("    expect: timout\n") ==
        "EL0623 3:13 `timout` is no verdict that can be expected | did you mean `timeout`?");
  CHECK(finding_of("    expect: mismatch\n").starts_with("EL0623 3:13 "));
  CHECK(
      finding_of("    max_duration: 500\n") ==
      "EL0623 3:19 `max_duration`: `500` is no duration | write it with its unit: `max_duration: 500 ms` or "
      "`max_duration: 2 s`");
  for (const char* wrong : {"-1 s", "0 ms", "1 min", "s", "1e999 s", "nan s", "inf ms"}) {
    INFO(wrong);
    CHECK(finding_of(fmt::format("    max_init: {}\n", wrong)).starts_with("EL0623 3:15 "));
  }
  for (const char* wrong : {"0", "1.5", "10001", "x", "-1"}) {
    INFO(wrong);
    CHECK(finding_of(fmt::format("    repeat: {}\n", wrong)).starts_with("EL0623 3:13 "));
  }
  CHECK(finding_of("    cold: yes\n").starts_with("EL0623 3:11 `cold`: `yes` is neither true nor false"));
  CHECK(finding_of("    environment: {1A: x}\n").starts_with("EL0623 3:19 "));
  CHECK(finding_of("    environment: {AWS_LAMBDA_RUNTIME_API: x}\n") ==
        "EL0623 3:19 Lambda lets no function set the variable `AWS_LAMBDA_RUNTIME_API` | leave it out: the runtime sets it");
  CHECK(finding_of(fmt::format("    environment: {{A: {}}}\n", std::string(4096, 'x'))).starts_with("EL0623 3:18 "));
  CHECK(finding_of(fmt::format("    event: {}\n", std::string(6'400'000, 'x')))
            .find("the event has 6.4 MB, and Lambda takes 6 MB at most | put") != std::string::npos);
  CHECK(finding_of("    environment: {A: [x]}\n") ==
        "EL0622 3:22 `A` must be a single value, not a list | quote it to make it one text");
  CHECK(finding_of("    expect: {at: {items: 1}}\n").starts_with("EL0623 3:19 `items` is no JSON pointer"));
  CHECK(finding_of("    expect: {at: {/a~2: 1}}\n").starts_with("EL0623 "));
  CHECK(finding_of("    expect: {at: {/a: {}}}\n").starts_with("EL0624 3:19 nothing is checked at `/a`"));
  CHECK(finding_of("    expect: {at: {/a: {tolerance: 1}}}\n").starts_with("EL0624 3:19 "));
  CHECK(finding_of("    expect: {at: {/a: {present: false, equals: 1}}}\n").starts_with("EL0624 3:24 "));
  CHECK(
      finding_of("    expect: {matches: '(a'}\n").starts_with("EL0623 3:23 this is no regular expression: "));
  CHECK(finding_of("    expect: {log: ['[z-a]']}\n")
            .starts_with("EL0623 3:20 this is no regular expression: "));
  CHECK(finding_of("    expect: {log: x}\n") ==
        "EL0622 3:19 `log` must be a list, not a single value | write a list "
        "behind `log:`");
  CHECK(finding_of("    expect: {answer: 1, tolerance: -1}\n").starts_with("EL0623 3:36 "));
  CHECK(finding_of("    expect: {verdict: ok, error_type: X}\n").starts_with("EL0624 3:27 "));
  CHECK(finding_of("    expect: {verdict: timeout, answer: 1}\n") ==
        "EL0624 3:32 `answer` is of an answer, and a failure is expected, which has none | remove one of the "
        "two; "
        "`error_message` and `log` are looked at where a function fails");
  CHECK(finding_of("    expect: {error_type: X, at: {/a: 1}}\n").starts_with("EL0624 3:29 `at` "));
  CHECK(finding_of("    expect: {tolerance: 1}\n")
            .starts_with("EL0624 3:14 `tolerance` is of expected numbers"));
  CHECK(finding_of("    expect: {verdict: out_of_memory, answer: 1}\n") == "0 findings");
  CHECK(finding_of("    expect: {verdict: storage_exceeded, subset: {}}\n") == "0 findings");
  CHECK(finding_of("    handler: ''\n").starts_with("EL0623 3:14 `handler`: `` names no function"));
  CHECK(finding_of("    event: 1\n    ready_made: sqs\n")
            .starts_with("EL0624 2:11 a case has more than one event"));
  CHECK(finding_of("    set: {/a: 1}\n").starts_with("EL0624 3:5 "));
  CHECK(finding_of("    event: 1\n    event: 2\n").starts_with("EL0111 4:5 "));
  CHECK(finding_of("  - name: a\n") == "EL0624 3:11 two cases are named `a` | give each a name of its own");
  CHECK(finding_of("  - event: 1\n").starts_with("EL0624 3:5 a case has no name"));
  CHECK(finding_of("  - x\n").starts_with("EL0622 3:5 a case must be a map"));
}

TEST_CASE("a deadline is no later than the function's timeout", "[suite]")
{
  suite::Case one;
  one.name = "late";
  one.context.deadline_ms = 3001;
  diag::Diagnostics diagnostics;
  suite::check_deadlines({one}, 4, diagnostics);
  CHECK(diagnostics.all().empty());
  suite::check_deadlines({one}, 3, diagnostics);
  REQUIRE(diagnostics.all().size() == 1);
  CHECK(diagnostics.all()[0].message ==
        "the case `late` has a deadline of 3001 ms, and the function's timeout is 3 s");
}

TEST_CASE("a file that is no suite is said to be none", "[suite]")
{
  for (const auto& [text, code] :
       std::vector<std::pair<std::string, std::string>>{{"", "EL0625"},
                                                        {"cases: []\n", "EL0625"},
                                                        {"cases:\n", "EL0625"},
                                                        {"cases: {a: 1}\n", "EL0622"},
                                                        {"- a\n", "EL0622"},
                                                        {"cases: [\n", "EL0110"},
                                                        {"\xff", "EL0105"},
                                                        {std::string(9 << 20, ' '), "EL0103"}}) {
    diag::Diagnostics diagnostics;
    CHECK(read(text, diagnostics).empty());
    REQUIRE(diagnostics.all().size() == 1);
    CHECK(diagnostics.all().front().code == code);
    CHECK(diagnostics.all().front().span.file == "events/s.yaml");
  }
}

TEST_CASE("JSON is read as JSON, with places", "[suite]")
{
  diag::Diagnostics diagnostics;
  const auto cases = read(R"({"cases": [{"name": "a\/b", "event": {"x": "\ud83d\ude00", "n": 1.0},
  "evnt": 1}]})",
                          diagnostics, "s.json");
  REQUIRE(cases.size() == 1);
  CHECK(cases.front().name == "a/b");
  CHECK(cases.front().event == "{\"x\": \"\xf0\x9f\x98\x80\", \"n\": 1.0}");
  REQUIRE(diagnostics.all().size() == 1);
  CHECK(diagnostics.all().front().code == "EL0621");
  CHECK(diagnostics.all().front().span.line == 2);
  CHECK(diagnostics.all().front().span.column == 3);
  diag::Diagnostics twice;
  read(R"({"cases": [{"name": "a", "name": "b"}]})", twice, "s.json");
  REQUIRE(twice.all().size() == 1);
  CHECK(twice.all().front().code == "EL0111");
}

TEST_CASE("a file of the events folder is a suite or one event", "[suite]")
{
  const fakes::MemoryFiles files{std::map<std::string, std::string>()};
  const auto read_file = [&](const std::string& name, const std::string& text) {
    diag::Diagnostics diagnostics;
    auto cases = suite::read_events_file(name, text, files, diagnostics);
    return std::pair(cases, diagnostics);
  };
  const auto [event, none] = read_file("events/new order.json", "{\"order\":  7}\n");
  REQUIRE(event.size() == 1);
  CHECK(none.all().empty());
  CHECK(event.front().name == "new order");
  CHECK(event.front().event == "{\"order\":  7}\n");
  CHECK(event.front().place.file == "events/new order.json");
  CHECK(read_file("events/a.yaml", "order: 7\n").first.front().event == R"({"order": 7})");
  CHECK(read_file("events/a.yaml", "cases: [{name: x}]\n").first.front().name == "x");
  const auto [misspelt, findings] = read_file("events/a.yaml", "case: [{name: x}]\n");
  REQUIRE(findings.all().size() == 2);
  CHECK(findings.all().front().hint == "did you mean `cases`?");
  CHECK(read_file("events/a.json", "{").second.all().front().code == "EL0117");
}

TEST_CASE("the examples of docs/suites.md are suites", "[suite]")
{
  const fakes::MemoryFiles files{std::map<std::string, std::string>{{"events/order.json", "{}"}}};
  const std::string page = read_repository_file("docs/suites.md");
  std::size_t cases = 0;
  for (const auto& [fence, name] : std::vector<std::pair<std::string, std::string>>{
         {"```yaml\n", "events/a.yaml"}, {"```json\n", "events/a.json"}}) {
    const std::size_t begin = page.find(fence);
    REQUIRE(begin != std::string::npos);
    const std::size_t text = begin + fence.size();
    diag::Diagnostics diagnostics;
    cases +=
        suite::read_suite(name, page.substr(text, page.find("```", text) - text), files, diagnostics).size();
    for (const diag::Diagnostic& one : diagnostics.all()) {
      FAIL_CHECK(one.code << " " << one.message);
    }
  }
  CHECK(cases == 5);
  for (const std::string& verdict : suite::verdict_names()) {
    CHECK((verdict == "mismatch" || page.find("`" + verdict + "`") != std::string::npos));
  }
}
