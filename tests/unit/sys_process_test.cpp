// Real children: what a fake could only claim.
#include "sys/files.hpp"
#include "sys/process.hpp"

#include <chrono>
#include <thread>

#include <catch2/catch.hpp>

using namespace envlift;
using namespace std::chrono_literals;

namespace {

sys::ProcessResult shell(const std::string& script, std::chrono::milliseconds limit = 20s)
{
  sys::Command command;
  command.argv = {"/bin/sh", "-c", script};
  command.timeout = limit;
  return sys::real_processes().run(command);
}

}  // namespace

TEST_CASE("exit code, stdout and stderr are told apart", "[sys]")
{
  const auto result = shell("echo out; echo err >&2; exit 3");
  CHECK(result.out == "out\n");
  CHECK(result.err == "err\n");
  REQUIRE(std::holds_alternative<sys::Exited>(result.outcome));
  CHECK(std::get<sys::Exited>(result.outcome).code == 3);
}

TEST_CASE("death by a signal is no exit code", "[sys]")
{
  const auto result = shell("kill -INT $$");
  REQUIRE(std::holds_alternative<sys::Signalled>(result.outcome));
  CHECK(std::get<sys::Signalled>(result.outcome).signal == 2);
}

TEST_CASE("a program that is not there is told before any fork", "[sys]")
{
  sys::Command command;
  command.argv = {"/no/such/program"};
  CHECK(std::holds_alternative<sys::NotFound>(sys::real_processes().run(command).outcome));
  command.argv = {"envlift-no-such-program"};
  CHECK(std::holds_alternative<sys::NotFound>(sys::real_processes().run(command).outcome));
}

TEST_CASE("a timeout ends the whole group, and soon", "[sys]")
{
  const auto begin = std::chrono::steady_clock::now();
  const auto result = shell("sleep 77.7 & sleep 77.7; wait", 300ms);
  CHECK(std::holds_alternative<sys::TimedOut>(result.outcome));
  CHECK(std::chrono::steady_clock::now() - begin < 10s);   // a guard: the sleeps would take 78 s
  CHECK(shell("pgrep -f '^sleep 77[.]7$'").out.empty());
}

TEST_CASE("a child that ignores SIGTERM is killed", "[sys]")
{
  const auto result = shell("trap '' TERM; sleep 55.5 & wait; sleep 55.5", 200ms);
  CHECK(std::holds_alternative<sys::TimedOut>(result.outcome));
  CHECK(shell("pgrep -f '^sleep 55[.]5$'").out.empty());
}

TEST_CASE("a grandchild that holds the pipe does not hold us", "[sys]")
{
  const auto begin = std::chrono::steady_clock::now();
  const auto result = shell("setsid sleep 8 & echo done");
  CHECK(result.out == "done\n");
  CHECK(std::chrono::steady_clock::now() - begin < 6s);
}

TEST_CASE("floods on both streams neither hang nor grow", "[sys]")
{
  sys::Command command;
  command.argv = {"/bin/sh", "-c", "head -c 30000000 /dev/zero >&2 & head -c 30000000 /dev/zero; wait"};
  command.keep_bytes = 1000;
  const auto result = sys::real_processes().run(command);
  CHECK(result.out.size() == 1000);
  CHECK(result.err.size() == 1000);
}

TEST_CASE("lines end at newline and carriage return", "[sys]")
{
  std::vector<std::string> lines;
  sys::Command command;
  command.argv = {"/bin/sh", "-c", "printf 'one\\rtwo\\r\\nthree\\n\\377four'"};
  command.on_line = [&](sys::Stream, std::string_view line) { lines.emplace_back(line); };
  sys::real_processes().run(command);
  CHECK(lines == std::vector<std::string>{"one", "two", "three", "\xFF" "four"});
}

TEST_CASE("stdin and variables reach the child", "[sys]")
{
  sys::Command command;
  command.argv = {"/bin/sh", "-c", "cat; printf %s \"$ENVLIFT_GIVEN\""};
  command.input = std::string(300'000, 'x');
  command.environment = {{"ENVLIFT_GIVEN", "a value"}};
  const auto result = sys::real_processes().run(command);
  CHECK(result.out == command.input + "a value");
  command.input.clear();
  CHECK(sys::real_processes().run(command).out == "a value");
}
