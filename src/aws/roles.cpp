// Profiles that name a role: `role_arn` with `source_profile` or `credential_source`, or with a web identity's token.
#include "aws/sources.hpp"
#include "aws/sts.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <vector>

#include <fmt/format.h>

namespace envlift::aws {

namespace {

bool is_number(const std::string& text)
{
  return !text.empty() && std::ranges::all_of(text, text::is_digit);
}

RoleRequest request_of(const Section& profile)
{
  const std::string duration = profile.text("duration_seconds");
  return {profile.text("role_arn"), profile.text("role_session_name"), profile.text("external_id"),
          is_number(duration) ? duration : ""};
}

bool names_role(const Section& profile)
{
  return profile.has("role_arn") && !profile.has("web_identity_token_file");
}

bool has_keys(const Section& profile)
{
  return profile.has("aws_access_key_id") || profile.has("aws_secret_access_key");
}

// Follows source_profile from profile to profile, and then assumes their roles on the way back.
class RoleChain {
public:
  explicit RoleChain(const Session& session) : session_(session), visited_{session.profile_name} {}

  Result<Credentials> assume(const std::string& name, const Section& profile)
  {
    if (profile.has("mfa_serial")) {
      return fail(
          {"EL1308",
           fmt::format("the role of the AWS profile `{}` wants a code of an MFA device", text::shown(name)),
           fmt::format(
               "`eval \"$(aws configure export-credentials --profile {} --format env)\"` asks for it; "
               "then run the command without the profile",
               text::shell_quote(name)),
           ExitCode::push_failed,
           {}});
    }
    ENVLIFT_TRY_ASSIGN(const Credentials source, source_of(name, profile));
    ENVLIFT_TRY_ASSIGN(Credentials credentials, assume_role(session_, request_of(profile), source));
    credentials.source = fmt::format("the role of the profile `{}`", text::shown(name));
    return credentials;
  }

private:
  Result<Credentials> source_of(const std::string& name, const Section& profile)
  {
    if (profile.has("source_profile") == profile.has("credential_source")) {
      return fail(bad_profile(name,
                              profile.has("source_profile")
                                  ? "has both source_profile and credential_source"
                                  : "has role_arn and no source_profile or credential_source",
                              "name one place that the role's caller has its credentials from"));
    }
    return profile.has("credential_source") ? from_named_source(name, profile.text("credential_source"))
                                            : from_source_profile(name, profile.text("source_profile"));
  }

  Result<Credentials> from_named_source(const std::string& name, const std::string& source)
  {
    const std::string lower = text::to_lower(source);
    Found found = std::nullopt;
    if (lower == "environment") {
      found = from_variables(session_);
    }
    else if (lower == "ecscontainer") {
      found = from_container(session_);
    }
    else if (lower == "ec2instancemetadata") {
      found = from_instance(session_);
    }
    else {
      return fail(bad_profile(name,
                              fmt::format("has the unknown credential_source `{}`", text::shown(source)),
                              "write Environment, EcsContainer or Ec2InstanceMetadata"));
    }
    ENVLIFT_TRY(found);
    if (!*found) {
      return fail(gave_none(
          fmt::format("the credential_source `{}` of the profile `{}`", source, text::shown(name)),
          "there are none", "set the variables, or run where the container or instance has a role"));
    }
    return **std::move(found);
  }

  Result<Credentials> from_source_profile(const std::string& name, const std::string& source)
  {
    const auto profile = session_.files.profile(source);
    if (!profile) {
      return fail(bad_profile(
          name, fmt::format("has the source_profile `{}`, which is not there", text::shown(source)),
          "correct the name, or add the profile"));
    }
    // A profile may name itself: its own keys call its role.
    const bool is_loop = std::ranges::find(visited_, source) != visited_.end();
    if (is_loop && (source != name || !has_keys(*profile))) {
      return fail(bad_profile(session_.profile_name,
                              fmt::format("stands on itself: {} -> {}",
                                          text::shown(text::join(visited_, " -> ")), text::shown(source)),
                              "let one of the profiles have keys or another source"));
    }
    visited_.push_back(source);
    if (names_role(*profile) && !has_keys(*profile)) {
      return assume(source, *profile);
    }
    ENVLIFT_TRY_ASSIGN(auto found, from_profile(session_, source, false));
    if (!found) {
      return fail(bad_profile(
          name, fmt::format("has the source_profile `{}`, which has no credentials", text::shown(source)),
          "give that profile keys, a role or a sign-on"));
    }
    return *std::move(found);
  }

  const Session& session_;
  std::vector<std::string> visited_;
};

}   // namespace

Found from_assumed_role(const Session& session)
{
  if (!names_role(session.profile)) {
    return std::nullopt;
  }
  return RoleChain(session).assume(session.profile_name, session.profile);
}

Found from_web_identity(const Session& session, const NamedProfile& profile, bool with_variables)
{
  const auto setting = [&](const char* variable, const char* key) {
    const bool is_variable = with_variables && session.machine.has(variable);
    return is_variable ? session.machine.value(variable) : profile.section.text(key);
  };
  const std::string file = setting("AWS_WEB_IDENTITY_TOKEN_FILE", "web_identity_token_file");
  if (file.empty()) {
    return std::nullopt;
  }
  // As botocore: an identity's role has no external_id, and its duration is AWS's default.
  const RoleRequest role{setting("AWS_ROLE_ARN", "role_arn"),
                         setting("AWS_ROLE_SESSION_NAME", "role_session_name"), "", ""};
  if (role.arn.empty()) {
    return fail(
        gave_none("the web identity", "no role is named", "set AWS_ROLE_ARN, or role_arn in the profile"));
  }
  const auto token = session.machine.read_file(session.machine.path(file));
  if (!token) {
    return fail(gave_none("the web identity",
                          fmt::format("its token's file {} cannot be read", text::shown(file)),
                          "correct AWS_WEB_IDENTITY_TOKEN_FILE, or web_identity_token_file in the profile"));
  }
  ENVLIFT_TRY_ASSIGN(Credentials credentials,
                     assume_role_with_web_identity(session, role, Secret(std::string(text::trim(*token)))));
  credentials.source = fmt::format("the web identity for {}", text::shown(role.arn));
  return credentials;
}

}   // namespace envlift::aws
