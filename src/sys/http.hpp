// One HTTP exchange over libcurl.
#pragma once

#include "base/result.hpp"
#include "base/secret.hpp"

#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace envlift::sys {

struct SecretHeader {
  std::string name;
  Secret value;
};

// What signs a request by AWS's Signature Version 4. The time of the signature is that of the request's header
// X-Amz-Date. Only for a POST whose URL has no query: libcurl 7.88 signs some queries wrong.
struct AwsSignature {
  std::string region;
  std::string service;   // by its signing name: "ecr"
  std::string access_key;
  Secret secret_key;
};

struct HttpRequest {
  std::string method = "GET";
  std::string url;
  std::string body;
  std::vector<std::string> headers;
  std::vector<SecretHeader> secret_headers;
  std::optional<AwsSignature> signature;
  bool passes_no_proxy = false;   // whatever the user's variables say
  std::chrono::milliseconds connect_timeout{5000};
  std::chrono::milliseconds timeout{30000};             // of the whole exchange; mandatory
  std::size_t limit_bytes = std::size_t{16} << 20;      // of the answer's body
  std::string ca_bundle;                                // "" = the system's
  std::function<bool()> gives_up = {};                  // asked about once a second; true ends the exchange
};

struct HttpResponse {
  int status = 0;
  std::string body;
  std::map<std::string, std::string> headers = {};   // by name in lower case; of several the last
};

// What kept an exchange from having an answer; callers tell these apart.
enum class HttpProblem { refused, timed_out, dropped, too_large, given_up, interrupted, other };
struct HttpFailure {
  HttpProblem problem = HttpProblem::other;
  std::string message;
};

class Http {
public:
  virtual ~Http() = default;
  virtual tl::expected<HttpResponse, HttpFailure> send(const HttpRequest& request) = 0;
};

Http& http();

}  // namespace envlift::sys
