#include "suite/events.hpp"

#include "base/text.hpp"
#include "suite/builtin_events.hpp"
#include "suite/json_text.hpp"
#include "suite/pointer.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace envlift::suite {

namespace {

using Json = nlohmann::ordered_json;

struct Row {
  std::string_view name;
  std::string_view summary;
};

// THE LIST of ready-made events; each is templates/events/NAME.json.
constexpr std::array k_rows = {
  Row{"alb", "Application Load Balancer, a request to a target group"},
  Row{"alb-multi-value", "the same with multi-value headers switched on"},
  Row{"apigw-authorizer", "API Gateway, a REQUEST authorizer of a REST API"},
  Row{"apigw-v1", "API Gateway, REST API (payload format 1.0)"},
  Row{"apigw-v2", "API Gateway, HTTP API (payload format 2.0)"},
  Row{"apigw-websocket", "API Gateway, a message on a WebSocket"},
  Row{"cloudformation", "CloudFormation, a custom resource"},
  Row{"cloudwatch-logs", "CloudWatch Logs, a subscription (gzip in base64)"},
  Row{"cognito-post-confirmation", "Cognito, after a user is confirmed"},
  Row{"cognito-pre-signup", "Cognito, before a user signs up"},
  Row{"cognito-pre-token", "Cognito, before a token is made"},
  Row{"dynamodb", "DynamoDB, a stream with an insert, a change and a removal"},
  Row{"eventbridge", "EventBridge, an event of your own bus"},
  Row{"firehose", "Data Firehose, a transformation of two records"},
  Row{"function-url", "Lambda function URL"},
  Row{"kafka", "self-managed Apache Kafka"},
  Row{"kinesis", "Kinesis, two records of a data stream"},
  Row{"msk", "Amazon MSK"},
  Row{"s3-delete", "S3, an object was removed"},
  Row{"s3-eventbridge", "S3 through EventBridge, an object was created"},
  Row{"s3-put", "S3, an object was created"},
  Row{"schedule", "EventBridge, a schedule"},
  Row{"ses", "SES, a mail was received"},
  Row{"sns", "SNS, a message"},
  Row{"sqs", "SQS, a batch of two messages"},
  Row{"sqs-sns", "SQS, a message that came from SNS"},
  Row{"step-functions", "Step Functions, a task with a token"},
};

// Maps whose names are the caller's own, so that new ones may be set.
constexpr std::array<std::string_view, 21> k_open_maps = {"headers",
                                                          "multiValueHeaders",
                                                          "queryStringParameters",
                                                          "multiValueQueryStringParameters",
                                                          "pathParameters",
                                                          "stageVariables",
                                                          "messageAttributes",
                                                          "MessageAttributes",
                                                          "userAttributes",
                                                          "clientMetadata",
                                                          "validationData",
                                                          "detail",
                                                          "Keys",
                                                          "NewImage",
                                                          "OldImage",
                                                          "claims",
                                                          "lambda",
                                                          "Input",
                                                          "input",
                                                          "ResourceProperties",
                                                          "OldResourceProperties"};

std::string_view text_of(std::string_view name)
{
  const auto& files = builtin_events();
  const auto found = std::ranges::find(files, std::string(name) + ".json", &BuiltinEvent::name);
  if (found == files.end()) {
    throw std::logic_error(fmt::format("an event without a file: {}", name));
  }
  return found->text;
}

std::string_view kind_of(const Json& value)
{
  switch (value.type()) {
    case Json::value_t::object: return "a map";
    case Json::value_t::array: return "a list";
    case Json::value_t::string: return "text";
    case Json::value_t::boolean: return "true or false";
    case Json::value_t::null: return "null";
    default: return "a number";
  }
}

Failure refused(std::string message, std::string hint)
{
  return fail({"", std::move(message), std::move(hint), ExitCode::usage, {}});
}

void add_fields(const Json& value, const std::string& pointer, std::vector<std::string>& fields)
{
  if (!value.is_structured() || value.empty()) {
    fields.push_back(pointer);
  }
  else if (value.is_object()) {
    for (const auto& [name, member] : value.items()) {
      add_fields(member, pointer_below(pointer, name), fields);
    }
  }
  else {
    for (std::size_t i = 0; i < value.size(); ++i) {
      add_fields(value[i], pointer_below(pointer, std::to_string(i)), fields);
    }
  }
}

// The child that a token names; nullptr when there is none.
Json* child_of(Json& value, const std::string& token)
{
  if (value.is_object()) {
    const auto found = value.find(token);
    return found == value.end() ? nullptr : &*found;
  }
  const auto index = value.is_array() ? array_index(token) : std::nullopt;
  return index && *index < value.size() ? &value[*index] : nullptr;
}

Failure no_field(const std::string& pointer, const std::string& parent, const Json& value,
                 const std::string& token)
{
  std::vector<std::string> names;
  if (value.is_object()) {
    for (const auto& [name, member] : value.items()) {
      names.push_back(name);
    }
  }
  const auto near = text::nearest(token, names);
  return refused(fmt::format("the event has no field `{}`", text::shown(pointer)),
                 near ? fmt::format("did you mean `{}`?", pointer_below(parent, *near))
                      : "name a field that `envlift event show` prints, as /Records/0/body");
}

// The value that a field gets; nothing when it is of another kind than the field's own. A null takes any.
std::optional<Json> value_for(const Json& field, const FieldValue& given)
{
  if (field.is_string() && !given.is_json) {
    return Json(given.value);
  }
  if (!is_json(given.value)) {
    return field.is_null() ? std::optional(Json(given.value)) : std::nullopt;
  }
  Json value = Json::parse(given.value);
  if (field.is_string() && !value.is_string() && !value.is_null()) {
    return Json(value.dump());
  }
  const bool fits = field.is_null() || value.is_null() || kind_of(value) == kind_of(field);
  return fits ? std::optional(std::move(value)) : std::nullopt;
}

// What a new name of an open map is modelled on: the values beside it.
Json neighbour(const Json& map)
{
  return map.empty() ? Json() : map.front();
}

Result<> set_field(Json& event, const FieldValue& given)
{
  const auto tokens = pointer_tokens(given.pointer);
  if (!tokens || tokens->empty()) {
    return refused(fmt::format("`{}` is no JSON pointer to a field", text::shown(given.pointer)),
                   "write it as /Records/0/body");
  }
  Json* field = &event;
  std::string parent;
  for (std::size_t i = 0; i < tokens->size(); ++i) {
    const std::string& token = (*tokens)[i];
    Json* child = child_of(*field, token);
    const bool is_open = i > 0 && std::ranges::find(k_open_maps, (*tokens)[i - 1]) != k_open_maps.end();
    if (child == nullptr && i + 1 == tokens->size() && is_open && field->is_object()) {
      Json value = neighbour(*field);
      child = &((*field)[token] = std::move(value));
    }
    if (child == nullptr) {
      return no_field(given.pointer, parent, *field, token);
    }
    field = child;
    parent = pointer_below(parent, token);
  }
  auto value = value_for(*field, given);
  if (!value) {
    return refused(fmt::format("the field `{}` holds {}", text::shown(given.pointer), kind_of(*field)),
                   fmt::format("set it to {} in JSON", kind_of(*field)));
  }
  *field = std::move(*value);
  return {};
}

}   // namespace

