// A server on loopback or on a socket in the file system that gives every connection the same bytes, for tests of the HTTP client.
#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <string>
#include <thread>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace envlift::fakes {

class Loopback {
public:
  // Takes one connection: reads until `until` came, waits, sends the bytes ("" = closes without a word).
  Loopback(std::string bytes, std::string until, std::chrono::milliseconds wait = {})
      : listener_(::socket(AF_INET, SOCK_STREAM, 0))
  {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    ::bind(listener_, reinterpret_cast<sockaddr*>(&address), size);
    ::listen(listener_, 1);
    ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this, bytes, until, wait] { serve(bytes, until, wait); });
  }
  // The same at a path that is not there yet, and shorter than a hundred bytes.
  static std::unique_ptr<Loopback> at(const std::string& path, const std::string& bytes, const std::string& until)
  {
    auto server = std::unique_ptr<Loopback>(new Loopback(::socket(AF_UNIX, SOCK_STREAM, 0)));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.copy(address.sun_path, sizeof address.sun_path - 1);
    ::bind(server->listener_, reinterpret_cast<sockaddr*>(&address), sizeof address);
    ::listen(server->listener_, 1);
    server->thread_ = std::thread([it = server.get(), bytes, until] { it->serve(bytes, until, {}); });
    return server;
  }
  Loopback(const Loopback&) = delete;
  Loopback& operator=(const Loopback&) = delete;
  ~Loopback()
  {
    ::shutdown(listener_, SHUT_RDWR);
    thread_.join();
    ::close(listener_);
  }

  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_) + "/"; }
  // What the client sent; call when its exchange is over.
  const std::string& request() const { return request_; }

private:
  explicit Loopback(int listener) : listener_(listener) {}

  void serve(const std::string& bytes, const std::string& until, std::chrono::milliseconds wait)
  {
    const int connection = ::accept(listener_, nullptr, nullptr);
    if (connection < 0) {
      return;
    }
    char buffer[4096];
    while (request_.find(until) == std::string::npos) {
      const ssize_t count = ::read(connection, buffer, sizeof buffer);
      if (count <= 0) {
        break;
      }
      request_.append(buffer, static_cast<std::size_t>(count));
    }
    std::this_thread::sleep_for(wait);
    std::size_t sent = 0;
    while (sent < bytes.size()) {
      const ssize_t count = ::send(connection, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
      if (count <= 0) {
        break;
      }
      sent += static_cast<std::size_t>(count);
    }
    ::close(connection);
  }

  int listener_;
  int port_ = 0;
  std::string request_;
  std::thread thread_;
};

}  // namespace envlift::fakes
