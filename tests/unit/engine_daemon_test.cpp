// The daemon asked by its socket, and the client where it does not answer.
#include "engine/daemon.hpp"

#include "engine/docker.hpp"
#include "fakes/http.hpp"
#include "fakes/processes.hpp"

#include <catch2/catch.hpp>

#include <map>

using namespace envlift;
using Lines = std::vector<std::string>;

namespace {

// Answers by method and path; everything else is 404, as of a daemon that knows no such thing.
struct Socket {
  std::map<std::string, std::string> answers;
  fakes::Http http{[this](const sys::HttpRequest& request) -> fakes::Http::Answer {
    const auto found = answers.find(line_of(request));
    return found == answers.end() ? sys::HttpResponse{404, "{}"} : sys::HttpResponse{200, found->second};
  }};

  static std::string line_of(const sys::HttpRequest& request)
  {
    constexpr std::string_view k_host = "http://docker";
    return request.method + " " + request.url.substr(k_host.size());
  }
  Lines lines() const
  {
    Lines lines;
    for (const sys::HttpRequest& request : http.requests) {
      lines.push_back(line_of(request));
    }
    return lines;
  }
};

struct Docker {
  Socket socket;
  fakes::Processes processes;
  engine::DockerEngine engine{processes, facts(), engine::Daemon(socket.http, "/run/docker.sock")};

  static engine::ProbeFacts facts()
  {
    engine::ProbeFacts facts;
    facts.client = "/usr/bin/docker";
    return facts;
  }
};

engine::RunRequest sandboxed()
{
  engine::RunRequest request;
  request.image = "x:1";
  request.memory_mb = 512;
  request.sandbox = engine::Sandbox{};
  return request;
}

}   // namespace

TEST_CASE("the socket of a client is known in its usual context, on this machine")
{
  CHECK(engine::socket_of("default", "") == "/var/run/docker.sock");
  CHECK(engine::socket_of("default", "unix:///run/user/1000/docker.sock") == "/run/user/1000/docker.sock");
  CHECK(engine::socket_of("default", "tcp://10.0.0.1:2375").empty());
  CHECK(engine::socket_of("default", "ssh://build@host").empty());
  CHECK(engine::socket_of("rootless", "").empty());
  CHECK(engine::socket_of("", "").empty());
}

TEST_CASE("a container's questions and its end need no client where the daemon answers")
{
  Docker docker;
  docker.processes.answer("run", 0, "c0ffee\n");
  docker.processes.answer("logs --follow", 0, "one\n");
  docker.socket.answers = {
    {"GET /containers/c0ffee/json",
     R"({"State": {"Running": true}, "HostConfig": {"Memory": 536870912},
         "NetworkSettings": {"Ports": {"8080/tcp": [{"HostIp": "127.0.0.1", "HostPort": "49153"}]}}})"},
    {"POST /containers/c0ffee/update", "{}"},
    {"POST /containers/c0ffee/kill", ""},
    {"DELETE /containers/c0ffee?force=1&v=1", ""},
  };
  {
    const auto container = docker.engine.run(sandboxed());
    REQUIRE(container);
    CHECK((*container)->port() == 49153);
    CHECK((*container)->state()->running);
    (*container)->set_vcpus(0.2894);
    CHECK(docker.socket.http.requests.back().body == R"({"NanoCpus": 289400000})");
    const auto limits = (*container)->limits();
    const auto memory = std::ranges::find(limits, "memory_mb", &engine::Limit::name);
    REQUIRE(memory != limits.end());
    CHECK(memory->value == "512");
    (*container)->follow([](std::string_view) {});
  }
  CHECK(docker.processes.lines().size() == 2);   // run and logs
  CHECK(docker.socket.lines().back() == "DELETE /containers/c0ffee?force=1&v=1");
  CHECK(docker.socket.http.requests.back().unix_socket == "/run/docker.sock");
}

TEST_CASE("what the daemon does not answer is asked of the client")
{
  Docker docker;
  docker.processes.answer("run", 0, "c0ffee\n");
  docker.processes.answer("port c0ffee", 0, "127.0.0.1:49153\n");
  docker.processes.answer("inspect", 0, R"({"Running": false, "ExitCode": 7})");
  docker.processes.answer("update --cpus 0.5 c0ffee", 0);
  docker.processes.answer("image inspect x:1", 0, R"([{"Id": "sha256:abc"}])");
  docker.processes.answer("rm --force --volumes c0ffee", 0);
  {
    const auto container = docker.engine.run(sandboxed());
    REQUIRE(container);
    CHECK((*container)->port() == 49153);
    CHECK((*container)->state()->exit_code == 7);
    (*container)->set_vcpus(0.5);
  }
  CHECK(docker.engine.inspect("x:1")->id == "sha256:abc");
  CHECK(docker.processes.ran("update --cpus 0.5 c0ffee"));
  CHECK(docker.processes.lines().at(docker.processes.lines().size() - 2) == "rm --force --volumes c0ffee");
}

TEST_CASE("an image is looked at by the socket, unless its name would need encoding there")
{
  Docker docker;
  docker.socket.answers = {{"GET /images/team/x:1/json", R"({"Id": "sha256:abc", "Architecture": "arm64"})"}};
  CHECK(docker.engine.inspect("team/x:1")->arch == "arm64");
  docker.processes.answer("image inspect", 1, "", "invalid reference format\n");
  for (const char* odd : {"a b", "../info", "x#y"}) {
    CHECK(docker.engine.inspect(odd).error().code == "EL0813");
  }
  CHECK(docker.socket.http.requests.size() == 1);
}

TEST_CASE("what killed runs left is found by the socket, and others' containers stay")
{
  Docker docker;
  docker.socket.answers = {
    {"GET /containers/json?all=1&filters=%7B%22label%22%3A%5B%22envlift.owner%22%5D%7D",
     R"([{"Id": "c0ffee", "Labels": {"envlift.owner": "another-machine-1-1"}}])"}};
  docker.engine.remove_abandoned();
  CHECK(docker.socket.lines().size() == 1);
  CHECK(docker.processes.commands.empty());
}

TEST_CASE("the engine's cores")
{
  Docker docker;
  docker.socket.answers = {{"GET /info", R"({"NCPU": 6})"}};
  CHECK(docker.engine.cores() == 6);
}
