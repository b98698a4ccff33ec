// STS, which gives credentials of a role.
#pragma once

#include "aws/credentials.hpp"

#include <optional>
#include <string>

namespace envlift::aws {

struct RoleRequest {
  std::string arn;
  std::string session_name;       // "" = one with the time in it
  std::string external_id;        // "" = none
  std::string duration_seconds;   // "" = AWS's default
};

// The source of what they return is left to the caller.
Result<Credentials> assume_role(const Session& session, const RoleRequest& role,
                                const Credentials& credentials);
// With the token of an identity provider (Kubernetes, GitHub) in place of credentials.
Result<Credentials> assume_role_with_web_identity(const Session& session, const RoleRequest& role,
                                                  const Secret& token);

}  // namespace envlift::aws
