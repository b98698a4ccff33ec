// The loopback proxy, in a process of its own that a signal ends.
#include "invoke/invoke.hpp"

#include "fakes/engine.hpp"
#include "fakes/http.hpp"
#include "fakes/talk.hpp"
#include "sys/signals.hpp"

#include <catch2/catch.hpp>

#include <chrono>
#include <csignal>
#include <fstream>
#include <sstream>
#include <thread>

#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace envlift;
using namespace std::chrono_literals;

namespace {

// Of this process, so that two runs of the tests at once do not meet.
const int k_port = 20000 + ::getpid() % 20000;
const std::string k_base = "http://127.0.0.1:" + std::to_string(k_port);
const std::string k_path = "/2015-03-31/functions/function/invocations";

// Answers with the event itself; the event "die" ends the container.
fakes::Http::Answer echo(const sys::HttpRequest& request)
{
  if (request.method == "GET") {
    return sys::HttpResponse{404, ""};
  }
  if (request.body == "die") {
    return tl::unexpected(sys::HttpFailure{sys::HttpProblem::dropped, "Server returned nothing"});
  }
  return sys::HttpResponse{request.body == "fail" ? 502 : 200, request.body};
}

// Serves until the signal; the exit code counts containers: 10 * started + removed.
int serve()
{
  sys::install_signal_handlers();
  fakes::World world;
  fakes::Engine engine(world);
  fakes::Http http(&echo);
  fakes::Talk talk;
  const auto served = invoke::serve(engine, http, {.image = "x:1"}, k_port, talk);
  return served ? 10 * static_cast<int>(world.started.size()) + world.removed : 1;
}

class Server {
public:
  Server() : child_(::fork())
  {
    if (child_ == 0) {
      ::prctl(PR_SET_PDEATHSIG, SIGKILL);   // a test that crashes leaves no server
      ::_exit(serve());
    }
    for (int round = 0; round < 200 && !get("/"); ++round) {
      std::this_thread::sleep_for(20ms);
    }
  }
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;
  ~Server()
  {
    if (child_ > 0) {
      ::kill(child_, SIGKILL);
      ::waitpid(child_, nullptr, 0);
    }
  }

  static fakes::Http::Answer get(const std::string& path)
  {
    sys::HttpRequest request;
    request.url = k_base + path;
    return sys::http().send(request);
  }
  static fakes::Http::Answer post(const std::string& body, const std::string& path = k_path)
  {
    sys::HttpRequest request;
    request.method = "POST";
    request.url = k_base + path;
    request.body = body;
    return sys::http().send(request);
  }

  int end()
  {
    ::kill(child_, SIGINT);
    int status = 0;
    ::waitpid(child_, &status, 0);
    child_ = -1;
    return WEXITSTATUS(status);
  }

  pid_t child() const { return child_; }

private:
  pid_t child_;
};

// Seconds of a processor that the process has taken.
double processor_seconds(pid_t process)
{
  std::ifstream file("/proc/" + std::to_string(process) + "/stat");
  std::string text;
  std::getline(file, text);
  std::istringstream fields(text.substr(text.find_last_of(')') + 1));
  std::string skipped;
  for (int i = 0; i < 11; ++i) {
    fields >> skipped;
  }
  long user = 0;
  long kernel = 0;
  fields >> user >> kernel;
  return static_cast<double>(user + kernel) / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

}  // namespace

TEST_CASE("events go through byte for byte, and nothing else does")
{
  Server server;
  const std::string event = "{\"a\": \"\xc3\xa9\"}" + std::string(1, '\0') + "\xff";
  CHECK(Server::post(event)->body == event);
  CHECK(Server::post("fail")->status == 502);
  CHECK(Server::post("")->status == 200);
  CHECK(Server::get(k_path)->status == 404);
  CHECK(Server::get("/favicon.ico")->status == 404);
  CHECK(Server::post("x", "/other")->status == 404);
  CHECK(server.end() == 11);
}

TEST_CASE("a container that died is replaced at the next event")
{
  Server server;
  const auto died = Server::post("die");
  REQUIRE(died);
  CHECK(died->status == 502);
  CHECK(died->body.find("returned nothing") != std::string::npos);
  CHECK(Server::post("again")->body == "again");
  CHECK(server.end() == 22);
}

TEST_CASE("without descriptors the server waits, and goes on when there are some")
{
  Server server;
  rlimit before{};
  const double begin = processor_seconds(server.child());
  REQUIRE(::prlimit(server.child(), RLIMIT_NOFILE, nullptr, &before) == 0);
  const rlimit lowered{1, before.rlim_max};
  REQUIRE(::prlimit(server.child(), RLIMIT_NOFILE, &lowered, nullptr) == 0);
  sys::HttpRequest request;
  request.url = k_base + "/";
  request.timeout = 1s;
  CHECK_FALSE(sys::http().send(request));   // accepted by nobody
  REQUIRE(::prlimit(server.child(), RLIMIT_NOFILE, &before, nullptr) == 0);
  CHECK(processor_seconds(server.child()) - begin < 0.2);
  CHECK(Server::post("again")->body == "again");
  CHECK(server.end() == 11);
}

TEST_CASE("a port that is taken is an error of its own")
{
  Server server;
  fakes::World world;
  fakes::Engine engine(world);
  fakes::Http http(&echo);
  fakes::Talk talk;
  const auto served = invoke::serve(engine, http, {.image = "x:1"}, k_port, talk);
  REQUIRE_FALSE(served);
  CHECK(served.error().code == "EL0808");
  CHECK(served.error().message.find(std::to_string(k_port)) != std::string::npos);
  CHECK(world.started.empty());   // no container for a server that cannot listen
}
