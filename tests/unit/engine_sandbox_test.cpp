// Lambda's sandbox in docker's words, and what a container has of it.
#include "engine/sandbox.hpp"

#include "base/text.hpp"
#include "engine/memory_use.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

using namespace envlift;

namespace {

// As `docker inspect` of 20.10 answers for a container with every limit.
const std::string k_inspected = R"({"Config": {"User": "9930:9900"},
  "Mounts": [{"Type": "volume", "Source": "/x/_data", "Destination": "/tmp"}],
  "HostConfig": {"ReadonlyRootfs": true, "IpcMode": "none", "CapDrop": ["ALL"], "SecurityOpt": ["no-new-privileges"],
    "Ulimits": [{"Name": "nofile", "Hard": 1024, "Soft": 1024}], "PidsLimit": 1024, "Memory": 536870912,
    "MemorySwap": 536870912, "NanoCpus": 289400000, "Tmpfs": null,
    "Sysctls": {"net.ipv4.ip_unprivileged_port_start": "1024"}}})";

constexpr engine::Sandbox k_sandbox{.tmp_mb = 512, .vcpus = 0.2894};

std::vector<engine::Limit> differing(const std::string& inspected)
{
  std::vector<engine::Limit> found = engine::read_limits(k_sandbox, 512, inspected, {});
  std::erase_if(found, [](const engine::Limit& limit) { return limit.value == limit.asked; });
  return found;
}

}   // namespace

TEST_CASE("every limit of Lambda's is asked for")
{
  std::string line;
  for (const engine::SandboxFlag& flag : engine::sandbox_flags(k_sandbox, 512)) {
    line += text::join(flag.arguments, " ") + "\n";
  }
  CHECK(line ==
        "--read-only\n--user 9930:9900\n--ipc none\n--cap-drop ALL\n--sysctl net.ipv4.ip_unprivileged_port_start=1024\n--security-opt no-new-privileges\n"
        "--mount type=volume,destination=/tmp\n--ulimit nofile=1024:1024\n--pids-limit 1024\n--memory 512m\n"
        "--memory-swap 512m\n--cpus 0.2894\n");
}

TEST_CASE("a /tmp in memory has its size from the engine")
{
  const engine::Sandbox sandbox{.tmp_mb = 600, .tmp_in_memory = true};
  const auto flags = engine::sandbox_flags(sandbox, 512);
  const auto tmp = std::ranges::find(flags, "tmp_mb", &engine::SandboxFlag::name);
  CHECK(tmp->arguments == std::vector<std::string>{"--tmpfs", "/tmp:rw,exec,mode=1777,size=600m"});
}

TEST_CASE("a container with every limit differs in nothing")
{
  CHECK(differing(k_inspected).empty());
}

TEST_CASE("what the engine dropped is told, each limit by its name")
{
  const auto without = [](std::string_view key, std::string_view value) {
    const auto found = differing(text::replace_all(k_inspected, key, value));
    REQUIRE(found.size() == 1);
    CHECK(found[0].why == "the engine did not apply it");
    return found[0].name + " " + found[0].value;
  };
  CHECK(without(R"("ReadonlyRootfs": true)", R"("ReadonlyRootfs": false)") == "read_only_root false");
  CHECK(without(R"("User": "9930:9900")", R"("User": "")") == "user root");
  CHECK(without(R"("IpcMode": "none")", R"("IpcMode": "private")") == "shared_memory /dev/shm");
  CHECK(without(R"(["ALL"])", "null") == "capabilities the engine's");
  CHECK(without(R"(["no-new-privileges"])", "null") == "no_new_privileges false");
  CHECK(without(R"("Destination": "/tmp")", R"("Destination": "/x")") == "tmp_mb none");
  CHECK(without("nofile", "core") == "open_files none");
  CHECK(without(R"("PidsLimit": 1024)", R"("PidsLimit": null)") == "processes none");
  CHECK(without(R"("Memory": 536870912)", R"("Memory": 0)") == "memory_mb none");
  CHECK(without(R"("MemorySwap": 536870912)", R"("MemorySwap": -1)") == "memory_and_swap_mb none");
  CHECK(without("289400000", "0") == "vcpus none");
}

TEST_CASE("a large limit is read back to its last digit")
{
  const std::string told = R"({"HostConfig": {"Memory": 10737418240, "MemorySwap": 10487857152}})";
  const auto limits = engine::read_limits(k_sandbox, 10'240, told, {});
  CHECK(std::ranges::find(limits, "memory_mb", &engine::Limit::name)->value == "10240");
  CHECK(std::ranges::find(limits, "memory_and_swap_mb", &engine::Limit::name)->value == "10002");
}

TEST_CASE("an engine that tells nothing has applied nothing that is known")
{
  for (const std::string answer : {"", "[]", R"({"Running": true})"}) {
    const auto limits = engine::read_limits(k_sandbox, 512, answer, {{"vcpus", "no CFS scheduler"}});
    CHECK(std::ranges::all_of(limits, [](const engine::Limit& limit) { return limit.value == "unknown"; }));
    CHECK(std::ranges::find(limits, "vcpus", &engine::Limit::name)->why == "no CFS scheduler");
    CHECK(limits.front().why == "the engine does not tell what the container has");
  }
}

TEST_CASE("a cgroup's counters, of both versions")
{
  const engine::MemoryUse first =
      engine::read_counters("10956800\noom_kill_disable 0\nunder_oom 0\noom_kill 1\n");
  CHECK(first.peak_bytes == 10956800ULL);
  CHECK(first.kills == 1);
  const engine::MemoryUse second = engine::read_counters("4096\nlow 0\nhigh 0\nmax 3\noom 2\noom_kill 0\n");
  CHECK(second.peak_bytes == 4096ULL);
  CHECK(second.kills == 0);
  CHECK_FALSE(engine::read_counters("").kills);
  CHECK_FALSE(engine::read_counters("max\n").peak_bytes);
}
