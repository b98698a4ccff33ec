#include "aws/container.hpp"

#include "aws/credential_json.hpp"
#include "aws/sources.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace envlift::aws {

namespace {

constexpr std::string_view k_host = "http://169.254.170.2";
constexpr int k_attempts = 3;
constexpr std::chrono::seconds k_limit(2);
constexpr std::chrono::seconds k_between(1);
constexpr std::size_t k_most_bytes = 64U << 10U;

// The host of "//HOST[:PORT][/…]"; "" where it is not a plain one.
std::string_view host_of(std::string_view rest)
{
  std::string_view place = rest.substr(0, rest.find_first_of("/?#"));
  if (place.find_first_of("@\\ ") != std::string_view::npos) {
    return "";
  }
  if (place.starts_with('[')) {
    const std::size_t end = place.find(']');
    return end == std::string_view::npos ? "" : place.substr(1, end - 1);
  }
  return place.substr(0, place.find(':'));
}

// "127.0.0.1" and all others of 127.0.0.0/8; no name that begins so.
bool is_loopback_v4(std::string_view host)
{
  const auto parts = text::split(host, '.');
  return parts.size() == 4 && parts.front() == "127" && std::ranges::all_of(parts, [](std::string_view part) {
           return !part.empty() && part.size() <= 3 && std::ranges::all_of(part, text::is_digit);
         });
}

Result<std::optional<Secret>> authorization(const Machine& machine)
{
  constexpr const char* k_file = "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE";
  std::string token = machine.value("AWS_CONTAINER_AUTHORIZATION_TOKEN");
  if (machine.has(k_file)) {
    auto text = machine.read_file(machine.value(k_file));
    if (!text) {
      return fail(gave_none("the container's endpoint", fmt::format("the file of {} cannot be read", k_file),
                            "correct the variable, or give the process the file"));
    }
    token = *std::move(text);
  }
  if (token.find_first_of("\r\n") != std::string::npos) {
    return fail(gave_none("the container's endpoint", "its token holds a line break",
                          "write the token without a line break at its end"));
  }
  return token.empty() ? std::nullopt : std::optional(Secret(std::move(token)));
}

Failure no_role(const std::string& why)
{
  return fail(gave_none("the container's endpoint", why,
                        "check that the task or pod has a role, or unset AWS_CONTAINER_CREDENTIALS_*"));
}

// The body of a good answer.
Result<std::string> ask(const Machine& machine, const sys::HttpRequest& request)
{
  std::string why;
  for (int attempt = 1; attempt <= k_attempts; ++attempt) {
    const auto answer = machine.http->send(request);
    if (answer && answer->status == 200) {
      return answer->body;
    }
    const bool is_interrupted = !answer && answer.error().problem == sys::HttpProblem::interrupted;
    why = answer ? fmt::format("it answers {}", answer->status) : answer.error().message;
    if (answer && answer->status < 500 && answer->status != 429) {
      break;
    }
    if (is_interrupted || (attempt < k_attempts && !machine.pause(k_between))) {
      return fail({"EL0811", "interrupted", "", ExitCode::interrupted, {}});
    }
  }
  return no_role(why);
}

}  // namespace

bool may_ask_for_credentials(std::string_view url)
{
  constexpr std::array<std::string_view, 5> k_allowed{"169.254.170.2", "169.254.170.23", "fd00:ec2::23",
                                                      "localhost", "::1"};
  const std::string lower = text::to_lower(url);
  const std::string_view rest = lower;
  if (rest.starts_with("https://")) {
    return !host_of(rest.substr(8)).empty();
  }
  if (!rest.starts_with("http://")) {
    return false;
  }
  const std::string_view host = host_of(rest.substr(7));
  return is_loopback_v4(host) || std::ranges::find(k_allowed, host) != k_allowed.end();
}

Found from_container(const Session& session)
{
  const Machine& machine = session.machine;
  const std::string relative = machine.value("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI");
  const std::string full = machine.value("AWS_CONTAINER_CREDENTIALS_FULL_URI");
  if (relative.empty() && full.empty()) {
    return std::nullopt;
  }
  sys::HttpRequest request;
  request.url = relative.empty() ? full : fmt::format("{}{}", k_host, relative);
  if (!may_ask_for_credentials(request.url)) {
    return fail(
        {"EL1309",
         "AWS_CONTAINER_CREDENTIALS_FULL_URI names a host that credentials must not cross a network to",
         "use https, or an address of this machine (127.0.0.1, localhost) or of ECS or EKS",
         ExitCode::push_failed,
         {}});
  }
  ENVLIFT_TRY_ASSIGN(auto token, authorization(machine));
  request.headers = {"Accept: application/json"};
  if (token) {
    request.secret_headers.push_back({"Authorization", *token});
  }
  request.passes_no_proxy = true;
  request.ca_bundle = session.ca_bundle();
  request.connect_timeout = k_limit;
  request.timeout = k_limit;
  request.limit_bytes = k_most_bytes;
  ENVLIFT_TRY_ASSIGN(const std::string body, ask(machine, request));
  auto credentials = parse_credentials(body, "Token");
  if (!credentials) {
    return no_role("its answer has no AccessKeyId and SecretAccessKey");
  }
  credentials->source = "the container's endpoint";
  return credentials;
}

}  // namespace envlift::aws
