#include "aws/credentials.hpp"

#include "aws/sources.hpp"
#include "aws/times.hpp"
#include "base/text.hpp"

#include <functional>
#include <vector>

#include <fmt/format.h>

namespace envlift::aws {

namespace {

using Source = std::function<Found()>;

// What the first of them that is configured gives.
Found first_of(const std::vector<Source>& sources)
{
  for (const Source& source : sources) {
    Found found = source();
    if (!found || *found) {
      return found;
    }
  }
  return std::nullopt;
}

Section section_of(const Sections& sections, const std::string& name)
{
  const auto found = sections.find(name);
  return found == sections.end() ? Section{} : found->second;
}

// The keys of `aws login`, which only AWS's own command line can use.
Found from_login(const NamedProfile& profile)
{
  if (!profile.section.has("login_session")) {
    return std::nullopt;
  }
  return fail(
      bad_profile(profile.name, "signs in with `aws login`, which envlift cannot use by itself",
                  fmt::format("add a profile with `credential_process = aws configure export-credentials "
                              "--profile {} --format process`, and use that",
                              text::shell_quote(profile.name))));
}

}  // namespace

Found from_variables(const Session& session)
{
  const Machine& machine = session.machine;
  if (!machine.has("AWS_ACCESS_KEY_ID")) {
    return std::nullopt;
  }
  if (!machine.has("AWS_SECRET_ACCESS_KEY")) {
    return fail(gave_none("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY is not set", "set both, or neither"));
  }
  const char* token = machine.has("AWS_SECURITY_TOKEN") ? "AWS_SECURITY_TOKEN" : "AWS_SESSION_TOKEN";
  return Credentials{machine.value("AWS_ACCESS_KEY_ID"), Secret(machine.value("AWS_SECRET_ACCESS_KEY")),
                     Secret(machine.value(token)), parse_rfc3339(machine.value("AWS_CREDENTIAL_EXPIRATION")),
                     "the variable AWS_ACCESS_KEY_ID"};
}

Found from_keys(const NamedProfile& profile, std::string_view file)
{
  const Section& section = profile.section;
  if (!section.has("aws_access_key_id")) {
    return std::nullopt;
  }
  if (!section.has("aws_secret_access_key")) {
    return fail(bad_profile(profile.name, "has aws_access_key_id and no aws_secret_access_key",
                            fmt::format("add the key to {}", file)));
  }
  const char* token = section.has("aws_security_token") ? "aws_security_token" : "aws_session_token";
  return Credentials{section.text("aws_access_key_id"), section.secret("aws_secret_access_key"),
                     section.secret(token), std::nullopt,
                     fmt::format("the profile `{}` of {}", text::shown(profile.name), file)};
}

Found from_profile(const Session& session, const std::string& name, bool with_variables)
{
  const NamedProfile merged{name, session.files.profile(name).value_or(Section{})};
  const NamedProfile in_credentials{name, section_of(session.files.credentials, name)};
  const NamedProfile in_config{name, section_of(session.files.config, name)};
  return first_of({
    [&] { return from_web_identity(session, merged, with_variables); },
    [&] { return from_sso(session, merged); },
    [&] { return from_keys(in_credentials, "the credentials file"); },
    [&] { return from_login(merged); },
    [&] { return from_process(session, merged); },
    [&] { return from_keys(in_config, "the config file"); },
  });
}

Error bad_profile(const std::string& name, const std::string& why, std::string hint)
{
  return {.code = "EL1306",
          .message = fmt::format("the AWS profile `{}` {}", text::shown(name), why),
          .hint = std::move(hint),
          .exit = ExitCode::push_failed,
          .tail = {}};
}

Error gave_none(const std::string& source, const std::string& why, std::string hint)
{
  return {.code = "EL1307",
          .message = fmt::format("{} gave no AWS credentials: {}", source, why),
          .hint = std::move(hint),
          .exit = ExitCode::push_failed,
          .tail = {}};
}

Result<Credentials> find_credentials(const Session& session)
{
  const bool with_variables = session.asked.profile.empty();
  ENVLIFT_TRY_ASSIGN(auto found,
                     first_of({
                       [&] { return with_variables ? from_variables(session) : Found(std::nullopt); },
                       [&] { return from_assumed_role(session); },
                       [&] { return from_profile(session, session.profile_name, with_variables); },
                       [&] { return from_container(session); },
                       [&] { return from_instance(session); },
                     }));
  if (!found) {
    return fail(
        {"EL1301",
         "no AWS credentials were found",
         "name a profile with AWS_PROFILE, set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or sign in with "
         "`aws configure` or `aws sso login`",
         ExitCode::push_failed,
         {}});
  }
  return *std::move(found);
}

}  // namespace envlift::aws
