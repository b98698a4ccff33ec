#include "aws/instance.hpp"

#include "aws/credential_json.hpp"
#include "aws/sources.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

namespace envlift::aws {

namespace {

constexpr std::chrono::seconds k_limit(1);   // most machines are no instance: nobody waits longer for that
constexpr std::size_t k_most_bytes = 64U << 10U;

std::string base_url(const Session& session)
{
  std::string url = session.setting("AWS_EC2_METADATA_SERVICE_ENDPOINT", "ec2_metadata_service_endpoint");
  if (url.empty()) {
    const std::string mode = text::to_lower(
        session.setting("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE", "ec2_metadata_service_endpoint_mode"));
    url = mode == "ipv6" ? "http://[fd00:ec2::254]/" : "http://169.254.169.254/";
  }
  return url.ends_with('/') ? url : url + "/";
}

std::optional<Secret> ask(const Session& session, const std::string& method, const std::string& url,
                          sys::SecretHeader header)
{
  sys::HttpRequest request;
  request.method = method;
  request.url = url;
  request.secret_headers.push_back(std::move(header));
  request.passes_no_proxy = true;
  request.connect_timeout = k_limit;
  request.timeout = k_limit;
  request.limit_bytes = k_most_bytes;
  const auto answer = session.machine.http->send(request);
  const bool is_good = answer && answer->status == 200 && !answer->body.empty();
  return is_good ? std::optional(Secret(answer->body)) : std::nullopt;
}

}   // namespace

std::optional<InstanceMetadata> InstanceMetadata::open(const Session& session)
{
  if (text::to_lower(session.machine.value("AWS_EC2_METADATA_DISABLED")) == "true") {
    return std::nullopt;
  }
  const std::string base = base_url(session);
  constexpr const char* k_seconds = "21600";
  auto token = ask(session, "PUT", base + "latest/api/token",
                   {"X-aws-ec2-metadata-token-ttl-seconds", Secret(k_seconds)});
  return token ? std::optional(InstanceMetadata(session, base, *std::move(token))) : std::nullopt;
}

std::optional<Secret> InstanceMetadata::read(const std::string& path) const
{
  return ask(*session_, "GET", base_ + "latest/meta-data/" + path, {"X-aws-ec2-metadata-token", token_});
}

Found from_instance(const Session& session)
{
  const auto metadata = InstanceMetadata::open(session);
  constexpr const char* k_folder = "iam/security-credentials/";
  const auto roles = metadata ? metadata->read(k_folder) : std::nullopt;
  if (!roles) {
    return std::nullopt;
  }
  const std::string role(text::trim(roles->reveal()));
  const auto json = metadata->read(k_folder + role);
  auto credentials = json ? parse_credentials(json->reveal(), "Token") : std::nullopt;
  if (credentials) {
    credentials->source = fmt::format("the instance's role `{}`", text::shown(role));
  }
  return credentials;
}

}   // namespace envlift::aws
