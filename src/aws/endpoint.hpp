// Where AWS's services answer, by the rules that botocore ships (data/*/endpoint-rule-set-1.json, data/partitions.json).
#pragma once

#include "base/result.hpp"

#include <string>
#include <string_view>

namespace envlift::aws {

enum class Service { ecr, ecr_public, sts, sso };

// Its name in signatures and in variables: "ecr-public".
std::string_view name_of(Service service);

struct EndpointChoice {
  bool fips = false;
  bool dual_stack = false;
};

// "https://api.ecr.eu-central-1.amazonaws.com". EL1305 for a region that is no name of one.
Result<std::string> endpoint_url(Service service, const std::string& region, const EndpointChoice& choice);

// "aws", "aws-cn", …: the partition of a region. A region that no partition has yet is one of "aws".
std::string_view partition_of(std::string_view region);

}   // namespace envlift::aws
