#include "aws/endpoint.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace envlift::aws {

namespace {

struct Partition {
  std::string_view name;
  std::string_view prefix;          // of its regions
  std::string_view suffix;          // of its hosts
  std::string_view dual_suffix;     // of its hosts that answer over IPv6 too
};

// All support FIPS and dual-stack hosts. "aws" is last: it takes every region that is in no other.
constexpr std::array k_partitions{
  Partition{"aws-cn", "cn-", "amazonaws.com.cn", "api.amazonwebservices.com.cn"},
  Partition{"aws-eusc", "eusc-", "amazonaws.eu", "api.amazonwebservices.eu"},
  Partition{"aws-iso", "us-iso-", "c2s.ic.gov", "api.aws.ic.gov"},
  Partition{"aws-iso-b", "us-isob-", "sc2s.sgov.gov", "api.aws.scloud"},
  Partition{"aws-iso-e", "eu-isoe-", "cloud.adc-e.uk", "api.cloud-aws.adc-e.uk"},
  Partition{"aws-iso-f", "us-isof-", "csp.hci.ic.gov", "api.aws.hci.ic.gov"},
  Partition{"aws-us-gov", "us-gov-", "amazonaws.com", "api.aws"},
  Partition{"aws", "", "amazonaws.com", "api.aws"},
};

const Partition& find_partition(std::string_view region)
{
  return *std::ranges::find_if(k_partitions,
                               [&](const Partition& one) { return region.starts_with(one.prefix); });
}

// The region becomes a part of a host's name, and of a signature.
bool is_region(std::string_view text)
{
  constexpr std::size_t most = 63;   // of a part of a host's name
  return !text.empty() && text.size() <= most && text.front() != '-' && text.back() != '-' &&
         std::ranges::all_of(
             text, [](char c) { return text::is_digit(c) || c == '-' || (text::is_alpha(c) && c >= 'a'); });
}

std::string host(Service service, const std::string& region, const EndpointChoice& choice,
                 const Partition& partition)
{
  const std::string_view suffix = choice.dual_stack ? partition.dual_suffix : partition.suffix;
  const std::string_view fips = choice.fips ? "-fips" : "";
  // Government regions answer as FIPS demands at their plain hosts.
  const bool is_plain_fips = choice.fips && !choice.dual_stack && partition.name == "aws-us-gov";
  switch (service) {
    case Service::ecr:
      return fmt::format("{}ecr{}.{}.{}", choice.dual_stack ? "" : "api.", fips, region, suffix);
    case Service::ecr_public:
      if (choice.dual_stack && !choice.fips && partition.name == "aws") {
        return fmt::format("ecr-public.{}.{}", region, suffix);
      }
      return fmt::format("api.ecr-public{}.{}.{}", fips, region, suffix);
    case Service::sts: return fmt::format("sts{}.{}.{}", is_plain_fips ? "" : fips, region, suffix);
    case Service::sso: return fmt::format("portal.sso{}.{}.{}", is_plain_fips ? "" : fips, region, suffix);
  }
  return "";
}

}  // namespace

std::string_view name_of(Service service)
{
  switch (service) {
    case Service::ecr: return "ecr";
    case Service::ecr_public: return "ecr-public";
    case Service::sts: return "sts";
    case Service::sso: return "sso";
  }
  return "";
}

std::string_view partition_of(std::string_view region)
{
  return find_partition(region).name;
}

Result<std::string> endpoint_url(Service service, const std::string& region, const EndpointChoice& choice)
{
  if (!is_region(region)) {
    return fail({"EL1305",
                 fmt::format("`{}` is not the name of an AWS region", text::shown(region)),
                 "write it as `eu-central-1`: in AWS_REGION, in the profile, or as the flag's value",
                 ExitCode::push_failed,
                 {}});
  }
  return "https://" + host(service, region, choice, find_partition(region));
}

}  // namespace envlift::aws
