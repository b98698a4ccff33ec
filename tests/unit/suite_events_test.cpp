#include "suite/events.hpp"

#include <algorithm>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

using namespace envlift;
using Json = nlohmann::json;

namespace {

Result<std::string> set(const char* name, const std::string& pointer, const std::string& value)
{
  return suite::event_with(suite::find_ready_event(name)->text, {{pointer, value}});
}

Json value_after(const char* name, const std::string& pointer, const std::string& value)
{
  const auto event = set(name, pointer, value);
  return event ? Json::parse(*event)[Json::json_pointer(pointer)] : Json(event.error().message);
}

}   // namespace

TEST_CASE("ready-made events are listed by name and are JSON as it is printed", "[suite]")
{
  const auto& events = suite::ready_events();
  CHECK(events.size() >= 20);
  CHECK(std::ranges::is_sorted(events, {}, &suite::ReadyEvent::name));
  for (const suite::ReadyEvent& event : events) {
    INFO(event.name);
    CHECK(suite::event_with(event.text, {}) == std::string(event.text));
    for (const std::string& field : suite::fields_of(event)) {
      CHECK(Json::parse(event.text).contains(Json::json_pointer(field)));
    }
  }
  CHECK(suite::find_ready_event("sqs") != nullptr);
  CHECK(suite::find_ready_event("SQS") == nullptr);
  CHECK(suite::hint_for_event("apigw-v3") == "did you mean `apigw-v1`?");
  CHECK(suite::hint_for_event("something") == "`envlift event list` lists them");
}

TEST_CASE("a field takes a value of its kind", "[suite]")
{
  CHECK(value_after("sqs", "/Records/0/body", "5") == "5");
  CHECK(value_after("sqs", "/Records/0/body", R"({"a":1})") == R"({"a":1})");
  CHECK(value_after("s3-put", "/Records/0/s3/object/size", "12") == 12);
  CHECK(value_after("apigw-v2", "/isBase64Encoded", "true") == true);
  CHECK(value_after("apigw-v1", "/stageVariables", R"({"a":"b"})") == Json{{"a", "b"}});
  CHECK(value_after("apigw-v1", "/requestContext/identity/user", "ada") == "ada");
  CHECK(value_after("schedule", "/resources", "[]") == Json::array());
  CHECK(value_after("apigw-v2", "/headers", "null") == Json());
  const auto wrong = set("s3-put", "/Records/0/s3/object/size", "big");
  REQUIRE_FALSE(wrong);
  CHECK(wrong.error().message == "the field `/Records/0/s3/object/size` holds a number");
  CHECK(wrong.error().exit == ExitCode::usage);
  CHECK_FALSE(set("schedule", "/resources", "{}"));
}

TEST_CASE("a field that is not there is refused, but in maps of the caller's own", "[suite]")
{
  CHECK(value_after("apigw-v2", "/headers/x-count", "5") == "5");
  CHECK(value_after("apigw-v1", "/multiValueHeaders/X-A", R"(["b"])") == Json::array({"b"}));
  CHECK(value_after("dynamodb", "/Records/0/dynamodb/NewImage/n", R"({"N":"1"})") == Json{{"N", "1"}});
  CHECK(value_after("schedule", "/detail/a", "1") == 1);
  const auto wrong = set("sqs", "/Records/0/bdy", "x");
  REQUIRE_FALSE(wrong);
  CHECK(wrong.error().message == "the event has no field `/Records/0/bdy`");
  CHECK(wrong.error().hint == "did you mean `/Records/0/body`?");
  for (const char* pointer :
       {"", "Records", "/Records/9/body", "/Records/-", "/Records/00", "/Records/0/body/x", "/a~"}) {
    INFO(pointer);
    CHECK_FALSE(set("sqs", pointer, "x"));
  }
}
