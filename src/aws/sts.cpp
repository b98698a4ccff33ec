#include "aws/sts.hpp"

#include "aws/region.hpp"
#include "aws/signed_request.hpp"
#include "aws/times.hpp"
#include "aws/xml.hpp"
#include "base/encoding.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace envlift::aws {

namespace {

std::string form(const std::string& action, const RoleRequest& role, std::int64_t now)
{
  std::string text = fmt::format(
      "Action={}&Version=2011-06-15&RoleArn={}&RoleSessionName={}", action, percent_encoded(role.arn),
      role.session_name.empty() ? fmt::format("envlift-{}", now) : percent_encoded(role.session_name));
  if (!role.external_id.empty()) {
    text += "&ExternalId=" + percent_encoded(role.external_id);
  }
  if (!role.duration_seconds.empty()) {
    text += "&DurationSeconds=" + percent_encoded(role.duration_seconds);
  }
  return text;
}

Call call_of(const Session& session, const std::string& action, std::string body)
{
  // As the SDKs do where no region is set: roles are the same in all regions of a partition.
  const auto region = configured_region(session);
  Call call;
  call.service = Service::sts;
  call.region = region ? region->name : "us-east-1";
  call.action = "sts:" + action;
  call.headers = {"Content-Type: application/x-www-form-urlencoded; charset=utf-8"};
  call.body = Secret(std::move(body));
  return call;
}

Result<Credentials> read_answer(const Answer& answer)
{
  if (!answer) {
    return fail(answer.error().error);
  }
  const std::string& xml = answer->reveal();
  const auto access_key = xml_text(xml, "AccessKeyId");
  const auto secret_key = xml_text(xml, "SecretAccessKey");
  const auto token = xml_text(xml, "SessionToken");
  if (!access_key || !secret_key || !token) {
    return fail({"EL1315",
                 "the answer of AWS's STS holds no credentials",
                 "check AWS_ENDPOINT_URL_STS, and what stands between this machine and AWS",
                 ExitCode::push_failed,
                 {}});
  }
  return Credentials{*access_key, Secret(*secret_key), Secret(*token),
                     parse_rfc3339(xml_text(xml, "Expiration").value_or("")), ""};
}

}  // namespace

Result<Credentials> assume_role(const Session& session, const RoleRequest& role,
                                const Credentials& credentials)
{
  const Call call = call_of(session, "AssumeRole", form("AssumeRole", role, session.machine.now()));
  return read_answer(send(session, call, &credentials));
}

Result<Credentials> assume_role_with_web_identity(const Session& session, const RoleRequest& role,
                                                  const Secret& token)
{
  constexpr const char* k_action = "AssumeRoleWithWebIdentity";
  Call call = call_of(session, k_action,
                      form(k_action, role, session.machine.now()) +
                          "&WebIdentityToken=" + percent_encoded(token.reveal()));
  call.credentials_in_words = fmt::format("the web identity for {}", role.arn);
  return read_answer(send(session, call, nullptr));
}

}  // namespace envlift::aws
