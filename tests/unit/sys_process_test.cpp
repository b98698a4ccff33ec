// The real door to child processes, against small shell programs.
#include "sys/process.hpp"

#include "base/text.hpp"
#include "fakes/child.hpp"
#include "sys/cleanup.hpp"
#include "sys/files.hpp"
#include "sys/signals.hpp"

#include <catch2/catch.hpp>

#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <set>
#include <thread>
#include <vector>

using namespace envlift;
using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

namespace {

sys::Command shell(const std::string& script)
{
  sys::Command command;
  command.argv = {"sh", "-c", script};
  return command;
}

sys::ProcessResult run(const sys::Command& command)
{
  return sys::real_processes().run(command);
}

int exit_code(const sys::ProcessResult& result)
{
  return std::get<sys::Exited>(result.outcome).code;
}

// Whether the process ends, or is gone, within two seconds.
bool is_gone(int pid)
{
  for (int round = 0; round < 100; ++round) {
    // A killed grandchild without a parent that reaps it stays as a zombie: it does nothing any more.
    std::ifstream status("/proc/" + std::to_string(pid) + "/stat");
    std::string number;
    std::string name;
    std::string state;
    if (!(status >> number >> name >> state) || state == "Z") {
      return true;
    }
    std::this_thread::sleep_for(20ms);
  }
  return false;
}

}  // namespace

TEST_CASE("a child's exit code and streams are told apart")
{
  const auto result = run(shell("echo out; echo err >&2; exit 3"));
  CHECK(exit_code(result) == 3);
  CHECK(result.out == "out\n");
  CHECK(result.err == "err\n");
  CHECK_FALSE(result.succeeded());
  CHECK(run(shell("true")).succeeded());
}

TEST_CASE("death by a signal is no exit code")
{
  const auto result = run(shell("kill -9 $$"));
  CHECK(std::get<sys::Signalled>(result.outcome).signal == SIGKILL);
  CHECK_FALSE(result.succeeded());
}

TEST_CASE("a program that cannot be started is NotFound, and leaves nothing behind")
{
  const auto folder = sys::TemporaryFolder::make();
  const std::string text_file = folder->path() + "/text";
  REQUIRE(
      sys::write_file(text_file, "no program\n", true));   // executable, and no format that the kernel knows
  REQUIRE(sys::write_file(folder->path() + "/plain", "no program\n"));
  static const std::string mark = folder->path() + "/atexit";
  std::atexit([] { std::ofstream{mark}; });
  for (const std::string& program : {std::string("no-such-program-here"), std::string("/no/such/program"),
                                     folder->path(), folder->path() + "/plain", text_file}) {
    sys::Command command;
    command.argv = {program};
    INFO(program);
    CHECK(std::holds_alternative<sys::NotFound>(run(command).outcome));
  }
  CHECK_FALSE(sys::exists(mark));   // our exit handlers must not run in the child of a failed start
  CHECK(::waitpid(-1, nullptr, WNOHANG) == -1);   // no zombie
}

TEST_CASE("stdin is the given bytes, or nothing")
{
  sys::Command command = shell("cat");
  CHECK(run(command).out.empty());
  command.input = std::string(3U << 20U, 'x') + "end";
  CHECK(run(command).out == command.input);
}

TEST_CASE("variables are added to ours")
{
  sys::Command command = shell("echo $FIRST-$PATH");
  command.environment = {{"FIRST", "1 2"}};
  CHECK(run(command).out == "1 2-" + std::string(std::getenv("PATH")) + "\n");
}

TEST_CASE("both streams may flood at once; the end of each is kept")
{
  sys::Command command = shell("seq 1 300000 & seq 1 300000 >&2; wait; echo last; echo last >&2");
  command.keep_bytes = 1000;
  const auto result = run(command);
  CHECK(result.out.size() == 1000);
  CHECK(result.out.ends_with("300000\nlast\n"));
  CHECK(result.err.size() == 1000);
  CHECK(result.err.ends_with("300000\nlast\n"));
}

