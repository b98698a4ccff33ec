#include "engine/daemon.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <string_view>

namespace envlift::engine {

namespace {

constexpr int k_ok = 200;
constexpr int k_first_failure = 300;
constexpr const char* k_usual_socket = "/var/run/docker.sock";

// References and IDs stand in paths; what would need to be encoded there is left to the client.
bool is_plain(std::string_view path)
{
  constexpr std::string_view k_others = "/._-:@?&=%";
  return path.find("..") == std::string_view::npos && std::ranges::all_of(path, [&](char c) {
           return text::is_alnum(c) || k_others.find(c) != std::string_view::npos;
         });
}

}   // namespace

std::optional<sys::HttpResponse> Daemon::ask(const std::string& method, const std::string& path,
                                             const std::string& json, std::chrono::milliseconds limit) const
{
  if (http_ == nullptr || socket_.empty() || !is_plain(path)) {
    return std::nullopt;
  }
  sys::HttpRequest request;
  request.method = method;
  request.url = "http://docker" + path;
  request.unix_socket = socket_;
  request.headers = {"Content-Type: application/json"};
  request.body = json;
  request.timeout = limit;
  const auto answer = http_->send(request);
  return answer ? std::optional(*answer) : std::nullopt;
}

std::optional<std::string> Daemon::get(const std::string& path, std::chrono::milliseconds limit) const
{
  const auto answer = ask("GET", path, "", limit);
  return answer && answer->status == k_ok ? std::optional(answer->body) : std::nullopt;
}

bool Daemon::post(const std::string& path, const std::string& json) const
{
  const auto answer = ask("POST", path, json, k_daemon_limit);
  return answer && answer->status >= k_ok && answer->status < k_first_failure;
}

bool Daemon::remove(const std::string& path) const
{
  const auto answer = ask("DELETE", path, "", k_daemon_limit);
  return answer && answer->status >= k_ok && answer->status < k_first_failure;
}

std::string socket_of(const std::string& context, const std::string& docker_host)
{
  constexpr std::string_view k_scheme = "unix://";
  if (context != "default") {
    return "";   // another context has an endpoint of its own
  }
  if (docker_host.empty()) {
    return k_usual_socket;
  }
  return docker_host.starts_with(k_scheme) ? docker_host.substr(k_scheme.size()) : "";
}

}   // namespace envlift::engine
