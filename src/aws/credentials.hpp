// Credentials as the SDKs find them, in botocore's order (botocore/credentials.py): variables, a profile's role, a web
// identity's role, single sign-on, the credentials file, `credential_process`, the config file, the container's
// endpoint, the instance's metadata. A profile that the command line names comes before the variables.
#pragma once

#include "aws/session.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace envlift::aws {

struct Credentials {
  std::string access_key;
  Secret secret_key;
  Secret session_token;   // empty: long-lived credentials
  std::optional<std::int64_t> expires;   // seconds since 1970
  std::string source;   // in words: "the profile `dev`"
};

// EL1301 where there are none; EL1306 to EL1315 where a source is configured and gives none.
Result<Credentials> find_credentials(const Session& session);

}   // namespace envlift::aws
