// One invocation from the container's start to its removal, without an engine.
#include "invoke/invoke.hpp"

#include "fakes/engine.hpp"
#include "fakes/http.hpp"

#include <catch2/catch.hpp>

#include <chrono>

using namespace envlift;
using namespace std::chrono_literals;
using invoke::Verdict;

namespace {

invoke::Target target()
{
  return {.image = "x:1", .handler = "app.handler", .memory_mb = 512, .timeout_s = 7};
}

Result<invoke::Invoked> ask(engine::Engine& engine, sys::Http& http, const invoke::Target& asked = target())
{
  return invoke::invoke(engine, http, asked, {"{\"a\": 1}"});
}

// An emulator that listens, and gives this to the event.
fakes::Http emulator(fakes::Http::Answer answer)
{
  return fakes::Http([answer](const sys::HttpRequest& asked) -> fakes::Http::Answer {
    if (asked.method == "GET") {
      return sys::HttpResponse{404, "404 page not found"};
    }
    return answer;
  });
}

}  // namespace

TEST_CASE("the event is posted once, with Lambda's variables and limits around it")
{
  fakes::World world;
  fakes::Engine engine(world);
  fakes::Http http = emulator(sys::HttpResponse{200, "{\"b\": 2}"});
  const auto outcome = ask(engine, http);
  REQUIRE(outcome);
  CHECK(outcome->outcome.verdict == Verdict::ok);
  CHECK(outcome->outcome.answer == "{\"b\": 2}");
  CHECK(world.removed == 1);

  const engine::RunRequest& run = world.started.at(0);
  CHECK(run.image == "x:1");
  CHECK(run.command == std::vector<std::string>{"app.handler"});
  CHECK(run.memory_mb == 512);
  CHECK(run.environment.at("AWS_LAMBDA_FUNCTION_TIMEOUT") == "17");
  CHECK(run.environment.at("AWS_LAMBDA_FUNCTION_MEMORY_SIZE") == "512");
  CHECK(run.environment.count("AWS_LAMBDA_MAX_CONCURRENCY") == 0);   // would change the emulator's ways

  REQUIRE(http.requests.size() == 2);
  CHECK(http.requests[0].url == "http://127.0.0.1:49153/");   // a GET on the invocation path would invoke
  CHECK(http.requests[1].method == "POST");
  CHECK(http.requests[1].url == "http://127.0.0.1:49153/2015-03-31/functions/function/invocations");
  CHECK(http.requests[1].body == "{\"a\": 1}");
  CHECK(http.requests[1].timeout > 7s);
}

TEST_CASE("an answer of a function that wrote more than /tmp holds is no success")
{
  fakes::World world;
  fakes::Engine engine(world);
  fakes::Http http = emulator(sys::HttpResponse{200, "1"});
  const auto verdict = [&](std::optional<unsigned long long> written) {
    world.written_bytes = written;
    const auto outcome = ask(engine, http);
    REQUIRE(outcome);
    if (outcome->outcome.verdict != Verdict::ok) {
      const Error error = invoke::to_error(outcome->outcome);
      CHECK(error.code == "EL1010");
      CHECK(error.message == "the function had 600 MB of files, and Lambda's /tmp has 512 MB");
      CHECK(error.exit == ExitCode::check_failed);
    }
    return outcome->outcome.verdict;
  };
  constexpr unsigned long long mebibyte = 1ULL << 20U;
  CHECK(verdict(512 * mebibyte) == Verdict::ok);
  CHECK(verdict(600 * mebibyte) == Verdict::storage_exceeded);
  CHECK(verdict(std::nullopt) == Verdict::ok);   // an engine that does not tell
}

TEST_CASE("a caller's client context and identity go with the event")
{
  fakes::World world;
  fakes::Engine engine(world);
  fakes::Http http = emulator(sys::HttpResponse{200, "1"});
  REQUIRE(invoke::invoke(engine, http, target(), {"{}", R"({"custom": {}})", R"({"cognitoIdentityId": "i"})"}));
  const auto& headers = http.requests.at(1).headers;
  CHECK(std::ranges::count(headers, "X-Amz-Client-Context: eyJjdXN0b20iOiB7fX0=") == 1);
  CHECK(std::ranges::count(headers, R"(X-Amz-Cognito-Identity: {"cognitoIdentityId": "i"})") == 1);
}

