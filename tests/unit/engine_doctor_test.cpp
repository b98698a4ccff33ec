// What doctor says about machines in several states.
#include "engine/doctor.hpp"

#include "fakes/http.hpp"
#include "fakes/processes.hpp"
#include "sys/files.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

using namespace envlift;
using engine::Check;
using State = engine::Check::State;

namespace {

constexpr const char* k_client = "/opt/test/docker";

fakes::Processes working()
{
  fakes::Processes processes;
  processes.answer("version", 0,
                   R"({"Client":{"Version":"20.10.24"},"Server":{"Version":"20.10.24","Arch":"amd64"}})");
  processes.answer("info", 0, "/\n");
  return processes;
}

fakes::Http web(int status)
{
  return fakes::Http(
      [status](const sys::HttpRequest&) -> fakes::Http::Answer { return sys::HttpResponse{status, ""}; });
}

engine::DoctorRequest request()
{
  return {.engine = k_client,
          .base = "registry.example/python:{python}",
          .installer_url = "https://installer.example/x.sh",
          .ca_bundle = "/ca.pem"};
}

Check check_named(const std::vector<Check>& checks, const std::string& name)
{
  const auto found = std::ranges::find(checks, name, &Check::name);
  REQUIRE(found != checks.end());
  CHECK((found->state == State::ok) == found->remedy.empty());
  CHECK_FALSE(found->detail.empty());
  return *found;
}

}  // namespace

TEST_CASE("a machine on which all works")
{
  fakes::Processes processes = working();
  processes.answer("images", 0, "registry.example/python:3.11\n");
  processes.answer("run --rm --label envlift --entrypoint /bin/sh", 0, "");
  fakes::Http http = web(401);   // what a registry says to who has no token
  const auto checks = engine::diagnose(processes, http, request());
  for (const char* name : {"engine", "buildkit", "emulator", "base", "installer"}) {
    CHECK(check_named(checks, name).state == State::ok);
  }
  CHECK(check_named(checks, "base").detail.find("registry.example/python:3.11") != std::string::npos);
  check_named(checks, "disk");   // of this machine, whatever it has
  CHECK(http.requests.size() == 1);
  CHECK(http.requests[0].method == "HEAD");
  CHECK(http.requests[0].ca_bundle == "/ca.pem");
}

TEST_CASE("no base on this machine: its registry is asked")
{
  fakes::Processes processes = working();
  processes.answer("images", 0, "");
  fakes::Http http = web(401);
  CHECK(check_named(engine::diagnose(processes, http, request()), "base").state == State::ok);
  CHECK(http.requests[0].url == "https://registry.example/v2/");
  CHECK(http.requests[0].ca_bundle == "/ca.pem");
}

TEST_CASE("a loopback registry may speak http, as for docker")
{
  fakes::Http http([](const sys::HttpRequest& asked) -> fakes::Http::Answer {
    return asked.url.starts_with("http:") ? fakes::Http::Answer(sys::HttpResponse{200, ""})
                                          : fakes::refused();
  });
  for (const std::string host : {"localhost:5000", "127.0.0.1:5000", "localhost"}) {
    fakes::Processes processes = working();
    processes.answer("images", 0, "");
    engine::DoctorRequest asked = request();
    asked.base = host + "/python:{python}";
    const Check base = check_named(engine::diagnose(processes, http, asked), "base");
    CHECK(base.state == State::ok);
    CHECK(base.detail == "http://" + host + "/v2/ answers");
  }
  fakes::Processes processes = working();
  processes.answer("images", 0, "");
  CHECK(check_named(engine::diagnose(processes, http, request()), "base").state == State::warning);
}

TEST_CASE("an emulator that was not looked at is not ok")
{
  fakes::Http http = web(200);
  fakes::Processes without_base = working();
  without_base.answer("images", 0, "");
  fakes::Processes without_engine;
  without_engine.answer("version", 1, "",
                        "Cannot connect to the Docker daemon at unix:///x. Is the docker daemon running?\n");
  for (fakes::Processes* processes : {&without_base, &without_engine}) {
    const auto checks = engine::diagnose(*processes, http, request());
    const auto emulator = std::ranges::find(checks, "emulator", &Check::name);
    REQUIRE(emulator != checks.end());
    CHECK(emulator->state == State::unknown);
    CHECK(emulator->detail.starts_with("not checked: "));
  }
}

TEST_CASE("nothing is reached: warnings, since caches may have it all")
{
  fakes::Processes processes = working();
  processes.answer("images", 0, "");
  fakes::Http http([](const sys::HttpRequest&) { return fakes::refused(); });
  const auto checks = engine::diagnose(processes, http, request());
  CHECK(check_named(checks, "base").state == State::warning);
  CHECK(check_named(checks, "installer").state == State::warning);
  CHECK(check_named(checks, "installer").detail.find("installer.example") != std::string::npos);
}

TEST_CASE("an installer that is not there")
{
  fakes::Processes processes = working();
  processes.answer("images", 0, "");
  fakes::Http http = web(404);
  CHECK(check_named(engine::diagnose(processes, http, request()), "installer").detail.find("404") !=
        std::string::npos);
}

TEST_CASE("a base without the emulator")
{
  fakes::Processes processes = working();
  processes.answer("images", 0, "registry.example/python:3.11\n");
  processes.answer(
      "run", 127, "",
      "docker: Error response from daemon: exec: \"/usr/local/bin/aws-lambda-rie\": no such file\n");
  fakes::Http http = web(200);
  CHECK(check_named(engine::diagnose(processes, http, request()), "emulator").state == State::failed);
}

TEST_CASE("no engine: the rest is looked at all the same")
{
  fakes::Processes processes;
  processes.answer("version", 1, "",
                   "Cannot connect to the Docker daemon at unix:///x. Is the docker daemon running?\n");
  fakes::Http http = web(200);
  const auto checks = engine::diagnose(processes, http, request());
  CHECK(check_named(checks, "engine").state == State::failed);
  CHECK(check_named(checks, "installer").state == State::ok);
}

TEST_CASE("a client without BuildKit is not a missing engine")
{
  fakes::Processes processes;
  processes.answer("version", 0,
                   R"({"Client":{"Version":"28.2.2"},"Server":{"Version":"20.10.24","Arch":"amd64"}})");
  processes.answer("buildx", 1);
  fakes::Http http = web(200);
  CHECK(check_named(engine::diagnose(processes, http, request()), "buildkit").state == State::failed);
}
