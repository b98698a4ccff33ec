#include "suite/repeated.hpp"

#include <catch2/catch.hpp>

namespace envlift::suite {
namespace {

Observation answered(const std::string& answer)
{
  Observation observed;
  observed.verdict = Verdict::ok;
  observed.answer = answer;
  return observed;
}

Observation raised(const std::string& type)
{
  Observation observed;
  observed.verdict = Verdict::handler_error;
  observed.error_type = type;
  return observed;
}

TEST_CASE("a case that expects nothing of its answer must have the first one again", "[suite]")
{
  const Case any;
  CHECK(change(any, answered("7"), answered("7"), Answers::stay).empty());
  CHECK(change(any, answered("7"), answered("\"8\""), Answers::stay) == "it answers \"8\", before: 7");
  CHECK(change(any, answered("7"), answered("8"), Answers::vary).empty());
}

TEST_CASE("what a case expects of its answer decides, whatever came first", "[suite]")
{
  Case one;
  Assertion number;
  number.pointer = "/n";
  number.equals = "1";
  one.expected.answer = {number};
  CHECK(change(one, answered(R"({"n":1,"t":5})"), answered(R"({"n":1,"t":6})"), Answers::stay).empty());
  CHECK(change(one, answered(R"({"n":1})"), answered(R"({"n":2})"), Answers::vary) ==
        "/n: expected 1, got 2");
}

TEST_CASE("an answer that varies must end as it did", "[suite]")
{
  Case fails;
  fails.expected.verdict = Verdict::handler_error;
  CHECK(change(fails, raised("ValueError"), raised("ValueError"), Answers::vary).empty());
  CHECK(change(fails, raised("ValueError"), raised("ImportError"), Answers::vary) ==
        "it raises ImportError, before: ValueError");
  CHECK(!change(Case{}, answered("1"), raised("ImportError"), Answers::vary).empty());
  CHECK(!change(fails, raised("ValueError"), answered("1"), Answers::vary).empty());
}

}   // namespace
}   // namespace envlift::suite