TEST_CASE("the image's own handler is used when none is named")
{
  fakes::World world;
  fakes::Engine engine(world);
  fakes::Http http = emulator(sys::HttpResponse{200, "1"});
  invoke::Target asked = target();
  asked.handler.clear();
  REQUIRE(ask(engine, http, asked));
  CHECK(world.started.at(0).command.empty());
}

TEST_CASE("the emulator is waited for")
{
  fakes::World world;
  fakes::Engine engine(world);
  int refusals = 3;
  fakes::Http http([&](const sys::HttpRequest&) -> fakes::Http::Answer {
    return refusals-- > 0 ? fakes::refused() : fakes::Http::Answer(sys::HttpResponse{200, "1"});
  });
  REQUIRE(ask(engine, http));
  CHECK(http.requests.size() == 5);
}

TEST_CASE("a container that ends before it listens")
{
  fakes::World world;
  world.state = {.running = false, .exit_code = 142};
  fakes::Engine engine(world);
  fakes::Http http([](const sys::HttpRequest&) { return fakes::refused(); });
  SECTION("for a reason of its own")
  {
    world.log = "entrypoint requires the handler name to be the first argument\n";
    const auto outcome = ask(engine, http);
    REQUIRE_FALSE(outcome);
    CHECK(outcome.error().code == "EL1004");
    CHECK(outcome.error().message == "the container ended (exit 142) before the first invocation");
    CHECK(outcome.error().tail ==
          std::vector<std::string>{"entrypoint requires the handler name to be the first argument"});
  }
  SECTION("because it has no emulator")
  {
    for (const std::string log :
         {"/lambda-entrypoint.sh: 12: exec: /usr/local/bin/aws-lambda-rie: not found\n",
          "KeyError: 'AWS_LAMBDA_RUNTIME_API'\n"}) {
      world.log = log;
      CHECK(ask(engine, http).error().code == "EL1009");
    }
  }
  SECTION("so early that it has no port any more")
  {
    world.port = fail({"EL0807", "the engine names no port", "", ExitCode::engine_unusable, {}});
    CHECK(ask(engine, http).error().code == "EL1004");
    CHECK(http.requests.empty());
  }
  SECTION("because its user may not read the code")
  {
    world.log = "docker: starting container process caused: stat .: permission denied\n";
    CHECK(ask(engine, http).error().code == "EL1015");
  }
  CHECK(world.removed == static_cast<int>(world.started.size()));
}

TEST_CASE("a container without a port although it runs is the engine's fault")
{
  fakes::World world;
  world.port = fail({"EL0807", "the engine names no port", "", ExitCode::engine_unusable, {}});
  fakes::Engine engine(world);
  fakes::Http http = emulator(sys::HttpResponse{200, "1"});
  CHECK(ask(engine, http).error().code == "EL0807");
  CHECK(world.removed == 1);
}

TEST_CASE("no answer: the container's state tells why")
{
  fakes::World world;
  fakes::Engine engine(world);
  const auto verdict = [&](sys::HttpProblem problem, const std::string& words) {
    fakes::Http http = emulator(tl::unexpected(sys::HttpFailure{problem, "the connection dropped"}));
    const auto outcome = ask(engine, http);
    REQUIRE(outcome);
    CHECK_THAT(outcome->outcome.message, Catch::Contains(words));
    CHECK(outcome->outcome.log == world.log);
    return outcome->outcome.verdict;
  };
  CHECK(verdict(sys::HttpProblem::dropped, "dropped") == Verdict::engine_error);
  world.state = {.running = false, .exit_code = 2};
  CHECK(verdict(sys::HttpProblem::dropped, "exit 2") == Verdict::engine_error);
  world.state = {.running = false, .exit_code = 137, .out_of_memory = true};
  CHECK(verdict(sys::HttpProblem::dropped, "memory") == Verdict::out_of_memory);
  world.state = {.running = true};
  world.memory.kills = 1;   // the container lives on, and its state does not tell
  CHECK(verdict(sys::HttpProblem::dropped, "memory") == Verdict::out_of_memory);
  CHECK(world.removed == 4);
  world.memory.kills = 0;
  world.state = fail({"EL0814", "the container was removed while it ran", "", ExitCode::engine_unusable, {}});
  CHECK(verdict(sys::HttpProblem::dropped, "removed while it ran") == Verdict::engine_error);
}

