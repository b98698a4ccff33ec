// The metadata service of an EC2 instance (IMDSv2 only: version 1 gives its answers to whoever can make the machine
// send a GET).
#pragma once

#include "aws/session.hpp"

#include <optional>
#include <string>

namespace envlift::aws {

class InstanceMetadata {
public:
  // Asks for a token; nothing where there is no such service, or AWS_EC2_METADATA_DISABLED is true.
  static std::optional<InstanceMetadata> open(const Session& session);

  // The text at a path below latest/meta-data/; nothing where there is none.
  std::optional<Secret> read(const std::string& path) const;

private:
  InstanceMetadata(const Session& session, std::string base, Secret token)
      : session_(&session),
        base_(std::move(base)),
        token_(std::move(token))
  {}

  const Session* session_;
  std::string base_;   // "http://169.254.169.254/"
  Secret token_;
};

}   // namespace envlift::aws
