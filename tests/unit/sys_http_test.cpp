// The HTTP client against a server on loopback.
#include "sys/http.hpp"

#include "fakes/child.hpp"
#include "fakes/loopback.hpp"
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
  const fakes::Loopback server("HTTP/1.1 200 OK\r\nDate: Fri\r\nX-Twice: a\r\nX-TWICE:  b \r\nContent-Length: 0\r\n\r\n",
                               "\r\n\r\n");
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