const std::vector<ReadyEvent>& ready_events()
{
  static const std::vector<ReadyEvent> list = [] {
    std::vector<ReadyEvent> events;
    for (const Row& row : k_rows) {
      events.push_back({row.name, row.summary, text_of(row.name)});
    }
    return events;
  }();
  return list;
}

const ReadyEvent* find_ready_event(std::string_view name)
{
  const auto found = std::ranges::find(ready_events(), name, &ReadyEvent::name);
  return found == ready_events().end() ? nullptr : &*found;
}

std::string hint_for_event(std::string_view name)
{
  std::vector<std::string> names;
  for (const ReadyEvent& event : ready_events()) {
    names.emplace_back(event.name);
  }
  const auto near = text::nearest(name, names);
  return near ? fmt::format("did you mean `{}`?", *near) : "`envlift event list` lists them";
}

std::vector<std::string> fields_of(const ReadyEvent& event)
{
  std::vector<std::string> fields;
  add_fields(Json::parse(event.text), "", fields);
  return fields;
}

Result<std::string> event_with(std::string_view event, const std::vector<FieldValue>& values)
{
  Json changed = Json::parse(event);
  for (const FieldValue& value : values) {
    ENVLIFT_TRY(set_field(changed, value));
  }
  return changed.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}   // namespace envlift::suite
