#include "engine/memory_use.hpp"

#include "base/text.hpp"
#include "engine/docker.hpp"
#include "sys/files.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/format.h>

namespace envlift::engine {

namespace {

constexpr std::size_t k_file_limit = 4096;

// v1's and v2's names of the same two files: the highest use, alone in its file, and lines with "oom_kill COUNT".
constexpr std::array k_peak_files = {"memory.max_usage_in_bytes", "memory.peak"};
constexpr std::array k_kill_files = {"memory.oom_control", "memory.events"};

// Where cgroups of docker's containers are, by version and driver.
std::vector<std::string> folders_of(const std::string& id)
{
  return {
    "/sys/fs/cgroup/memory/docker/" + id,
    fmt::format("/sys/fs/cgroup/memory/system.slice/docker-{}.scope", id),
    "/sys/fs/cgroup/docker/" + id,
    fmt::format("/sys/fs/cgroup/system.slice/docker-{}.scope", id),
  };
}

std::string counters_here(const std::string& id)
{
  std::string found;
  for (const std::string& folder : folders_of(id)) {
    for (const auto& names : {k_peak_files, k_kill_files}) {
      for (const char* name : names) {
        found += sys::read_file(fmt::format("{}/{}", folder, name), k_file_limit).value_or("");
      }
    }
  }
  return found;
}

std::string counters_inside(sys::Processes& processes, const std::string& client, const std::string& id)
{
  std::vector<std::string> arguments = {"exec", id, "cat"};
  for (const char* folder : {"/sys/fs/cgroup/memory/", "/sys/fs/cgroup/"}) {
    for (const auto& names : {k_peak_files, k_kill_files}) {
      for (const char* name : names) {
        arguments.push_back(std::string(folder) + name);
      }
    }
  }
  const auto result = run_client(processes, client, std::move(arguments));
  return result ? result->out : "";   // cat fails for the files of the other version
}

// The engine tells of a kill once it has happened, and of nothing that is older than some hundred events.
std::optional<int> kills_told(sys::Processes& processes, const std::string& client, const std::string& id)
{
  const auto result = run_client(processes, client,
                                 {"events", "--since", "1h", "--until", "0s", "--filter", "container=" + id,
                                  "--filter", "event=oom", "--format", "{{.Action}}"});
  if (!result || !result->succeeded()) {
    return std::nullopt;
  }
  const auto lines = text::lines(result->out);
  return lines.empty() ? std::nullopt : std::optional(static_cast<int>(lines.size()));
}

template <typename Number>
std::optional<Number> to_number(std::string_view text)
{
  Number number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc{} && end == text.data() + text.size() ? std::optional(number) : std::nullopt;
}

}   // namespace

MemoryUse read_counters(std::string_view files)
{
  constexpr std::string_view k_kills = "oom_kill ";
  MemoryUse use;
  for (const std::string_view line : text::lines(files)) {
    if (line.starts_with(k_kills)) {
      use.kills = to_number<int>(line.substr(k_kills.size()));
    }
    else if (const auto peak = to_number<unsigned long long>(line)) {
      use.peak_bytes = peak;
    }
  }
  return use;
}

MemoryUse memory_use_here(const std::string& id)
{
  return read_counters(counters_here(id));
}

MemoryUse memory_use(sys::Processes& processes, const std::string& client, const std::string& id)
{
  MemoryUse use = memory_use_here(id);
  if (!use.kills) {
    use = read_counters(counters_inside(processes, client, id));
  }
  if (!use.kills) {
    use.kills = kills_told(processes, client, id);
  }
  return use;
}

}   // namespace envlift::engine
