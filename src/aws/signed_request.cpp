#include "aws/signed_request.hpp"

#include "aws/service_error.hpp"
#include "aws/times.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <chrono>
#include <random>

#include <fmt/format.h>

namespace envlift::aws {

namespace {

constexpr int k_attempts = 5;
constexpr std::chrono::seconds k_try_limit(10);   // five of them and the pauses take less than a minute
constexpr std::chrono::milliseconds k_first_pause(250);
constexpr std::int64_t k_tolerated_skew = 4 * 60;   // of AWS's five minutes (botocore: _DEFAULT_CLOCK_SKEW…)

// "AWS_ENDPOINT_URL_ECR_PUBLIC"'s last part in lower case, which is the key of a services section too.
std::string key_of(Service service)
{
  return text::replace_all(std::string(name_of(service)), "-", "_");
}

std::string upper(std::string text)
{
  std::ranges::transform(text, text.begin(),
                         [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
  return text;
}

// What the services section of the profile says; "" where it says nothing.
Result<std::string> services_override(const Session& session, Service service)
{
  const std::string name = session.profile.text("services");
  if (name.empty()) {
    return "";
  }
  const auto section = session.files.services.find(name);
  if (section == session.files.services.end()) {
    return fail({"EL1306",
                 fmt::format("the AWS profile `{}` names a section [services {}] that is not there",
                             text::shown(session.profile_name), text::shown(name)),
                 "add the section to the config file, or remove the key `services`",
                 ExitCode::push_failed,
                 {}});
  }
  const auto nested = section->second.nested.find(key_of(service));
  const bool has_url = nested != section->second.nested.end() && nested->second.contains("endpoint_url");
  return has_url ? nested->second.find("endpoint_url")->second.reveal() : "";
}

Result<std::string> override_of(const Session& session, Service service)
{
  if (session.is_on("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "ignore_configured_endpoint_urls")) {
    return "";
  }
  for (const std::string& variable :
       {"AWS_ENDPOINT_URL_" + upper(key_of(service)), std::string("AWS_ENDPOINT_URL")}) {
    if (session.machine.has(variable)) {
      return session.machine.value(variable);
    }
  }
  ENVLIFT_TRY_ASSIGN(std::string url, services_override(session, service));
  return url.empty() ? session.profile.text("endpoint_url") : url;
}

sys::HttpRequest request_of(const Session& session, const Call& call, const Credentials* credentials,
                            const std::string& url, std::int64_t time)
{
  sys::HttpRequest request;
  request.method = call.method;
  request.url = (url.ends_with('/') ? url.substr(0, url.size() - 1) : url) + call.path;
  request.body = call.body.reveal();
  request.headers = call.headers;
  request.secret_headers = call.secret_headers;
  request.ca_bundle = session.ca_bundle();
  request.timeout = k_try_limit;
  if (credentials != nullptr) {
    request.headers.push_back("X-Amz-Date: " + signing_time(time));
    if (!credentials->session_token.empty()) {
      request.secret_headers.push_back({"X-Amz-Security-Token", credentials->session_token});
    }
    request.signature = {call.region, std::string(name_of(call.service)), credentials->access_key,
                         credentials->secret_key};
  }
  return request;
}

// Up to twice as long each time; by chance, so that many clients that failed together do not come back together.
std::chrono::milliseconds pause_after(int attempt)
{
  static std::minstd_rand random(std::random_device{}());
  const auto most = k_first_pause.count() << static_cast<unsigned>(attempt - 1);
  return std::chrono::milliseconds(std::uniform_int_distribution<long>(most / 2, most)(random));
}

CallFailure interrupted()
{
  return {{"EL0811", "interrupted", "", ExitCode::interrupted, {}}, ""};
}

CallFailure unreachable(const sys::HttpFailure& failure, const std::string& url)
{
  if (failure.problem == sys::HttpProblem::interrupted) {
    return interrupted();
  }
  return {{"EL1314",
           fmt::format("{} does not answer: {}", text::shown(url), failure.message),
           "check the network, the proxy (HTTPS_PROXY), the region and AWS_ENDPOINT_URL; AWS_CA_BUNDLE names "
           "a proxy's "
           "certificates",
           ExitCode::transient,
           {}},
          ""};
}

// Tries until there is an answer that no later try betters.
class Sender {
public:
  Sender(const Session& session, const Call& call, const Credentials* credentials, std::string url)
      : session_(session),
        call_(call),
        credentials_(credentials),
        url_(std::move(url))
  {}

  Answer send()
  {
    for (int attempt = 1;; ++attempt) {
      const auto answer = session_.machine.http->send(
          request_of(session_, call_, credentials_, url_, session_.machine.now() + skew_));
      if (answer && answer->status >= 200 && answer->status < 300) {
        return Secret(answer->body);
      }
      const bool is_last = attempt == k_attempts;
      if (!answer) {
        if (is_last || !sys::may_pass(answer.error())) {
          return tl::unexpected(unreachable(answer.error(), url_));
        }
        if (!session_.machine.pause(pause_after(attempt))) {
          return tl::unexpected(interrupted());
        }
        continue;
      }
      const ServiceError error = decode_error(*answer);
      if (may_be_clock(error) && !is_last && correct_clock(*answer)) {
        continue;
      }
      if (is_last || !is_transient(error)) {
        return tl::unexpected(CallFailure{to_error(error, call_.action, source()), error.code});
      }
      if (!session_.machine.pause(pause_after(attempt))) {
        return tl::unexpected(interrupted());
      }
    }
  }

private:
  // Takes the time of the answer for the next signature, once; false where the clock is not the cause.
  bool correct_clock(const sys::HttpResponse& answer)
  {
    const auto date = answer.headers.find("date");
    const auto theirs = date == answer.headers.end() ? std::nullopt : parse_http_date(date->second);
    if (credentials_ == nullptr || skew_ != 0 || !theirs) {
      return false;
    }
    const std::int64_t difference = *theirs - session_.machine.now();
    if (difference < k_tolerated_skew && difference > -k_tolerated_skew) {
      return false;
    }
    skew_ = difference;
    return true;
  }

  std::string source() const
  {
    return credentials_ == nullptr ? call_.credentials_in_words : credentials_->source;
  }

  const Session& session_;
  const Call& call_;
  const Credentials* credentials_;
  std::string url_;
  std::int64_t skew_ = 0;   // seconds that AWS's clock is ahead
};

}   // namespace

Result<std::string> endpoint_of(const Session& session, Service service, const std::string& region)
{
  const EndpointChoice choice{session.is_on("AWS_USE_FIPS_ENDPOINT", "use_fips_endpoint"),
                              session.is_on("AWS_USE_DUALSTACK_ENDPOINT", "use_dualstack_endpoint")};
  ENVLIFT_TRY_ASSIGN(const std::string url, override_of(session, service));
  // The region is looked at in any case: it is signed.
  ENVLIFT_TRY_ASSIGN(std::string by_region, endpoint_url(service, region, choice));
  if (url.empty()) {
    return by_region;
  }
  const bool is_url = (url.starts_with("https://") || url.starts_with("http://")) &&
                      url.find_first_of("?#@ ") == std::string::npos;
  if (!is_url || choice.fips || choice.dual_stack) {
    return fail({"EL1318",
                 is_url
                     ? "an endpoint is named, and FIPS or dual-stack endpoints are asked for"
                     : fmt::format("the endpoint of {} is no URL `http(s)://HOST[:PORT]`", name_of(service)),
                 is_url ? "unset AWS_ENDPOINT_URL*, or AWS_USE_FIPS_ENDPOINT and AWS_USE_DUALSTACK_ENDPOINT"
                        : "correct AWS_ENDPOINT_URL*, or endpoint_url in the AWS profile",
                 ExitCode::push_failed,
                 {}});
  }
  return url;
}

Answer send(const Session& session, const Call& call, const Credentials* credentials)
{
  const auto url = endpoint_of(session, call.service, call.region);
  if (!url) {
    return tl::unexpected(CallFailure{url.error(), ""});
  }
  return Sender(session, call, credentials, *url).send();
}

}   // namespace envlift::aws
