// Events that are no JSON, before anything is started.
#include "invoke/invoke.hpp"

#include <catch2/catch.hpp>

using namespace envlift;

namespace {

struct Case {
  std::string event;
  std::size_t line;
  std::size_t column;
  std::string words;
};

}  // namespace

TEST_CASE("what JSON is passes, byte for byte whatever it holds")
{
  for (const char* event :
       {"{}", "[]", "1", "\"text\"", " null\r\n", "{\"a\": 1e999}", "{\"a\": \"\xc3\xa9\"}"}) {
    CHECK(invoke::check_event(event, "event.json"));
  }
}

TEST_CASE("an event that is no JSON is shown at its place, with a cure for events")
{
  const Case cases[] = {
    {"{'a': 1}", 1, 2, "expected string literal"},
    {"{\n  \"rows\": 3,\n}\n", 3, 1, "expected string literal"},
    {"{\"a\": 1", 1, 8, "unexpected end of input"},
    {"{\"a\": 1} {}", 1, 10, "expected end of input"},
    {"[1, 2, NaN]", 1, 8, "invalid literal"},
    {"{\"a\": \"\xe9\"}", 1, 9, "UTF-8"},
    {"", 0, 0, "empty"},
    {" \n", 0, 0, "empty"},
  };
  for (const Case& expected : cases) {
    INFO(expected.event);
    const auto checked = invoke::check_event(expected.event, "event.json");
    REQUIRE_FALSE(checked);
    const Error& error = checked.error();
    INFO(error.message);
    CHECK(error.code == "EL1002");
    CHECK(error.exit == ExitCode::input_error);
    CHECK(error.message.starts_with("the event is not JSON: "));
    CHECK(error.message.find(expected.words) != std::string::npos);
    CHECK(error.message.find("last read") == std::string::npos);
    CHECK_FALSE(error.hint.empty());
    CHECK(error.place.file == "event.json");
    CHECK(error.place.line == expected.line);
    CHECK(error.place.column == expected.column);
  }
}
