#include "aws/ecr_json.hpp"

#include "base/encoding.hpp"
#include "base/json_text.hpp"

#include <nlohmann/json.hpp>

namespace envlift::aws {

namespace {

using Json = nlohmann::json;

// The member of the object, or the first item of an array that it is; null where there is none.
Json one_of(const std::string& json, const char* key)
{
  const Json object = Json::parse(json, nullptr, false);
  if (!object.is_object() || !object.contains(key)) {
    return nullptr;
  }
  const Json& member = object[key];
  const Json one = member.is_array() ? (member.empty() ? Json() : member.front()) : member;
  return one.is_object() ? one : Json();
}

std::string host_of(const std::string& url)
{
  const std::size_t scheme = url.find("://");
  const std::size_t begin = scheme == std::string::npos ? 0 : scheme + 3;
  return url.substr(begin, url.find('/', begin) - begin);
}

}  // namespace

std::optional<RegistryLogin> parse_login(const std::string& json, const std::string& shared_host)
{
  const Json data = one_of(json, "authorizationData");
  const auto pair = data.is_object() ? base64_decoded(text_member(data, "authorizationToken")) : std::nullopt;
  // The password may hold colons; the user's name holds none.
  const std::size_t colon = pair ? pair->find(':') : std::string::npos;
  if (colon == std::string::npos || colon + 1 == pair->size()) {
    return std::nullopt;
  }
  RegistryLogin login{host_of(text_member(data, "proxyEndpoint")), pair->substr(0, colon),
                      Secret(pair->substr(colon + 1)), std::nullopt};
  if (login.host.empty()) {
    login.host = shared_host;
  }
  if (data.contains("expiresAt") && data["expiresAt"].is_number()) {
    login.expires = data["expiresAt"].get<std::int64_t>();
  }
  return login.host.empty() ? std::nullopt : std::optional(login);
}

std::optional<Repository> parse_repository(const std::string& json)
{
  Json one = one_of(json, "repositories");
  if (one.is_null()) {
    one = one_of(json, "repository");
  }
  if (one.is_null() || text_member(one, "repositoryName").empty() ||
      text_member(one, "repositoryUri").empty()) {
    return std::nullopt;
  }
  return Repository{text_member(one, "repositoryName"), text_member(one, "repositoryUri"),
                    text_member(one, "registryId"),
                    text_member(one, "imageTagMutability").starts_with("IMMUTABLE")};
}

std::optional<StoredImage> parse_image(const std::string& json)
{
  const Json one = one_of(json, "imageDetails");
  if (one.is_null() || text_member(one, "imageDigest").empty()) {
    return std::nullopt;
  }
  const auto size = one.find("imageSizeInBytes");
  return StoredImage{text_member(one, "imageDigest"),
                     size != one.end() && size->is_number_unsigned() ? size->get<std::uint64_t>() : 0};
}

std::optional<std::string> parse_policy(const std::string& json)
{
  const Json object = Json::parse(json, nullptr, false);
  const std::string text = object.is_object() ? text_member(object, "policyText") : "";
  return text.empty() ? std::nullopt : std::optional(text);
}

}  // namespace envlift::aws
