#include "aws/credential_json.hpp"

#include "aws/times.hpp"

#include <nlohmann/json.hpp>

namespace envlift::aws {

namespace {

using Json = nlohmann::json;

std::string text_of(const Json& object, std::string_view key)
{
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

}  // namespace

std::optional<Credentials> parse_credentials(const std::string& json, std::string_view token)
{
  const Json object = Json::parse(json, nullptr, false);
  if (!object.is_object() || text_of(object, "AccessKeyId").empty() ||
      text_of(object, "SecretAccessKey").empty()) {
    return std::nullopt;
  }
  return Credentials{text_of(object, "AccessKeyId"), Secret(text_of(object, "SecretAccessKey")),
                     Secret(text_of(object, token)), parse_rfc3339(text_of(object, "Expiration")), ""};
}

}  // namespace envlift::aws
