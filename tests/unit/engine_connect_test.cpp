// Which docker client is taken, and what is said when none can be.
#include "engine/engine.hpp"

#include "fakes/processes.hpp"
#include "sys/files.hpp"

#include <catch2/catch.hpp>

#include <cstdlib>

#include <unistd.h>

using namespace envlift;
using namespace std::chrono_literals;
using Lines = std::vector<std::string>;

namespace {

const std::string k_old =
    R"({"Client":{"Version":"20.10.24+dfsg1"},"Server":{"Version":"20.10.24","Arch":"amd64"}})";
const std::string k_new = R"({"Client":{"Version":"28.2.2"},"Server":{"Version":"20.10.24","Arch":"arm64"}})";
const std::string k_podman = R"({"Client":{"Version":"4.3.1"},"Server":null})";
const std::string k_down = R"({"Client":{"Version":"20.10.24"},"Server":null})";
constexpr const char* k_down_words =
    "Cannot connect to the Docker daemon at unix:///x. Is the docker daemon running?\n";

// A PATH whose folders a, b and c hold docker clients.
class Path {
public:
  explicit Path(const Lines& folders)
  {
    std::string path;
    for (const std::string& name : folders) {
      path += (path.empty() ? "" : ":") + folder(name);
      REQUIRE(sys::make_folders(folder(name)));
      REQUIRE(sys::write_file(client(name), "", true));
    }
    ::setenv("PATH", path.c_str(), 1);
  }
  Path(const Path&) = delete;
  Path& operator=(const Path&) = delete;
  ~Path() { ::setenv("PATH", old_.c_str(), 1); }

  std::string folder(const std::string& name) const { return root_->path() + "/" + name; }
  std::string client(const std::string& name) const { return folder(name) + "/docker"; }

private:
  std::string old_ = std::getenv("PATH");
  Result<sys::TemporaryFolder> root_ = sys::TemporaryFolder::make();
};

Error error_of(fakes::Processes& processes, const std::string& wanted = "")
{
  const auto engine = engine::connect(processes, wanted);
  REQUIRE_FALSE(engine);
  CHECK_FALSE(engine.error().hint.empty());
  return engine.error();
}

}  // namespace

TEST_CASE("an old client builds without buildx")
{
  const Path path({"a"});
  fakes::Processes processes;
  processes.answer("version", 0, k_old);
  const auto engine = engine::connect(processes, "");
  REQUIRE(engine);
  const engine::ProbeFacts& facts = (*engine)->facts();
  CHECK(facts.client == path.client("a"));
  CHECK(facts.client_version == "20.10.24+dfsg1");
  CHECK(facts.server_version == "20.10.24");
  CHECK(facts.arch == "x86_64");
  CHECK(facts.passed_over.empty());
  CHECK(processes.commands.at(0).timeout == 10s);
}

TEST_CASE("a new client needs buildx")
{
  const Path path({"a"});
  fakes::Processes processes;
  processes.answer("version", 0, k_new);
  processes.answer("buildx version", 0, "github.com/docker/buildx v0.10.4\n");
  const auto engine = engine::connect(processes, "");
  REQUIRE(engine);
  CHECK((*engine)->facts().arch == "arm64");
}

TEST_CASE("clients that cannot build are passed over, with the reason")
{
  const Path path({"a", "b", "c"});
  fakes::Processes processes;
  processes.answer(path.client("a") + " version", 0, k_new);
  processes.answer(path.client("a") + " buildx", 1, "", "docker: unknown command: docker buildx\n");
  processes.answer(path.client("b") + " version", 0, k_podman);
  processes.answer(path.client("c") + " version", 0, k_old);
  const auto engine = engine::connect(processes, "");
  REQUIRE(engine);
  CHECK((*engine)->facts().client == path.client("c"));
  CHECK((*engine)->facts().passed_over ==
        Lines{path.client("a") + " 28.2.2: it cannot do BuildKit without the buildx plug-in",
              path.client("b") + " 4.3.1: it names no docker daemon"});
}

TEST_CASE("what runs an image needs no BuildKit")
{
  const Path path({"a"});
  fakes::Processes processes;
  processes.answer("version", 0, k_new);
  const auto engine = engine::connect(processes, "", engine::Need::run);
  REQUIRE(engine);
  CHECK((*engine)->facts().passed_over.empty());
  CHECK_FALSE(processes.ran("buildx"));
}