TEST_CASE("joined streams keep the order of writing")
{
  sys::Command command = shell("echo 1; echo 2 >&2; echo 3");
  command.joins_streams = true;
  const auto result = run(command);
  CHECK(result.out == "1\n2\n3\n");
  CHECK(result.err.empty());
}

TEST_CASE("lines end with newline or carriage return, or with the stream")
{
  std::vector<std::string> lines;
  sys::Command command = shell(R"(printf 'one\rtwo\r\n\n\377three')");
  command.on_line = [&](sys::Stream, std::string_view line) { lines.emplace_back(line); };
  run(command);
  CHECK(lines == std::vector<std::string>{"one", "two", "\377three"});
}

TEST_CASE("a line without end comes in pieces and loses nothing")
{
  std::size_t bytes = 0;
  std::size_t longest = 0;
  sys::Command command = shell("head -c 5000000 /dev/zero");
  command.on_line = [&](sys::Stream, std::string_view line) {
    bytes += line.size();
    longest = std::max(longest, line.size());
  };
  run(command);
  CHECK(bytes == 5000000);
  CHECK(longest <= 1U << 20U);
}

TEST_CASE("a time limit ends the whole group, even one that ignores SIGTERM")
{
  const auto begin = Clock::now();
  sys::Command command = shell("trap '' TERM; sleep 60 & echo $!; wait; sleep 60");
  command.timeout = 200ms;
  const auto result = run(command);
  CHECK(std::holds_alternative<sys::TimedOut>(result.outcome));
  CHECK(Clock::now() - begin < 10s);
  CHECK(is_gone(std::stoi(result.out)));
}

TEST_CASE("a grandchild that holds the pipes does not hold us")
{
  const auto begin = Clock::now();
  const auto result = run(shell("sleep 60 & echo $!"));
  CHECK(exit_code(result) == 0);
  CHECK(Clock::now() - begin < 10s);
  ::kill(std::stoi(result.out), SIGKILL);
}

TEST_CASE("a child dies with envlift")
{
  const auto folder = sys::TemporaryFolder::make();
  const std::string file = folder->path() + "/pid";
  const int status = fakes::in_child([&] {
    run(shell("echo $$ > " + file + "; kill -9 $PPID; sleep 60"));
    return 0;
  });
  CHECK(status == 128 + SIGKILL);
  CHECK(is_gone(std::stoi(*sys::read_file(file, 100))));
}

TEST_CASE("an interrupt is handed on and reported; cleaning up goes on after it")
{
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
    const auto folder = sys::TemporaryFolder::make();
    const std::string file = folder->path() + "/heard";
    const int status = fakes::in_child([&] {
      sys::install_signal_handlers();
      const std::string number = std::to_string(signal);
      const auto result = run(shell("trap 'echo " + number + " > " + file + "; exit 1' " + number +
                                    "; kill -" + number + " $PPID; while :; do sleep 0.05; done"));
      const auto* interrupted = std::get_if<sys::Interrupted>(&result.outcome);
      sys::Command cleanup = shell("sleep 0.2; echo done");
      cleanup.outlives_interrupt = true;
      const bool cleaned = run(cleanup).out == "done\n";
      const bool refused = std::holds_alternative<sys::Interrupted>(run(shell("sleep 60")).outcome);
      sys::Command last_words = shell("sleep 0.2; echo said; sleep 60");
      last_words.interrupt_grace = std::chrono::milliseconds(600);
      const auto heard = run(last_words);
      const bool graced = heard.out == "said\n" && std::holds_alternative<sys::Interrupted>(heard.outcome);
      return interrupted != nullptr && interrupted->signal == signal && cleaned && refused && graced ? 42 : 1;
    });
    CHECK(status == 42);
    CHECK(*sys::read_file(file, 100) == std::to_string(signal) + "\n");
  }
}

