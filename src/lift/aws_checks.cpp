#include "lift/aws_checks.hpp"

#include "aws/credentials.hpp"
#include "aws/region.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

namespace envlift::lift {

namespace {

using State = engine::Check::State;

engine::Check wanting(std::string name, const Error& error)
{
  return {std::move(name), State::warning, error.message, error.hint};
}

engine::Check check_credentials(const Result<aws::Credentials>& found, std::int64_t now)
{
  constexpr const char* k_name = "credentials";
  if (!found && found.error().code == "EL1301") {
    return {k_name, State::unknown, "no AWS credentials were found; only a push to ECR needs them", ""};
  }
  if (!found) {
    return wanting(k_name, found.error());
  }
  if (!found->expires) {
    return {k_name, State::ok, fmt::format("AWS: {}", found->source), ""};
  }
  const std::int64_t minutes = (*found->expires - now) / 60;
  if (minutes <= 0) {
    return {k_name, State::warning, fmt::format("AWS: {}; they have expired", found->source), "get new ones"};
  }
  return {k_name, State::ok,
          fmt::format("AWS: {}, for {} more", found->source,
                      text::counted(static_cast<std::size_t>(minutes), "minute")),
          ""};
}

// An instance is asked for its region only where it may be one.
engine::Check check_region(const aws::Session& session, bool has_credentials)
{
  constexpr const char* k_name = "region";
  const auto configured = aws::configured_region(session);
  if (!configured && !has_credentials) {
    return {k_name, State::unknown, "no AWS region is set; only a push to ECR needs one", ""};
  }
  const auto region = aws::find_region(session);
  return region ? engine::Check{k_name, State::ok,
                                fmt::format("{} of {}", text::shown(region->name), region->source), ""}
                : wanting(k_name, region.error());
}

}  // namespace

std::vector<engine::Check> check_aws(const Result<aws::Session>& session)
{
  if (!session) {
    return {wanting("credentials", session.error())};
  }
  const auto credentials = aws::find_credentials(*session);
  return {check_credentials(credentials, session->machine.now()),
          check_region(*session, credentials.has_value())};
}

}  // namespace envlift::lift