TEST_CASE("what names no docker daemon runs no image either")
{
  const Path path({"a"});
  fakes::Processes processes;
  processes.answer("version", 0, k_podman);
  const auto engine = engine::connect(processes, "", engine::Need::run);
  REQUIRE_FALSE(engine);
  CHECK(engine.error().code == "EL0801");
  CHECK(engine.error().message.find("it names no docker daemon") != std::string::npos);
}

TEST_CASE("a folder that links to another one shows its client once")
{
  const Path path({"a"});
  sys::TemporaryFolder folder = *sys::TemporaryFolder::make();
  REQUIRE(::symlink(path.folder("a").c_str(), (folder.path() + "/link").c_str()) == 0);
  ::setenv("PATH", (path.folder("a") + ":" + folder.path() + "/link").c_str(), 1);
  fakes::Processes processes;
  processes.answer("version", 0, k_new);
  processes.answer("buildx", 1);
  CHECK(error_of(processes).code == "EL0804");
  CHECK(processes.commands.size() == 2);
}

TEST_CASE("the next client is tried when the first one hangs or reaches no daemon")
{
  const Path path({"a", "b", "c"});
  fakes::Processes processes;
  processes.outcome(path.client("a") + " version", sys::TimedOut{});
  processes.answer(path.client("b") + " version", 1, k_down, k_down_words);
  processes.answer(path.client("c") + " version", 0, k_old);
  const auto engine = engine::connect(processes, "");
  REQUIRE(engine);
  CHECK((*engine)->facts().client == path.client("c"));
}

TEST_CASE("what keeps us from an engine has its own code")
{
  fakes::Processes processes;
  SECTION("no client")
  {
    const Path path({});
    CHECK(error_of(processes).code == "EL0801");
    CHECK(error_of(processes, "dockre").message.find("dockre") != std::string::npos);
  }
  SECTION("the daemon is down")
  {
    const Path path({"a"});
    processes.answer("version", 1, k_down, k_down_words);
    CHECK(error_of(processes).code == "EL0802");
  }
  SECTION("no permission")
  {
    const Path path({"a"});
    processes.answer("version", 1, k_down,
                     "permission denied while trying to connect to the Docker daemon socket\n");
    CHECK(error_of(processes).code == "EL0803");
  }
  SECTION("only clients that cannot build")
  {
    const Path path({"a"});
    processes.answer("version", 0, k_new);
    processes.answer("buildx", 1);
    const Error error = error_of(processes);
    CHECK(error.code == "EL0804");
    CHECK(error.message.find(path.client("a")) != std::string::npos);
  }
  SECTION("it hangs")
  {
    const Path path({"a"});
    processes.outcome("version", sys::TimedOut{});
    const Error error = error_of(processes);
    CHECK(error.code == "EL0810");
    CHECK(error.message == "`docker version` did not answer within 10 s");
  }
  CHECK(processes.commands.size() <= 2);
}

TEST_CASE("a client that is named is the only one that is asked")
{
  const Path path({"a", "b"});
  fakes::Processes processes;
  processes.answer(path.client("b") + " version", 0, k_old);
  REQUIRE(engine::connect(processes, path.client("b")));
  CHECK(processes.commands.size() == 1);
  processes.outcome("/no/docker version", sys::NotFound{"/no/docker"});
  CHECK(error_of(processes, "/no/docker").code == "EL0801");
}

TEST_CASE("an interrupt ends the search")
{
  const Path path({"a", "b"});
  fakes::Processes processes;
  processes.outcome("version", sys::Interrupted{2});
  const auto engine = engine::connect(processes, "");
  REQUIRE_FALSE(engine);
  CHECK(engine.error().exit == ExitCode::interrupted);
  CHECK(processes.commands.size() == 1);
}

TEST_CASE("a client whose answer is no JSON is passed over")
{
  const Path path({"a"});
  fakes::Processes processes;
  processes.answer("version", 0, "Emulate Docker CLI using podman.\n");
  CHECK(error_of(processes).code == "EL0804");
}
