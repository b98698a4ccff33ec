#include "aws/session.hpp"

#include "base/text.hpp"

#include <utility>
#include <vector>

#include <fmt/format.h>

namespace envlift::aws {

namespace {

NamedText read_shared(const Machine& machine, const std::string& variable, const std::string& usual)
{
  const std::string name = machine.has(variable) ? machine.value(variable) : usual;
  return {name, machine.read_file(machine.path(name)).value_or("")};
}

// The order of the two variables is botocore's.
std::string named_profile(const Machine& machine, const Asked& asked)
{
  for (const std::string& name :
       {asked.profile, machine.value("AWS_DEFAULT_PROFILE"), machine.value("AWS_PROFILE")}) {
    if (!name.empty()) {
      return name;
    }
  }
  return "";
}

Error no_such_profile(const std::string& name, const ProfileFiles& files)
{
  std::vector<std::string> known;
  for (const Sections* sections : {&files.config, &files.credentials}) {
    for (const auto& [other, values] : *sections) {
      known.push_back(other);
    }
  }
  const auto near = text::nearest(name, known);
  return {.code = "EL1304",
          .message = fmt::format("there is no AWS profile `{}`", text::shown(name)),
          .hint = near ? fmt::format("did you mean `{}`?", text::shown(*near))
                       : "name one of ~/.aws/config or ~/.aws/credentials, or unset AWS_PROFILE",
          .exit = ExitCode::push_failed,
          .tail = {}};
}

}  // namespace

std::string Session::setting(const std::string& variable, std::string_view key) const
{
  return machine.has(variable) ? machine.value(variable) : profile.text(key);
}

bool Session::is_on(const std::string& variable, std::string_view key) const
{
  return text::to_lower(setting(variable, key)) == "true";
}

std::string Session::ca_bundle() const
{
  return asked.ca_bundle.empty() ? machine.path(setting("AWS_CA_BUNDLE", "ca_bundle")) : asked.ca_bundle;
}

Result<Session> open_session(Machine machine, Asked asked)
{
  Session session{std::move(machine), std::move(asked), {}, "", {}};
  ENVLIFT_TRY_ASSIGN(
      session.files,
      parse_profile_files(read_shared(session.machine, "AWS_CONFIG_FILE", "~/.aws/config"),
                          read_shared(session.machine, "AWS_SHARED_CREDENTIALS_FILE", "~/.aws/credentials")));
  const std::string named = named_profile(session.machine, session.asked);
  session.profile_name = named.empty() ? "default" : named;
  auto profile = session.files.profile(session.profile_name);
  if (!profile && !named.empty()) {
    return fail(no_such_profile(named, session.files));
  }
  session.profile = std::move(profile).value_or(Section{});
  return session;
}

}  // namespace envlift::aws
