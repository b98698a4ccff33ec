// One call of an AWS service, with all that AWS asks of a client: the endpoint that the user's settings choose, the
// signature, a clock that is corrected, and retries.
#pragma once

#include "aws/credentials.hpp"
#include "aws/endpoint.hpp"
#include "sys/http.hpp"

#include <string>
#include <vector>

namespace envlift::aws {

struct Call {
  Service service = Service::ecr;
  std::string region;
  std::string action;   // as IAM names it: "ecr:CreateRepository"
  std::string method = "POST";
  std::string path = "/";
  std::vector<std::string> headers;
  std::vector<sys::SecretHeader> secret_headers;
  Secret body;
  std::string credentials_in_words;   // of a call that is not signed, for its errors
};

// What went wrong: for the user, and the service's own code where a service answered ("" else).
struct CallFailure {
  Error error;
  std::string code;
};
using Answer = tl::expected<Secret, CallFailure>;   // the body; some hold credentials

// The endpoint of a service: AWS_ENDPOINT_URL_SERVICE, AWS_ENDPOINT_URL, the profile's `services` section, its
// endpoint_url, and else by region. EL1318 for an override that cannot be used.
Result<std::string> endpoint_of(const Session& session, Service service, const std::string& region);

// Sends the call, at most five times and for less than a minute where AWS is busy or the network fails. Who asks it does
// not ask again. `credentials` sign it; nullptr: it is not
// signed.
Answer send(const Session& session, const Call& call, const Credentials* credentials);

}   // namespace envlift::aws
