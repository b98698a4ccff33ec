// Many events on few containers.
#include "invoke/pool.hpp"

#include "fakes/engine.hpp"
#include "fakes/http.hpp"

#include <catch2/catch.hpp>

#include <map>

using namespace envlift;
using suite::Verdict;

namespace {

// Answers with the event; "die" drops the connection.
fakes::Http::Answer echo(const sys::HttpRequest& asked)
{
  if (asked.body == "die") {
    return tl::unexpected(sys::HttpFailure{sys::HttpProblem::dropped, "Server returned nothing"});
  }
  return sys::HttpResponse{asked.method == "GET" ? 404 : 200, asked.body};
}

invoke::Task task(const std::string& event, bool cold = false, const std::string& handler = "")
{
  return {{.image = "x:1", .handler = handler}, {event}, cold};
}

struct Run {
  fakes::World world;
  std::map<std::size_t, invoke::Outcome> outcomes;
  std::vector<std::size_t> order;
  invoke::PoolRun pool;

  explicit Run(const std::vector<invoke::Task>& tasks)
  {
    world.log = "(rapid) INVOKE RTDONE(status: success, duration: 1.0ms)\nREPORT RequestId: 1\n";
    fakes::Engine engine(world);
    fakes::Http http(&echo);
    pool = invoke::run_pool(engine, http, tasks, 1, [&](std::size_t number, const invoke::Outcome& outcome) {
      outcomes[number] = outcome;
      order.push_back(number);
    });
  }
};

}   // namespace

TEST_CASE("lines that are taken out of a log are not the function's")
{
  fakes::World world;
  world.log =
      "mine: 1\ntheirs\n(rapid) INVOKE RTDONE(status: success, duration: 1.0ms)\nREPORT RequestId: 1\n";
  fakes::Engine engine(world);
  fakes::Http http(&echo);
  std::string log;
  std::vector<std::string> taken;
  invoke::run_pool(
      engine, http, {task("1")}, 1, [&](std::size_t, const invoke::Outcome& outcome) { log = outcome.log; },
      invoke::Memory::ignored,
      [&](std::string_view line) {
        const bool is_mine = line.starts_with("mine: ");
        if (is_mine) {
          taken.emplace_back(line);
        }
        return is_mine;
      });
  CHECK(taken == std::vector<std::string>{"mine: 1"});
  CHECK(log.find("mine") == std::string::npos);
  CHECK(log.find("theirs") != std::string::npos);
}

TEST_CASE("a container stays warm for the next event")
{
  const Run run({task("1"), task("2")});
  CHECK(run.world.started.size() == 1);
  CHECK(run.world.removed == 1);
  CHECK(run.outcomes.at(1).answer == "2");
  CHECK(run.outcomes.at(0).cold);
  CHECK_FALSE(run.outcomes.at(1).cold);
  CHECK_FALSE(run.pool.ended);
}

TEST_CASE("an event that asks for a cold container has one of its own")
{
  const Run run({task("1"), task("2", true), task("3", true)});
  CHECK(run.world.started.size() == 3);
  CHECK(run.outcomes.at(2).cold);
}

TEST_CASE("events of one handler are asked one after the other, whatever stands between them")
{
  const Run run({task("1", false, "a.f"), task("2", false, "b.f"), task("3", false, "a.f")});
  CHECK(run.order == std::vector<std::size_t>{0, 2, 1});
  CHECK(run.world.started.size() == 2);
}

TEST_CASE("a container that died is replaced, and its event is told of once")
{
  const Run run({task("1"), task("die"), task("3")});
  CHECK(run.outcomes.at(1).verdict == Verdict::engine_error);
  CHECK(run.outcomes.at(2).answer == "3");
  CHECK(run.order.size() == 3);
  CHECK(run.world.started.size() == 2);
  CHECK(run.world.removed == 2);
}

TEST_CASE("an engine that is gone ends the run, an image that does not start ends its events only")
{
  fakes::World world;
  fakes::Engine engine(world);
  std::size_t done = 0;
  Verdict due = Verdict::engine_error;
  const auto count = [&](std::size_t, const invoke::Outcome& outcome) {
    ++done;
    CHECK(outcome.verdict == due);
    CHECK_FALSE(outcome.message.empty());
  };
  SECTION("the engine")
  {
    world.port =
        fail({"EL0802", "the docker daemon does not run any more", "", ExitCode::engine_unusable, {}});
    fakes::Http http(&echo);
    const invoke::PoolRun run = invoke::run_pool(engine, http, {task("1"), task("2")}, 1, count);
    REQUIRE(run.ended);
    CHECK(run.ended->code == "EL0802");
    CHECK(done == 1);
  }
  SECTION("the image")
  {
    due = Verdict::init_error;
    world.state->running = false;
    world.port = fail({"EL0807", "no port", "", ExitCode::engine_unusable, {}});
    fakes::Http http(&echo);
    const invoke::PoolRun run = invoke::run_pool(engine, http, {task("1"), task("2")}, 1, count);
    CHECK_FALSE(run.ended);
    CHECK(done == 2);
  }
  CHECK(world.removed == static_cast<int>(world.started.size()));
}

TEST_CASE("the memory of every container is asked for before it goes, where it is wanted")
{
  fakes::World world;
  world.log = "(rapid) INVOKE RTDONE(status: success, duration: 1.0ms)\nREPORT RequestId: 1\n";
  world.memory.peak_bytes = 87'000'000;
  fakes::Engine engine(world);
  fakes::Http http(&echo);
  double waited_ms = -1;
  const auto note = [&](std::size_t, const invoke::Outcome& outcome) { waited_ms = outcome.waited_ms; };
  const std::vector<invoke::Task> tasks = {task("1"), task("2", true)};
  CHECK(invoke::run_pool(engine, http, tasks, 1, note, invoke::Memory::asked).peak_bytes == 87'000'000ULL);
  CHECK(waited_ms >= 0);
  CHECK_FALSE(invoke::run_pool(engine, http, tasks, 1, note).peak_bytes);
  world.memory.peak_bytes.reset();
  CHECK_FALSE(invoke::run_pool(engine, http, tasks, 1, note, invoke::Memory::asked).peak_bytes);
}
