// One HTTP exchange over libcurl.
#pragma once

#include "base/result.hpp"

#include <chrono>
#include <functional>
#include <string>
#include <vector>

namespace envlift::sys {

struct HttpRequest {
  std::string method = "GET";
  std::string url;
  std::string body;
  std::vector<std::string> headers;
  std::chrono::milliseconds connect_timeout{5000};
  std::chrono::milliseconds timeout{30000};             // of the whole exchange; mandatory
  std::size_t limit_bytes = std::size_t{16} << 20;      // of the answer's body
  std::string ca_bundle;                                // "" = the system's
  std::function<bool()> gives_up = {};                  // asked about once a second; true ends the exchange
};

struct HttpResponse {
  int status = 0;
  std::string body;
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
