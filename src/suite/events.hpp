// Ready-made events: what AWS's services send, as templates/events/NAME.json, with fields that can be set.
#pragma once

#include "base/result.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace envlift::suite {

struct ReadyEvent {
  std::string_view name;       // "apigw-v2"
  std::string_view summary;    // "API Gateway, HTTP API (payload 2.0)"
  std::string_view text;       // JSON
};

// By name.
const std::vector<ReadyEvent>& ready_events();
// nullptr when there is none.
const ReadyEvent* find_ready_event(std::string_view name);
// "did you mean `sqs`?", or where they are listed.
std::string hint_for_event(std::string_view name);

// The JSON pointers of an event's fields that are neither maps nor lists, in its order.
std::vector<std::string> fields_of(const ReadyEvent& event);

// A field's new value, as `--set POINTER=VALUE` gives it.
struct FieldValue {
  std::string pointer;         // RFC 6901
  std::string value;
  // Whether `value` is JSON in any case, as in a suite; else it is text where the field holds text, and JSON elsewhere.
  bool is_json = false;
};

// An event as JSON text (indented, with a newline) with its fields set. JSON that is set where the event holds text
// stands there as text, as a proxy's body does. An Error (usage) for a pointer that names no field, with the nearest
// one, and for a value of another kind than the field's; maps whose names are the caller's own (headers, parameters,
// attributes, an item's) take new names.
Result<std::string> event_with(std::string_view event, const std::vector<FieldValue>& values);

}   // namespace envlift::suite
