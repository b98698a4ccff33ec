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

invoke::Request request()
{
  return {.image = "x:1", .handler = "app.handler", .event = "{\"a\": 1}", .memory_mb = 512, .timeout_s = 7};
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
  const auto outcome = invoke::invoke(engine, http, request());
  REQUIRE(outcome);
  CHECK(outcome->verdict == Verdict::ok);
  CHECK(outcome->answer == "{\"b\": 2}");
  CHECK(world.removed == 1);

  const engine::RunRequest& run = world.started.at(0);
  CHECK(run.image == "x:1");
  CHECK(run.command == std::vector<std::string>{"app.handler"});
  CHECK(run.memory_mb == 512);
  CHECK(run.environment.at("AWS_LAMBDA_FUNCTION_TIMEOUT") == "7");
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
    const auto outcome = invoke::invoke(engine, http, request());
    REQUIRE(outcome);
    if (outcome->verdict != Verdict::ok) {
      const Error error = invoke::to_error(*outcome);
      CHECK(error.code == "EL1010");
      CHECK(error.message == "the function left 600 MB of files, and Lambda's /tmp has 512 MB");
      CHECK(error.exit == ExitCode::check_failed);
    }
    return outcome->verdict;
  };
  constexpr unsigned long long mebibyte = 1ULL << 20U;
  CHECK(verdict(512 * mebibyte) == Verdict::ok);
  CHECK(verdict(600 * mebibyte) == Verdict::storage_exceeded);
  CHECK(verdict(std::nullopt) == Verdict::ok);   // an engine that does not tell
}

TEST_CASE("the image's own handler is used when none is named")
{
  fakes::World world;
  fakes::Engine engine(world);
  fakes::Http http = emulator(sys::HttpResponse{200, "1"});
  invoke::Request asked = request();
  asked.handler.clear();
  REQUIRE(invoke::invoke(engine, http, asked));
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
  REQUIRE(invoke::invoke(engine, http, request()));
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
    const auto outcome = invoke::invoke(engine, http, request());
    REQUIRE_FALSE(outcome);
    CHECK(outcome.error().code == "EL1008");
    CHECK(outcome.error().message == "the container ended (exit 142) before it answered");
    CHECK(outcome.error().tail ==
          std::vector<std::string>{"entrypoint requires the handler name to be the first argument"});
  }
  SECTION("because it has no emulator")
  {
    for (const std::string log :
         {"/lambda-entrypoint.sh: 12: exec: /usr/local/bin/aws-lambda-rie: not found\n",
          "KeyError: 'AWS_LAMBDA_RUNTIME_API'\n"}) {
      world.log = log;
      CHECK(invoke::invoke(engine, http, request()).error().code == "EL1009");
    }
  }
  SECTION("so early that it has no port any more")
  {
    world.port = fail({"EL0807", "the engine names no port", "", ExitCode::engine_unusable, {}});
    CHECK(invoke::invoke(engine, http, request()).error().code == "EL1008");
    CHECK(http.requests.empty());
  }
  CHECK(world.removed == static_cast<int>(world.started.size()));
}

TEST_CASE("a container without a port although it runs is the engine's fault")
{
  fakes::World world;
  world.port = fail({"EL0807", "the engine names no port", "", ExitCode::engine_unusable, {}});
  fakes::Engine engine(world);
  fakes::Http http = emulator(sys::HttpResponse{200, "1"});
  CHECK(invoke::invoke(engine, http, request()).error().code == "EL0807");
  CHECK(world.removed == 1);
}

TEST_CASE("no answer: the container's state tells why")
{
  fakes::World world;
  fakes::Engine engine(world);
  const auto verdict = [&](sys::HttpProblem problem, const std::string& words) {
    fakes::Http http = emulator(tl::unexpected(sys::HttpFailure{problem, "the connection dropped"}));
    const auto outcome = invoke::invoke(engine, http, request());
    REQUIRE(outcome);
    CHECK_THAT(outcome->error_message, Catch::Contains(words));
    CHECK(outcome->log == world.log);
    return outcome->verdict;
  };
  CHECK(verdict(sys::HttpProblem::dropped, "dropped") == Verdict::engine_error);
  CHECK(verdict(sys::HttpProblem::timed_out, "67 s") == Verdict::timeout);
  world.state = {.running = false, .exit_code = 2};
  CHECK(verdict(sys::HttpProblem::dropped, "exit 2") == Verdict::engine_error);
  world.state = {.running = false, .exit_code = 137, .out_of_memory = true};
  CHECK(verdict(sys::HttpProblem::dropped, "memory") == Verdict::crashed);
  CHECK(world.removed == 4);
}

TEST_CASE("a log that comes late is waited for, a log that stays incomplete is taken as it is")
{
  fakes::World world;
  world.log = "START RequestId: 1\n";
  fakes::Engine engine(world);
  fakes::Http http = emulator(sys::HttpResponse{200, "1"});
  const auto begin = std::chrono::steady_clock::now();
  const auto outcome = invoke::invoke(engine, http, request());
  REQUIRE(outcome);
  CHECK(outcome->log == "START RequestId: 1\n");
  CHECK(std::chrono::steady_clock::now() - begin < 10s);
}
