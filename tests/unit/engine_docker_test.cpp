// The docker command lines, and what their answers mean.
#include "engine/docker.hpp"

#include "fakes/processes.hpp"
#include "fakes/talk.hpp"
#include "sys/files.hpp"

#include <catch2/catch.hpp>

using namespace envlift;
using Lines = std::vector<std::string>;

namespace {

const std::string k_image = R"([{"Id": "sha256:abc", "Size": 123456789012, "Architecture": "arm64",
  "Config": {"Entrypoint": ["/lambda-entrypoint.sh"], "Cmd": ["app.handler"]}}])";

engine::ProbeFacts facts()
{
  engine::ProbeFacts facts;
  facts.client = "/usr/bin/docker";
  return facts;
}

struct Docker {
  fakes::Processes processes;
  fakes::Talk talk;
  engine::DockerEngine engine{processes, facts()};
};

engine::RunRequest container_of(const std::string& image)
{
  engine::RunRequest request;
  request.image = image;
  return request;
}

engine::BuildRequest request()
{
  return {.folder = "/tmp/context", .arguments = {"--tag", "x:1"}, .tag = "x:1"};
}

}  // namespace

TEST_CASE("a build is BuildKit's, without attestations, labelled, and inspected at its end")
{
  Docker docker;
  docker.processes.answer("build", 0, "#7 [3/3] RUN [\"x\"]\n#7 0.1 working\n#7 DONE 1s\n");
  docker.processes.answer("image inspect x:1", 0, k_image);
  const auto image = docker.engine.build(request(), docker.talk);
  REQUIRE(image);
  CHECK(image->id == "sha256:abc");
  CHECK(image->tag == "x:1");
  const sys::Command& build = docker.processes.commands.at(0);
  CHECK(build.argv == Lines{"/usr/bin/docker", "build", "--progress", "plain", "--label", "envlift", "--tag",
                            "x:1", "/tmp/context"});
  CHECK(build.environment == std::map<std::string, std::string>{{"BUILDX_NO_DEFAULT_ATTESTATIONS", "1"},
                                                                {"DOCKER_BUILDKIT", "1"}});
  CHECK_FALSE(build.timeout);
  CHECK(docker.talk.said == Lines{"begin: [3/3] RUN [\"x\"]", "move: working", "end: done"});
}

TEST_CASE("a failed build ends its step and names the cause with the last lines")
{
  Docker docker;
  docker.processes.answer(
      "build", 1, "",
      "#7 [3/3] RUN [\"x\"]\n#7 0.1 ERROR: No matching distribution found for x\n#7 ERROR: exit code: 1\n"
      "executor failed running [x]: exit code: 1\n");
  const auto image = docker.engine.build(request(), docker.talk);
  REQUIRE_FALSE(image);
  CHECK(image.error().code == "EL0908");
  CHECK(image.error().exit == ExitCode::build_failed);
  CHECK(image.error().tail ==
        Lines{"ERROR: No matching distribution found for x", "executor failed running [x]: exit code: 1"});
  CHECK(docker.talk.said.back() == "end: failed");
}

TEST_CASE("a build that was ended from outside says so")
{
  Docker docker;
  docker.processes.outcome("build", sys::Signalled{9}, "#7 [3/3] RUN [\"x\"]\n#7 0.1 working\n");
  const auto killed = docker.engine.build(request(), docker.talk);
  REQUIRE_FALSE(killed);
  CHECK(killed.error().message == "`docker build` was ended by signal 9");
  CHECK(killed.error().tail == Lines{"working"});
  CHECK(docker.talk.said.back() == "end: failed");

  Docker interrupted;
  interrupted.processes.outcome("build", sys::Interrupted{2});
  CHECK(interrupted.engine.build(request(), interrupted.talk).error().exit == ExitCode::interrupted);
}

TEST_CASE("an image as the engine describes it")
{
  Docker docker;
  docker.processes.answer("image inspect x:1", 0, k_image);
  const auto image = docker.engine.inspect("x:1");
  REQUIRE(image);
  CHECK(image->size_bytes == 123456789012ULL);
  CHECK(image->arch == "arm64");
  CHECK(image->entrypoint == Lines{"/lambda-entrypoint.sh"});
  CHECK(image->cmd == Lines{"app.handler"});
}

TEST_CASE("an image without a configuration, no image, no JSON")
{
  Docker docker;
  docker.processes.answer("image inspect bare", 0,
                          R"([{"Id": "sha256:abc", "Config": {"Entrypoint": null, "Cmd": null}}])");
  docker.processes.answer("image inspect absent", 1, "[]\n", "Error: No such image: absent\n");
  docker.processes.answer("image inspect UPPER", 1, "[]\n",
                          "Error response from daemon: no such image: UPPER: invalid reference format\n");
  for (const std::string odd : {"", "null", "[]", "[1]", "{\"a\": 1}"}) {
    docker.processes.answer("image inspect odd" + odd, 0, odd);
    const auto image = docker.engine.inspect("odd" + odd);
    REQUIRE_FALSE(image);
    CHECK(image.error().code == "EL0807");
  }
  CHECK(docker.engine.inspect("bare")->entrypoint.empty());
  CHECK(docker.engine.inspect("absent").error().code == "EL0806");
  CHECK(docker.engine.inspect("absent").error().exit == ExitCode::input_error);
  CHECK(docker.engine.inspect("UPPER").error().code == "EL0813");
}

