// A client that was found before: taken without a start, and looked for anew when anything has changed.
#include "engine/known_client.hpp"

#include "fakes/loopback.hpp"
#include "fakes/processes.hpp"
#include "sys/files.hpp"

#include <cstdlib>
#include <map>

#include <catch2/catch.hpp>
#include <fmt/format.h>

using namespace envlift;

namespace {

struct Records : engine::ClientRecords {
  std::map<std::string, std::string> texts;
  std::optional<std::string> get(const std::string& key) override
  {
    return texts.contains(key) ? std::optional(texts[key]) : std::nullopt;
  }
  void keep(const std::string& key, const std::string& text) override { texts[key] = text; }
};

// A client in a folder of its own, which speaks to a daemon at a socket there.
struct Machine {
  sys::TemporaryFolder folder = *sys::TemporaryFolder::make();
  std::string client = folder.path() + "/docker";
  std::string socket = folder.path() + "/s";
  fakes::Processes processes;
  Records records;

  Machine()
  {
    REQUIRE(sys::write_file(client, "#!", true));
    ::setenv("DOCKER_HOST", ("unix://" + socket).c_str(), 1);
    processes.answer(
        "version", 0,
        R"({"Client":{"Version":"20.10","Context":"default"},"Server":{"Version":"20.10.24","Arch":"arm64"}})");
  }
  Machine(const Machine&) = delete;
  Machine& operator=(const Machine&) = delete;
  ~Machine() { ::unsetenv("DOCKER_HOST"); }

  Result<std::unique_ptr<engine::Engine>> connect()
  {
    return engine::connect(processes, client, engine::Need::build, &records);
  }
};

std::string daemon_of(const std::string& version)
{
  const std::string body = fmt::format(R"({{"Version":"{}"}})", version);
  return fmt::format("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{}", body.size(), body);
}

constexpr const char* k_end = "\r\n\r\n";

}  // namespace

TEST_CASE("a client that was found before is not started again")
{
  Machine machine;
  REQUIRE(machine.connect());
  REQUIRE(machine.processes.commands.size() == 1);
  const auto daemon = fakes::Loopback::at(machine.socket, daemon_of("20.10.24"), k_end);
  const auto engine = machine.connect();
  REQUIRE(engine);
  CHECK(machine.processes.commands.size() == 1);
  CHECK((*engine)->facts().client == machine.client);
  CHECK((*engine)->facts().client_version == "20.10");
  CHECK((*engine)->facts().arch == "arm64");
  CHECK((*engine)->facts().socket == machine.socket);
}

TEST_CASE("a client is asked again when its daemon is another one or does not answer")
{
  Machine machine;
  REQUIRE(machine.connect());
  REQUIRE(machine.connect());
  CHECK(machine.processes.commands.size() == 2);
  const auto daemon = fakes::Loopback::at(machine.socket, daemon_of("28.0.0"), k_end);
  REQUIRE(machine.connect());
  CHECK(machine.processes.commands.size() == 3);
}

TEST_CASE("a client is asked again when it, its settings or its variables changed")
{
  Machine machine;
  const auto key = [&] { return engine::client_key({machine.client}, engine::Need::build); };
  const std::string before = key();
  CHECK(key() == before);
  CHECK(engine::client_key({machine.client}, engine::Need::run) != before);
  CHECK(engine::client_key({}, engine::Need::build) != before);
  REQUIRE(sys::write_file(machine.client, "#!/bin/sh", true));
  const std::string updated = key();
  CHECK(updated != before);
  ::setenv("DOCKER_CONFIG", machine.folder.path().c_str(), 1);
  const std::string elsewhere = key();
  CHECK(elsewhere != updated);
  REQUIRE(sys::write_file(machine.folder.path() + "/config.json", "{}"));
  const std::string configured = key();
  CHECK(configured != elsewhere);
  REQUIRE(sys::make_folders(machine.folder.path() + "/cli-plugins"));
  CHECK(key() != configured);
  ::unsetenv("DOCKER_CONFIG");
}

TEST_CASE("what was kept and cannot be read is found anew")
{
  Machine machine;
  REQUIRE(machine.connect());
  for (auto& [key, text] : machine.records.texts) {
    text = R"({"client": 1})";
  }
  const auto engine = machine.connect();
  REQUIRE(engine);
  CHECK((*engine)->facts().client == machine.client);
  CHECK(machine.processes.commands.size() == 2);
}

TEST_CASE("nothing is kept where the daemon's socket is not known")
{
  Machine machine;
  ::setenv("DOCKER_HOST", "tcp://127.0.0.1:1", 1);
  REQUIRE(machine.connect());
  CHECK(machine.records.texts.empty());
}
