// HTTP exchanges over libcurl.
#pragma once

#include "base/result.hpp"
#include "base/secret.hpp"

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace envlift::sys {

// The bytes of a body that is sent as it is read: fills the buffer and returns how many; nothing where they cannot be
// had, which ends the exchange.
using HttpUpload = std::function<std::optional<std::size_t>(char* into, std::size_t size)>;

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
  std::string body;   // of POST, PUT and PATCH
  HttpUpload upload;   // in place of `body`, for PUT and PATCH
  unsigned long long upload_bytes = 0;   // all of the upload's
  std::vector<std::string> headers;
  std::vector<SecretHeader> secret_headers;   // that of authorization goes to the URL's own host alone
  std::optional<AwsSignature> signature;
  std::string unix_socket;   // path of the socket that the host's server is reached by; "" = by the network
  bool passes_no_proxy = false;   // whatever the user's variables say
  std::chrono::milliseconds connect_timeout{5000};
  std::chrono::milliseconds timeout{30000};   // of the whole exchange; 0 = none, where `stall` ends it
  std::chrono::seconds stall{0};   // then an exchange without a byte has timed out; 0 = never
  std::size_t limit_bytes = std::size_t{16} << 20;      // of the answer's body
  std::string ca_bundle;                                // "" = the system's
  std::function<bool()> gives_up = {};                  // asked about once a second; true ends the exchange
};

struct HttpResponse {
  int status = 0;
  std::string body;
  std::map<std::string, std::string> headers = {};   // by name in lower case; of several the last

  // The header of that name, which is in lower case; "" when there is none.
  std::string header(const std::string& name) const;
};

// What kept an exchange from having an answer; callers tell these apart. no_tls: the handshake failed. untrusted: the
// server's certificate.
enum class HttpProblem {
  refused,
  timed_out,
  dropped,
  no_tls,
  too_large,
  untrusted,
  given_up,
  interrupted,
  other
};
struct HttpFailure {
  HttpProblem problem = HttpProblem::other;
  std::string message;
};
// Whether the same exchange may succeed in a while.
bool may_pass(const HttpFailure& failure);

class Http {
public:
  virtual ~Http() = default;
  virtual tl::expected<HttpResponse, HttpFailure> send(const HttpRequest& request) = 0;
};

// Every exchange has a connection of its own.
Http& http();
// Keeps connections open from one exchange to the next; for one thread.
std::unique_ptr<Http> http_session();

}  // namespace envlift::sys
