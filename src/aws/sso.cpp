// Single sign-on: a profile's account and role, and the token that `aws sso login` left in ~/.aws/sso/cache.
#include "aws/signed_request.hpp"
#include "aws/sources.hpp"
#include "aws/times.hpp"
#include "base/encoding.hpp"
#include "base/json_text.hpp"
#include "base/sha256.hpp"
#include "base/text.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace envlift::aws {

namespace {

using Json = nlohmann::json;

struct SignOn {
  std::string start_url;
  std::string region;
  std::string account;
  std::string role;
  std::string
      cache_key;   // its SHA-1 names the token's file: the session's name, or the start URL of old profiles
};

Result<SignOn> read_sign_on(const Session& session, const NamedProfile& profile)
{
  Section values = profile.section;
  const std::string name = values.text("sso_session");
  if (!name.empty()) {
    const auto found = session.files.sso_sessions.find(name);
    if (found == session.files.sso_sessions.end()) {
      return fail(bad_profile(profile.name,
                              fmt::format("names an [sso-session {}] that is not there", text::shown(name)),
                              "add the section to the config file: `aws configure sso-session`"));
    }
    for (const auto& [key, value] : found->second.values) {
      if (values.has(key) && values.text(key) != value.reveal()) {
        return fail(bad_profile(profile.name,
                                fmt::format("has another {} than its sso-session", text::shown(key)),
                                "remove the key from the profile"));
      }
      values.values[key] = value;
    }
  }
  for (const char* key : {"sso_role_name", "sso_account_id", "sso_start_url", "sso_region"}) {
    if (!values.has(key)) {
      return fail(
          bad_profile(profile.name, fmt::format("has no {}", key), "complete it with `aws configure sso`"));
    }
  }
  return SignOn{values.text("sso_start_url"), values.text("sso_region"), values.text("sso_account_id"),
                values.text("sso_role_name"), name.empty() ? values.text("sso_start_url") : name};
}

Error must_sign_in(const std::string& profile, const std::string& why)
{
  return {.code = "EL1319",
          .message = fmt::format("the AWS profile `{}` wants a sign-in: {}", text::shown(profile), why),
          .hint = fmt::format("`aws sso login --profile {}`", text::shell_quote(profile)),
          .exit = ExitCode::push_failed,
          .tail = {}};
}

Result<Secret> cached_token(const Machine& machine, const SignOn& sign_on, const std::string& profile)
{
  const std::string path = machine.path(fmt::format("~/.aws/sso/cache/{}.json", sha1_hex(sign_on.cache_key)));
  const Json cache = Json::parse(machine.read_file(path).value_or(""), nullptr, false);
  const std::string token = cache.is_object() ? text_member(cache, "accessToken") : "";
  const auto expires = cache.is_object() ? parse_rfc3339(text_member(cache, "expiresAt")) : std::nullopt;
  if (token.empty() || !expires) {
    return fail(must_sign_in(profile, "no token is kept of an earlier one"));
  }
  if (*expires <= machine.now()) {
    return fail(must_sign_in(profile, fmt::format("the last one ended at {}", rfc3339(*expires))));
  }
  return Secret(token);
}

std::optional<Credentials> read_credentials(const Secret& body)
{
  const Json object = Json::parse(body.reveal(), nullptr, false);
  if (!object.is_object() || !object.contains("roleCredentials") || !object["roleCredentials"].is_object()) {
    return std::nullopt;
  }
  const Json& role = object["roleCredentials"];
  Credentials credentials{text_member(role, "accessKeyId"), Secret(text_member(role, "secretAccessKey")),
                          Secret(text_member(role, "sessionToken")), std::nullopt, ""};
  if (role.contains("expiration") && role["expiration"].is_number()) {
    credentials.expires = role["expiration"].get<std::int64_t>() / 1000;   // milliseconds
  }
  return credentials.access_key.empty() || credentials.secret_key.empty() ? std::nullopt
                                                                          : std::optional(credentials);
}

}   // namespace

Found from_sso(const Session& session, const NamedProfile& profile)
{
  if (!profile.section.has("sso_role_name") && !profile.section.has("sso_account_id")) {
    return std::nullopt;
  }
  ENVLIFT_TRY_ASSIGN(const SignOn sign_on, read_sign_on(session, profile));
  ENVLIFT_TRY_ASSIGN(const Secret token, cached_token(session.machine, sign_on, profile.name));
  Call call;
  call.service = Service::sso;
  call.region = sign_on.region;
  call.action = "sso:GetRoleCredentials";
  call.method = "GET";
  call.path = fmt::format("/federation/credentials?role_name={}&account_id={}", percent_encoded(sign_on.role),
                          percent_encoded(sign_on.account));
  call.secret_headers.push_back({"x-amz-sso_bearer_token", token});
  call.credentials_in_words = fmt::format("the sign-in of the profile `{}`", text::shown(profile.name));
  const Answer answer = send(session, call, nullptr);
  if (!answer) {
    return fail(answer.error().code == "UnauthorizedException"
                    ? must_sign_in(profile.name, "AWS no longer takes the token")
                    : answer.error().error);
  }
  auto credentials = read_credentials(*answer);
  if (!credentials) {
    return fail({"EL1315",
                 "the answer of AWS's single sign-on holds no credentials",
                 "check AWS_ENDPOINT_URL_SSO, and what stands between this machine and AWS",
                 ExitCode::push_failed,
                 {}});
  }
  credentials->source = call.credentials_in_words;
  return credentials;
}

}   // namespace envlift::aws