TEST_CASE("what an image adds to its base: its newest layers")
{
  Docker docker;
  docker.processes.answer("history", 0, "0\n5\n70\n900\n11000\n");
  CHECK(docker.engine.added_bytes("x", 3) == 975ULL);
}

TEST_CASE("an engine that tells no history is no reason to say 0 bytes")
{
  Docker docker;
  docker.processes.answer("history", 1, "", "Error response from daemon: no such layer\n");
  CHECK_FALSE(docker.engine.added_bytes("x", 3));
}

TEST_CASE("a container's log is followed until the container is gone")
{
  Docker docker;
  docker.processes.answer("run", 0, "c0ffee\n");
  docker.processes.answer("logs --follow c0ffee", 0, "one\n", "two\n");
  docker.processes.answer("kill c0ffee", 0);
  docker.processes.answer("rm --force --volumes c0ffee", 0);
  engine::RunRequest request;
  request.image = "x:1";
  std::vector<std::string> lines;
  {
    auto container = docker.engine.run(request);
    REQUIRE(container);
    (*container)->follow([&](std::string_view line) { lines.emplace_back(line); });
  }
  CHECK(lines == std::vector<std::string>{"one", "two"});
  // Killed first: a removal takes the log's end with it.
  CHECK(docker.processes.lines().back() == "rm --force --volumes c0ffee");
  CHECK(docker.processes.ran("kill c0ffee"));
}

TEST_CASE("a container is published on loopback, limited, and its variables stay out of its command line")
{
  Docker docker;
  docker.processes.answer("run", 0, "c0ffee\n");
  docker.processes.answer("port c0ffee 8080/tcp", 0, "127.0.0.1:49153\n");
  docker.processes.answer("inspect", 0, R"({"Running": true, "ExitCode": 0, "OOMKilled": false})");
  docker.processes.answer("logs c0ffee", 0, "one\n", "two\n");
  docker.processes.answer("rm --force --volumes c0ffee", 0);
  {
    engine::RunRequest run = container_of("x:1");
    run.command = {"app.handler"};
    run.environment = {{"NAME", "a value"}};
    run.memory_mb = 512;
    const auto container = docker.engine.run(run);
    REQUIRE(container);
    CHECK((*container)->id() == "c0ffee");
    CHECK((*container)->port() == 49153);
    CHECK((*container)->state()->running);
    CHECK((*container)->log() == "one\ntwo\n");
    CHECK_FALSE(docker.processes.ran("rm"));
  }
  CHECK(docker.processes.ran("rm --force --volumes c0ffee"));
  CHECK(docker.processes.commands.back().outlives_interrupt);
  const std::string line = docker.processes.lines().at(0);
  CHECK(line.find(" --detach --label envlift --publish 127.0.0.1::8080 --env-file ") != std::string::npos);
  CHECK(line.ends_with(" --memory 512m --memory-swap 512m x:1 app.handler"));
  CHECK(line.find("a value") == std::string::npos);
  CHECK(docker.processes.commands.at(0).outlives_interrupt);
  const Lines& argv = docker.processes.commands.at(0).argv;
  CHECK_FALSE(sys::exists(*(std::ranges::find(argv, "--env-file") + 1)));   // gone once the container runs
}

TEST_CASE("a variable of several lines is handed on by its name, for nothing else to be read out of it")
{
  Docker docker;
  docker.processes.answer("run", 0, "c0ffee\n");
  docker.processes.answer("rm", 0);
  engine::RunRequest run = container_of("x:1");
  run.environment = {{"KEY", "a\nAWS_SECRET_ACCESS_KEY\nB=c"}};
  REQUIRE(docker.engine.run(run));
  const std::string line = docker.processes.lines().at(0);
  CHECK(line.find(" --env KEY ") != std::string::npos);
  CHECK(line.find("--env-file") == std::string::npos);
  CHECK(docker.processes.commands.at(0).environment.at("KEY") == "a\nAWS_SECRET_ACCESS_KEY\nB=c");
}

TEST_CASE("a port of the user's choice")
{
  Docker docker;
  docker.processes.answer("run", 0, "c0ffee\n");
  docker.processes.answer("rm", 0);
  engine::RunRequest run = container_of("x:1");
  run.host_port = 9001;
  REQUIRE(docker.engine.run(run));
  CHECK(docker.processes.lines().at(0).find("--publish 127.0.0.1:9001:8080 x:1") != std::string::npos);
}

TEST_CASE("a container that was created and did not start is removed")
{
  Docker docker;
  docker.processes.answer(
      "run", 125, "c0ffee\n",
      "docker: Error response from daemon: Bind for 127.0.0.1:9000 failed: port is already allocated.\n");
  docker.processes.answer("rm --force --volumes c0ffee", 0);
  const auto container = docker.engine.run(container_of("x:1"));
  REQUIRE_FALSE(container);
  CHECK(container.error().code == "EL0808");
  CHECK(docker.processes.ran("rm --force --volumes c0ffee"));
}