TEST_CASE("the third signal ends envlift at once and undoes what is left")
{
  const auto outer = sys::TemporaryFolder::make();
  const std::string folder = outer->path() + "/remembered";
  const std::string mark = outer->path() + "/undone";
  const std::string file = outer->path() + "/pid";
  const std::string kept = outer->path() + "/kept";
  REQUIRE(sys::make_folders(folder + "/below"));
  REQUIRE(sys::make_folders(kept));
  const int status = fakes::in_child([&] {
    sys::install_signal_handlers();
    sys::forget_folder(outer->path());   // the test's own
    sys::remember_folder(folder);
    sys::remember_folder(kept);
    sys::forget_folder(kept);
    sys::remember_command({"/bin/touch", mark});
    run(shell("trap '' TERM; sleep 60 & echo $! > " + file +
              "; kill $PPID; sleep 0.1; kill $PPID; sleep 0.1; "
              "kill $PPID; sleep 60"));
    return 0;
  });
  CHECK(status == 128 + SIGTERM);
  for (int round = 0; round < 100 && (sys::exists(folder) || !sys::exists(mark)); ++round) {
    std::this_thread::sleep_for(20ms);
  }
  CHECK_FALSE(sys::exists(folder));
  CHECK(sys::exists(mark));
  CHECK(sys::exists(kept));
  CHECK(is_gone(std::stoi(*sys::read_file(file, 100))));
}

TEST_CASE("ENVLIFT_RECORD writes numbered transcripts without secrets")
{
  const auto folder = sys::TemporaryFolder::make();
  const std::string records = folder->path() + "/records";
  const auto record = [&] {
    ::setenv("ENVLIFT_RECORD", records.c_str(), 1);
    sys::processes().run(shell("echo https://me:secret@host/x; echo two >&2; exit 4"));
    return 0;
  };
  fakes::in_child(record);
  fakes::in_child(record);
  CHECK(sys::list_names(records) == std::vector<std::string>{"001.json", "002.json"});
  const std::string text = *sys::read_file(records + "/001.json", 10000);
  CHECK(text.find("secret") == std::string::npos);
  CHECK(text.find(R"("exit": 4, "stdout": "https://****@host/x\u000a", "stderr": "two\u000a")") !=
        std::string::npos);
}

TEST_CASE("programs are found on PATH in order")
{
  const auto folder = sys::TemporaryFolder::make();
  for (const std::string name : {"a", "b", "c"}) {
    REQUIRE(sys::make_folders(folder->path() + "/" + name));
  }
  REQUIRE(sys::write_file(folder->path() + "/a/tool", "", true));
  REQUIRE(sys::write_file(folder->path() + "/b/tool", ""));   // not executable
  REQUIRE(sys::write_file(folder->path() + "/c/tool", "", true));
  const std::string old = std::getenv("PATH");
  const std::string& root = folder->path();
  ::setenv("PATH", (root + "/c:" + root + "/b:" + root + "/none:" + root + "/a").c_str(), 1);
  const auto found = sys::programs_named("tool");
  ::setenv("PATH", old.c_str(), 1);
  CHECK(found == std::vector<std::string>{root + "/c/tool", root + "/a/tool"});
}

TEST_CASE("children that are started at the same time inherit nothing of each other's")
{
  constexpr int k_threads = 8;
  constexpr int k_rounds = 25;
  std::atomic<int> strangers = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < k_threads; ++i) {
    threads.emplace_back([&] {
      for (int round = 0; round < k_rounds; ++round) {
        const sys::ProcessResult result = run(shell("readlink /proc/$$/fd/*"));
        std::set<std::string_view> pipes;
        for (const std::string_view line : text::lines(result.out)) {
          if (line.starts_with("pipe:")) {
            pipes.insert(line);
          }
        }
        strangers += pipes.size() == 2 ? 0 : 1;   // its stdout and its stderr
      }
    });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
  CHECK(strangers == 0);
}
