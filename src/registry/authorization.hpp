// Who we are, for a registry: the challenge of its 401, and what answers it.
#pragma once

#include "registry/registry.hpp"
#include "sys/http.hpp"

#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace envlift::registry {

// `Bearer realm="…",service="…",scope="…"` (RFC 7235), its scheme and names in lower case.
struct Challenge {
  std::string scheme;
  std::vector<std::pair<std::string, std::string>> parameters;

  std::string parameter(std::string_view name) const;
};

// The first challenge of the kind that we can answer, basic or bearer; nothing when there is none.
std::optional<Challenge> parse_challenge(std::string_view header);

// The answer that all threads give. A 401 to an answer makes the next one: a new token of the same login, then a new
// login.
class Authorization {
public:
  explicit Authorization(FetchLogin login) : fetch_login_(std::move(login)) {}

  struct Answer {
    Secret header;   // the value of `Authorization`; "" for none yet
    unsigned long long number = 0;   // of the answer, from 0
  };
  Answer current() const;
  // Whether there is no login to be had. It is asked for once: what gives it has tried for as long as is right.
  bool lacks_login() const;

  // Makes an answer to the challenge, unless another thread has made one since `refused`. `send` asks a token service.
  using Send = std::function<tl::expected<sys::HttpResponse, sys::HttpFailure>(const sys::HttpRequest&)>;
  Result<> renew(const Answer& refused, const std::string& challenge, const Place& place, const Send& send);

private:
  Result<> find_login();
  Result<Secret> basic(const Place& place);
  Result<Secret> bearer(const Challenge& challenge, const Place& place, const Send& send);

  FetchLogin fetch_login_;
  std::optional<Login> login_;
  std::optional<Error> no_login_;   // why there is none
  mutable std::mutex mutex_;
  Answer answer_;
};

}   // namespace envlift::registry
