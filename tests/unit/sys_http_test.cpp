// The HTTP client against a server on loopback.
#include "sys/http.hpp"

#include "fakes/child.hpp"
#include "fakes/loopback.hpp"
#include "sys/files.hpp"
#include "sys/signals.hpp"

#include <catch2/catch.hpp>

#include <chrono>
#include <csignal>
#include <cstdlib>

using namespace envlift;
using namespace std::chrono_literals;

namespace {

std::string answer(const std::string& status, const std::string& body)
{
  return "HTTP/1.1 " + status + "\r\nContent-Length: " + std::to_string(body.size()) +
         "\r\nConnection: close\r\n\r\n" + body;
}

sys::HttpRequest get(const std::string& url)
{
  sys::HttpRequest request;
  request.url = url;
  request.timeout = 5s;
  return request;
}

}  // namespace

TEST_CASE("status and body come back, whatever the status")
{
  const fakes::Loopback server(answer("502 Bad Gateway", "{\"a\": 1}"), "\r\n\r\n");
  const auto response = sys::http().send(get(server.url()));
  REQUIRE(response);
  CHECK(response->status == 502);
  CHECK(response->body == "{\"a\": 1}");
}

TEST_CASE("a POST sends its bytes as they are and waits for no 100-continue")
{
  fakes::Loopback server(answer("200 OK", "ok"), "-end");
  sys::HttpRequest request = get(server.url());
  request.method = "POST";
  request.body = std::string("\0\xff", 2) + std::string(2U << 20U, 'x') + "-end";
  const auto response = sys::http().send(request);
  REQUIRE(response);
  CHECK(response->body == "ok");
  CHECK(server.request().ends_with("\r\n\r\n" + request.body));
  CHECK(server.request().find("Expect:") == std::string::npos);
}

TEST_CASE("HEAD asks for no body")
{
  fakes::Loopback server("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n", "\r\n\r\n");
  sys::HttpRequest request = get(server.url());
  request.method = "HEAD";
  REQUIRE(sys::http().send(request));
  CHECK(server.request().starts_with("HEAD / "));
}

TEST_CASE("what kept an answer away is told apart")
{
  const auto problem = [](const sys::HttpRequest& request) {
    const auto response = sys::http().send(request);
    REQUIRE_FALSE(response);
    CHECK_FALSE(response.error().message.empty());
    return response.error().problem;
  };
  SECTION("nobody listens")
  {
    CHECK(problem(get("http://127.0.0.1:1/")) == sys::HttpProblem::refused);
  }
  SECTION("closed without a word")
  {
    const fakes::Loopback server("", "\r\n\r\n");
    CHECK(problem(get(server.url())) == sys::HttpProblem::dropped);
  }
  SECTION("too slow")
  {
    const fakes::Loopback server(answer("200 OK", ""), "\r\n\r\n", 1s);
    sys::HttpRequest request = get(server.url());
    request.timeout = 200ms;
    CHECK(problem(request) == sys::HttpProblem::timed_out);
  }
  SECTION("too large")
  {
    const fakes::Loopback server(answer("200 OK", std::string(100000, 'x')), "\r\n\r\n");
    sys::HttpRequest request = get(server.url());
    request.limit_bytes = 1000;
    CHECK(problem(request) == sys::HttpProblem::too_large);
  }
  SECTION("no protocol but HTTP")
  {
    CHECK(problem(get("file:///etc/hostname")) == sys::HttpProblem::other);
  }
}

TEST_CASE("the answer's headers come back, by their names in lower case")
{
  const fakes::Loopback server(
      "HTTP/1.1 200 OK\r\nDate: Fri\r\nX-Twice: a\r\nX-TWICE:  b \r\nContent-Length: 0\r\n\r\n", "\r\n\r\n");
  const auto response = sys::http().send(get(server.url()));
  REQUIRE(response);
  CHECK(response->headers.at("date") == "Fri");
  CHECK(response->headers.at("x-twice") == "b");
}

TEST_CASE("a signature covers the headers that are sent, and no others")
{
  fakes::Loopback server(answer("200 OK", ""), "-end");
  sys::HttpRequest request = get(server.url());
  request.method = "POST";
  request.body = "-end";
  request.headers = {"X-Amz-Date: 20270115T080000Z"};
  request.secret_headers.push_back({"X-Amz-Security-Token", Secret("token")});
  request.signature = {"eu-central-1", "ecr", "ID", Secret("secret:with@signs")};
  REQUIRE(sys::http().send(request));
  const std::string& sent = server.request();
  CHECK(sent.find("Credential=ID/20270115/eu-central-1/ecr/aws4_request") != std::string::npos);
  CHECK(sent.find("SignedHeaders=host;x-amz-date;x-amz-security-token,") != std::string::npos);
  CHECK(sent.find("X-Amz-Security-Token: token\r\n") != std::string::npos);
  CHECK(sent.find("with@signs") == std::string::npos);
}