TEST_CASE("a child that memory killed is told although the function answers")
{
  fakes::World world;
  world.memory.kills = 1;
  fakes::Engine engine(world);
  fakes::Http http = emulator(sys::HttpResponse{200, "\"survived\""});
  const auto outcome = ask(engine, http);
  REQUIRE(outcome);
  CHECK(outcome->outcome.verdict == Verdict::out_of_memory);
  CHECK(outcome->outcome.code == "EL1012");
  CHECK(outcome->outcome.answer == "\"survived\"");
  CHECK_THAT(outcome->outcome.message,
             Catch::Contains("a process of it was killed; it answered all the same"));
}

TEST_CASE("a log that comes late is waited for, a log that stays incomplete is taken as it is")
{
  fakes::World world;
  world.log = "START RequestId: 1\n";
  fakes::Engine engine(world);
  fakes::Http http = emulator(sys::HttpResponse{200, "1"});
  const auto begin = std::chrono::steady_clock::now();
  const auto outcome = ask(engine, http);
  REQUIRE(outcome);
  CHECK(outcome->outcome.log == "START RequestId: 1\n");
  CHECK(std::chrono::steady_clock::now() - begin < 10s);
}

TEST_CASE("a function has the sandbox unless it is asked to have none")
{
  fakes::World world;
  fakes::Engine engine(world);
  fakes::Http http = emulator(sys::HttpResponse{200, "1"});
  invoke::Target asked = target();
  REQUIRE(ask(engine, http, asked));
  REQUIRE(world.started.back().sandbox);
  CHECK(world.started.back().sandbox->tmp_mb == 512);
  CHECK_FALSE(world.started.back().sandbox->tmp_in_memory);
  asked.isolation = invoke::Isolation::lambda_tmp_in_memory;
  REQUIRE(ask(engine, http, asked));
  CHECK(world.started.back().sandbox->tmp_in_memory);
  asked.isolation = invoke::Isolation::none;
  REQUIRE(ask(engine, http, asked));
  CHECK_FALSE(world.started.back().sandbox);
}

TEST_CASE(
    "the share of the processor follows the memory, the init has a whole vCPU, and cores are not invented")
{
  fakes::World world;
  world.log = "(rapid) INIT RTDONE(status: success)\nREPORT RequestId: 1\n";
  world.limits = {{"vcpus", "x", "x", ""}};
  fakes::Engine engine(world);
  fakes::Http http = emulator(sys::HttpResponse{200, "1"});
  invoke::Target asked = target();
  REQUIRE(ask(engine, http, asked));
  CHECK(world.started.back().sandbox->vcpus == 1);
  CHECK(world.vcpus == 0.2894);   // 512 of 1769 MB
  world.vcpus.reset();
  world.cores = 2;
  asked.memory_mb = 10240;
  const auto invoked = ask(engine, http, asked);
  REQUIRE(invoked);
  CHECK(world.started.back().sandbox->vcpus == 2);
  CHECK_FALSE(world.vcpus);
  CHECK(invoked->limits.at(0).asked == "5.789");
  CHECK(invoked->limits.at(0).why == "the engine's machine has 2 of them");
}

TEST_CASE("an image without an emulator is started by the one that is named")
{
  fakes::World world;
  world.state = {.running = false, .exit_code = 1};
  world.log = "KeyError: 'AWS_LAMBDA_RUNTIME_API'\n";
  fakes::Engine engine(world);
  fakes::Http http([&](const sys::HttpRequest&) -> fakes::Http::Answer {
    return world.started.size() < 2 ? fakes::refused() : fakes::Http::Answer(sys::HttpResponse{200, "1"});
  });
  invoke::Target asked = target();
  asked.emulator = "/opt/rie";
  REQUIRE(ask(engine, http, asked));
  REQUIRE(world.started.size() == 2);
  CHECK(world.started[0].emulator.empty());
  CHECK(world.started[1].emulator == "/opt/rie");
  CHECK(world.started[1].entrypoint == std::vector<std::string>{engine::k_emulator_path});
  CHECK(world.started[1].command == std::vector<std::string>{"app.handler"});
}
