// The daemon, asked without its client, whose start takes tens of milliseconds.
#pragma once

#include "sys/http.hpp"

#include <chrono>
#include <optional>
#include <string>

namespace envlift::engine {

inline constexpr std::chrono::seconds k_daemon_limit{60};   // as the client's; a removal may take seconds
// Of a first question to a client, or to a daemon.
inline constexpr std::chrono::seconds k_probe_limit{10};

// A short cut: what it does not answer is asked of the client, which can say why.
class Daemon {
public:
  Daemon() = default;   // there is no way but the client's
  Daemon(sys::Http& http, std::string socket) : http_(&http), socket_(std::move(socket)) {}

  // The JSON that a path of the engine's interface ("/containers/ID/json") answers; nothing where it is not 200.
  std::optional<std::string> get(const std::string& path,
                                 std::chrono::milliseconds limit = k_daemon_limit) const;
  // Whether the daemon did it. `json` may be empty.
  bool post(const std::string& path, const std::string& json = "") const;
  bool remove(const std::string& path) const;

private:
  std::optional<sys::HttpResponse> ask(const std::string& method, const std::string& path,
                                       const std::string& json, std::chrono::milliseconds limit) const;

  sys::Http* http_ = nullptr;
  std::string socket_;
};

// The path of the socket that a client with this context and this DOCKER_HOST ("" = not set) speaks to; "" where that
// is not known, or not on this machine.
std::string socket_of(const std::string& context, const std::string& docker_host);

}   // namespace envlift::engine