TEST_CASE("loopback is asked without a proxy")
{
  const fakes::Loopback server(answer("200 OK", "direct"), "\r\n\r\n");
  const int status = fakes::in_child([&] {
    ::setenv("http_proxy", "http://127.0.0.1:1", 1);
    const auto response = sys::http().send(get(server.url()));
    return response && response->body == "direct" ? 42 : 1;
  });
  CHECK(status == 42);
}

TEST_CASE("a server is asked by the socket that is named, and past any proxy")
{
  const auto folder = sys::TemporaryFolder::make();
  REQUIRE(folder);
  sys::HttpRequest request = get("http://docker/info?a=1");
  request.unix_socket = folder->path() + "/socket";
  CHECK(sys::http().send(request).error().problem == sys::HttpProblem::refused);
  ::setenv("http_proxy", "http://127.0.0.1:1", 1);
  const auto server = fakes::Loopback::at(request.unix_socket, answer("200 OK", "{}"), "\r\n\r\n");
  const auto response = sys::http().send(request);
  ::unsetenv("http_proxy");
  REQUIRE(response);
  CHECK(response->body == "{}");
  CHECK(server->request().starts_with("GET /info?a=1 HTTP/1.1\r\nHost: docker\r\n"));
}

TEST_CASE("an interrupt ends the wait for an answer")
{
  const fakes::Loopback server(answer("200 OK", ""), "\r\n\r\n", 3s);
  const int status = fakes::in_child([&] {
    sys::install_signal_handlers();
    std::raise(SIGTERM);
    const auto response = sys::http().send(get(server.url()));
    return !response && response.error().problem == sys::HttpProblem::interrupted ? 42 : 1;
  });
  CHECK(status == 42);
}

TEST_CASE("a body is sent as it is read, and the answer's headers come back")
{
  const std::string bytes = std::string(3U << 20U, 'x') + "-end";
  for (const char* method : {"PUT", "PATCH"}) {
    fakes::Loopback server(
        "HTTP/1.1 201 Created\r\nLocation: /a\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", "-end");
    sys::HttpRequest request = get(server.url());
    request.method = method;
    request.secret_headers = {{"Authorization", Secret("Basic abc")}};
    request.upload_bytes = bytes.size();
    std::size_t at = 0;
    request.upload = [&](char* into, std::size_t size) {
      const std::size_t count = bytes.copy(into, size, at);
      at += count;
      return std::optional(count);
    };
    const auto response = sys::http_session()->send(request);
    REQUIRE(response);
    CHECK(response->status == 201);
    CHECK(response->header("location") == "/a");
    CHECK(response->header("range").empty());
    CHECK(server.request().starts_with(std::string(method) + " / HTTP/1.1\r\n"));
    CHECK(server.request().find("\r\nAuthorization: Basic abc\r\n") != std::string::npos);
    CHECK(server.request().find("\r\nContent-Length: 3145732\r\n") != std::string::npos);
    CHECK(server.request().ends_with("\r\n\r\n" + bytes));
  }
}

TEST_CASE("a body that cannot be read ends the exchange, and an empty one is sent as such")
{
  fakes::Loopback broken(answer("200 OK", ""), "never");
  sys::HttpRequest request = get(broken.url());
  request.method = "PATCH";
  request.upload_bytes = 10;
  request.upload = [](char*, std::size_t) { return std::optional<std::size_t>(); };
  const auto failed = sys::http().send(request);
  REQUIRE_FALSE(failed);
  CHECK(failed.error().problem == sys::HttpProblem::other);

  fakes::Loopback server(answer("201 Created", ""), "\r\n\r\n");
  sys::HttpRequest empty = get(server.url());
  empty.method = "PUT";
  REQUIRE(sys::http().send(empty));
  CHECK(server.request().find("\r\nContent-Length: 0\r\n") != std::string::npos);
}

TEST_CASE("an exchange in which nothing moves ends")
{
  const fakes::Loopback server(answer("200 OK", ""), "\r\n\r\n", 3s);
  sys::HttpRequest request = get(server.url());
  request.timeout = 0ms;
  request.stall = 1s;
  const auto response = sys::http().send(request);
  REQUIRE_FALSE(response);
  CHECK(response.error().problem == sys::HttpProblem::timed_out);
}
