#include "aws/credential_json.hpp"

#include "aws/times.hpp"
#include "base/json_text.hpp"

#include <nlohmann/json.hpp>

namespace envlift::aws {

using Json = nlohmann::json;

std::optional<Credentials> parse_credentials(const std::string& json, std::string_view token)
{
  const Json object = Json::parse(json, nullptr, false);
  if (!object.is_object() || text_member(object, "AccessKeyId").empty() ||
      text_member(object, "SecretAccessKey").empty()) {
    return std::nullopt;
  }
  return Credentials{text_member(object, "AccessKeyId"), Secret(text_member(object, "SecretAccessKey")),
                     Secret(text_member(object, token)), parse_rfc3339(text_member(object, "Expiration")),
                     ""};
}

}  // namespace envlift::aws
