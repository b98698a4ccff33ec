#include "engine/sandbox.hpp"

#include <algorithm>
#include <cmath>
#include <functional>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace envlift::engine {

namespace {

using Json = nlohmann::json;

// Numbers that no distribution gives to a user: those of an image's own users would have rights in it.
constexpr const char* k_user = "9930:9900";
constexpr int k_open_files = 1024;
constexpr int k_processes = 1024;
constexpr double k_nano = 1e9;
constexpr const char* k_none = "none";
// docker lets everybody bind any port; Linux does from 1024 on.
constexpr const char* k_first_free_port = "net.ipv4.ip_unprivileged_port_start";
constexpr const char* k_usual_port = "1024";

// One property of the sandbox: the row that asks for it reads it back, so that nothing is asked and not looked at.
struct Rule {
  std::string name;
  std::vector<std::string> arguments;
  std::string asked;
  std::function<std::string(const Json& container)> value;
};

const Json& at(const Json& container, const char* part, const char* key)
{
  static const Json nothing;
  const bool there = container.contains(part) && container[part].is_object() && container[part].contains(key);
  return there ? container[part][key] : nothing;
}

const Json& host(const Json& container, const char* key)
{
  return at(container, "HostConfig", key);
}

// A number of a limit; 0 and -1 stand for none, and so does null.
std::string number(const Json& value, double unit = 1)
{
  const double found = value.is_number() ? value.get<double>() / unit : 0;
  if (found <= 0) {
    return k_none;
  }
  return found == std::floor(found) ? fmt::format("{:.0f}", found) : fmt::format("{:.4g}", found);
}

bool holds(const Json& list, std::string_view word)
{
  return list.is_array() && std::ranges::any_of(list, [&](const Json& one) {
           return one.is_string() && one.get_ref<const std::string&>().starts_with(word);
         });
}

std::string open_files(const Json& container)
{
  const Json& limits = host(container, "Ulimits");
  for (const Json& limit : limits.is_array() ? limits : Json::array()) {
    if (limit.value("Name", "") == "nofile") {
      return number(limit.value("Hard", Json()));
    }
  }
  return k_none;
}

// Its size is nothing that the engine knows: what is written to a disk is looked at after each invocation.
std::string tmp_mb(const Json& container, const Sandbox& sandbox)
{
  const Json& in_memory = host(container, "Tmpfs");
  if (sandbox.tmp_in_memory) {
    return in_memory.is_object() && in_memory.contains("/tmp") ? std::to_string(sandbox.tmp_mb) : k_none;
  }
  const Json mounts = container.value("Mounts", Json::array());
  const bool there =
      std::ranges::any_of(mounts, [](const Json& mount) { return mount.value("Destination", "") == "/tmp"; });
  return there ? std::to_string(sandbox.tmp_mb) : k_none;
}

std::vector<std::string> tmp_arguments(const Sandbox& sandbox)
{
  if (sandbox.tmp_in_memory) {
    return {"--tmpfs", fmt::format("/tmp:rw,exec,mode=1777,size={}m", sandbox.tmp_mb)};
  }
  return {"--mount", "type=volume,destination=/tmp"};
}

std::string user_of(const Json& container)
{
  const Json& user = at(container, "Config", "User");
  return user.is_string() && !user.get<std::string>().empty() ? user.get<std::string>() : "root";
}

std::string yes_or_no(bool yes)
{
  return yes ? "true" : "false";
}

std::vector<Rule> isolation_rules()
{
  return {
    {"read_only_root",
     {"--read-only"},
     "true",
     [](const Json& it) { return yes_or_no(host(it, "ReadonlyRootfs") == true); }},
    {"user", {"--user", k_user}, k_user, &user_of},
    {"shared_memory",
     {"--ipc", k_none},
     k_none,
     [](const Json& it) { return host(it, "IpcMode") == k_none ? k_none : "/dev/shm"; }},
    {"capabilities",
     {"--cap-drop", "ALL"},
     k_none,
     [](const Json& it) { return holds(host(it, "CapDrop"), "ALL") ? k_none : "the engine's"; }},
    {"privileged_ports",
     {"--sysctl", fmt::format("{}={}", k_first_free_port, k_usual_port)},
     k_usual_port,
     [](const Json& it) {
       const Json& sysctls = host(it, "Sysctls");
       return sysctls.is_object() ? sysctls.value(k_first_free_port, std::string(k_none)) : k_none;
     }},
    {"no_new_privileges",
     {"--security-opt", "no-new-privileges"},
     "true",
     [](const Json& it) { return yes_or_no(holds(host(it, "SecurityOpt"), "no-new-privileges")); }},
  };
}

std::vector<Rule> size_rules(const Sandbox& sandbox, int memory_mb)
{
  constexpr double k_mebibyte = 1 << 20;
  const std::string memory = fmt::format("{}m", memory_mb);
  const std::string vcpus = fmt::format("{:.4g}", sandbox.vcpus);
  return {
    {"tmp_mb", tmp_arguments(sandbox), std::to_string(sandbox.tmp_mb),
     [sandbox](const Json& it) { return tmp_mb(it, sandbox); }},
    {"open_files",
     {"--ulimit", fmt::format("nofile={0}:{0}", k_open_files)},
     std::to_string(k_open_files),
     &open_files},
    // Not by --ulimit nproc, which counts the processes of all containers whose user has the same number.
    {"processes",
     {"--pids-limit", std::to_string(k_processes)},
     std::to_string(k_processes),
     [](const Json& it) { return number(host(it, "PidsLimit")); }},
    {"memory_mb",
     {"--memory", memory},
     std::to_string(memory_mb),
     [](const Json& it) { return number(host(it, "Memory"), k_mebibyte); }},
    {"memory_and_swap_mb",
     {"--memory-swap", memory},
     std::to_string(memory_mb),
     [](const Json& it) { return number(host(it, "MemorySwap"), k_mebibyte); }},
    {"vcpus", {"--cpus", vcpus}, vcpus, [](const Json& it) { return number(host(it, "NanoCpus"), k_nano); }},
  };
}

std::vector<Rule> rules_of(const Sandbox& sandbox, int memory_mb)
{
  std::vector<Rule> rules = isolation_rules();
  std::ranges::move(size_rules(sandbox, memory_mb), std::back_inserter(rules));
  return rules;
}

}   // namespace

std::vector<SandboxFlag> sandbox_flags(const Sandbox& sandbox, int memory_mb)
{
  std::vector<SandboxFlag> flags;
  for (Rule& rule : rules_of(sandbox, memory_mb)) {
    flags.push_back({std::move(rule.name), std::move(rule.arguments)});
  }
  return flags;
}

std::vector<Limit> read_limits(const Sandbox& sandbox, int memory_mb, const std::string& inspected,
                               const std::map<std::string, std::string>& refused)
{
  const Json container = Json::parse(inspected, nullptr, false);
  const bool is_told = container.is_object() && container.contains("HostConfig");
  std::vector<Limit> limits;
  for (const Rule& rule : rules_of(sandbox, memory_mb)) {
    Limit limit{rule.name, rule.asked, is_told ? rule.value(container) : "unknown", ""};
    if (limit.value != limit.asked) {
      const auto words = refused.find(rule.name);
      limit.why = words != refused.end() ? words->second
                  : is_told              ? "the engine did not apply it"
                                         : "the engine does not tell what the container has";
    }
    limits.push_back(std::move(limit));
  }
  return limits;
}

}   // namespace envlift::engine