TEST_CASE("a container that hangs at its start is removed when its ID is known")
{
  Docker docker;
  docker.processes.outcome("run", sys::TimedOut{}, "c0ffee\n");
  docker.processes.answer("rm --force --volumes c0ffee", 0);
  CHECK(docker.engine.run(container_of("x:1")).error().code == "EL0810");
  CHECK(docker.processes.ran("rm --force --volumes c0ffee"));
}

TEST_CASE("what a container wrote")
{
  Docker docker;
  docker.processes.answer("run", 0, "c0ffee\n");
  docker.processes.answer("inspect --size", 0, "1048576\n");
  docker.processes.answer("rm", 0);
  CHECK((*docker.engine.run(container_of("x:1")))->written_bytes() == 1048576U);
  Docker silent;
  silent.processes.answer("run", 0, "c0ffee\n");
  silent.processes.answer("inspect --size", 0, "null\n");
  silent.processes.answer("rm", 0);
  CHECK((*silent.engine.run(container_of("x:1")))->written_bytes() == std::nullopt);
}

TEST_CASE("an engine that gives no port or no state")
{
  Docker docker;
  docker.processes.answer("run", 0, "c0ffee\n");
  docker.processes.answer("port", 1, "", "Error: No public port '8080/tcp' published for c0ffee\n");
  docker.processes.answer("inspect", 1, "\n", "Error: No such object: c0ffee\n");
  docker.processes.answer("rm", 0);
  const auto container = docker.engine.run(container_of("x:1"));
  REQUIRE(container);
  CHECK((*container)->port().error().code == "EL0807");
  CHECK((*container)->state().error().code == "EL0814");
}

TEST_CASE("a stage's files are exported into a folder")
{
  Docker docker;
  docker.processes.answer("build", 0, "");
  REQUIRE(docker.engine.export_stage({"/tmp/context", {"--network", "host"}, "export", "/tmp/out"}, docker.talk));
  CHECK(docker.processes.commands.at(0).argv ==
        Lines{"/usr/bin/docker", "build", "--progress", "plain", "--network", "host", "--target", "export", "--output",
              "type=local,dest=/tmp/out", "/tmp/context"});
}

TEST_CASE("an engine with docker's own store completes archives, containerd's does not")
{
  for (const auto& [status, expected] : {std::pair(R"([["Backing Filesystem","extfs"]])", true),
                                         std::pair(R"([["driver-type","io.containerd.snapshotter.v1"]])", false)}) {
    Docker docker;
    docker.processes.answer("info", 0, status);
    CHECK(docker.engine.completes_archives() == expected);
  }
  Docker silent;
  silent.processes.answer("info", 1, "");
  CHECK_FALSE(silent.engine.completes_archives());
}

TEST_CASE("an archive is loaded, and the image looked at")
{
  Docker docker;
  docker.processes.answer("load", 0, "Loaded image: x:1\n");
  docker.processes.answer("image inspect x:1", 0, k_image);
  const auto image = docker.engine.load("/tmp/image.tar", "x:1");
  REQUIRE(image);
  CHECK(image->id == "sha256:abc");
  CHECK(docker.processes.commands.at(0).argv == Lines{"/usr/bin/docker", "load", "--quiet", "--input", "/tmp/image.tar"});
}

TEST_CASE("an archive that the engine refuses has its reason and a way around")
{
  for (const auto& [output, code] : {std::pair("Error: write /x: no space left on device", "EL0903"),
                                     std::pair("open /tmp/x/layer.tar: no such file or directory", "EL0809")}) {
    Docker docker;
    docker.processes.answer("load", 1, "", output);
    const auto image = docker.engine.load("/tmp/image.tar", "x:1");
    REQUIRE_FALSE(image);
    CHECK(image.error().code == code);
  }
}

TEST_CASE("a base is pulled only where it is not there for the platform")
{
  Docker there;
  there.processes.answer("image inspect base", 0, k_image);
  CHECK(there.engine.fetch("base", "linux/arm64", there.talk)->id == "sha256:abc");
  CHECK(there.processes.commands.size() == 1);

  Docker other;
  other.processes.answer("image inspect base", 0, k_image);
  other.processes.answer("pull", 1, "", "pull access denied for base, repository does not exist");
  REQUIRE_FALSE(other.engine.fetch("base", "linux/amd64", other.talk));
  CHECK(other.processes.commands.at(1).argv ==
        Lines{"/usr/bin/docker", "pull", "--quiet", "--platform", "linux/amd64", "base"});
}

TEST_CASE("an image's layers and settings are told")
{
  Docker docker;
  docker.processes.answer("image inspect x:1", 0,
                          R"([{"Id": "sha256:abc", "RootFS": {"Layers": ["sha256:1", "sha256:2"]},
                              "Config": {"Env": ["A=b"]}}])");
  const auto image = docker.engine.inspect("x:1");
  REQUIRE(image);
  CHECK(image->layers == Lines{"sha256:1", "sha256:2"});
  CHECK(image->config == R"({"Env":["A=b"]})");
}
