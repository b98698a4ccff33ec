#include "engine/engine_words.hpp"

#include "base/text.hpp"
#include "engine/words.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <optional>
#include <string_view>

#include <fmt/format.h>

namespace envlift::engine {

std::string last_line(const std::string& output)
{
  std::string_view last;
  for (const std::string_view line : text::lines(output)) {
    const std::string_view words = text::trim(line);
    if (!words.empty() && !words.starts_with("See 'docker") && !words.starts_with("Run 'docker")) {
      last = words;
    }
  }
  for (const std::string_view begin : {"docker: ", "Error response from daemon: ", "Error: ", "ERROR: "}) {
    last.remove_prefix(last.starts_with(begin) ? begin.size() : 0);
  }
  return std::string(last);
}

namespace {

Error no_daemon(const std::string& client, const std::string& output)
{
  constexpr auto exit = ExitCode::engine_unusable;
  static const std::array words = {
    Word{"permission denied while trying to connect", "EL0803", "this user may not use the docker daemon",
         "add the user to the group docker (`sudo usermod -aG docker $USER`, then log in again), or use sudo",
         exit},
    Word{"unable to resolve docker endpoint", "EL0805", "",
         "`docker context use default`, or unset DOCKER_CONTEXT", exit},
    Word{"no such host", "EL0805", "", "correct DOCKER_HOST or unset it", exit},
    Word{"maximum supported api version", "EL0812", "",
         "unset DOCKER_API_VERSION, or update the docker daemon", exit},
    Word{"minimum supported api version", "EL0812", "",
         "unset DOCKER_API_VERSION, or update the docker client", exit},
    Word{"cannot connect to the docker daemon", "EL0802", "the docker daemon does not run",
         "start it: `sudo systemctl start docker`, or `sudo dockerd &`", exit},
    Word{"is the docker daemon running", "EL0802", "the docker daemon does not run",
         "start it: `sudo systemctl start docker`, or `sudo dockerd &`", exit},
  };
  if (const Word* word = find_word(words, text::to_lower(output))) {
    return error_of(*word, last_line(output));
  }
  return {"EL0805",
          fmt::format("{} cannot reach a daemon: {}", client, last_line(output)),
          "check DOCKER_HOST and `docker version`",
          exit,
          {}};
}

}  // namespace

Error unreachable(const std::string& client, const std::string& output, const std::string& docker_host)
{
  Error error = no_daemon(client, output);
  if (error.code == "EL0802" && !docker_host.empty()) {
    error.message = fmt::format("no docker daemon answers at {}, which DOCKER_HOST names", docker_host);
    error.hint = "start the daemon there, or correct DOCKER_HOST or unset it";
  }
  if (const std::string last = last_line(output); error.message.find(last) == std::string::npos) {
    error.tail = {last};
  }
  return error;
}

namespace {

// The reference is none, or of nothing that is there.
std::optional<Error> reference_failed(const std::string& image, const std::string& output)
{
  if (text::to_lower(output).find("invalid reference format") != std::string::npos) {
    return Error{"EL0813",
                 fmt::format("{} is no image reference: {}", image, last_line(output)),
                 "write it as [REGISTRY/]NAME[:TAG], in lower case",
                 ExitCode::input_error,
                 {}};
  }
  if (says_no_such_image(output)) {
    return Error{"EL0806",
                 fmt::format("there is no image {}", image),
                 "build it first, or check its tag with `docker images`",
                 ExitCode::input_error,
                 {}};
  }
  return std::nullopt;
}

}  // namespace

Error run_failed(const std::string& image, const std::string& output)
{
  constexpr auto exit = ExitCode::engine_unusable;
  static const std::array words = {
    Word{"address already in use", "EL0808", "the port is taken by another program",
         "stop it, or name another port with --port", exit},
    Word{"port is already allocated", "EL0808", "the port is taken by another container",
         "stop it (`docker ps` shows it), or name another port with --port", exit},
    Word{"no space left on device", "EL0903", "the engine's disk is full",
         "`docker system prune`, or free disk space", exit},
    Word{"exec format error", "EL0809", "the image is of another architecture than this machine",
         "build it with --arch", exit},
    Word{"cannot connect to the docker daemon", "EL0802", "the docker daemon does not run any more",
         "start it: `sudo systemctl start docker`, or `sudo dockerd &`", exit},
  };
  if (const Word* word = find_word(words, text::to_lower(output))) {
    return error_of(*word, last_line(output));
  }
  if (const auto error = reference_failed(image, output)) {
    return *error;
  }
  return {"EL0809",
          fmt::format("the container of {} cannot be started: {}", image, last_line(output)),
          "try `docker run` with the same image",
          exit,
          {}};
}

Error reading_failed(const std::string& image, const std::string& output)
{
  if (const auto error = reference_failed(image, output)) {
    return *error;
  }
  return {"EL0809",
          fmt::format("the engine does not hand out the image {}: {}", image, last_line(output)),
          "try `docker image inspect` with it",
          ExitCode::engine_unusable,
          {}};
}

RefusedLimit refused_limit(const std::string& output)
{
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 10> words = {{
    {"cfs scheduler", "vcpus"},
    {"range of cpus", "vcpus"},
    {"cpu.cfs", "vcpus"},
    {"rlimit", "open_files"},
    {"sysctl", "privileged_ports"},
    {"pids limit", "processes"},
    {"pids.max", "processes"},
    {"memory.memsw", "memory_and_swap_mb"},
    {"memory.swap", "memory_and_swap_mb"},
    {"invalid ipc mode", "shared_memory"},
  }};
  const std::string lower = text::to_lower(output);
  for (const auto& [mark, name] : words) {
    if (lower.find(mark) != std::string::npos) {
      return {std::string(name), last_line(output)};
    }
  }
  return {};
}

Error load_failed(const std::string& image, const std::string& output)
{
  static const std::array words = {
    Word{"no space left on device", "EL0903", "the engine's disk is full",
         "`docker system prune`, or free disk space", ExitCode::engine_unusable},
  };
  if (const Word* word = find_word(words, text::to_lower(output))) {
    return error_of(*word, last_line(output));
  }
  return {"EL0809",
          fmt::format("the engine does not take the image {}: {}", image, last_line(output)),
          "build it with --dockerfile, which leaves the image to the engine",
          ExitCode::engine_unusable,
          {}};
}

bool says_no_such_image(const std::string& output)
{
  const std::string lower = text::to_lower(output);
  return std::ranges::any_of(std::array{"no such image", "unable to find image", "no such object",
                                        "pull access denied", "reference does not exist"},
                             [&](const char* words) { return lower.find(words) != std::string::npos; });
}

Error state_unknown(const std::string& output)
{
  const std::string lower = text::to_lower(output);
  if (text::contains(lower, "no such container") || text::contains(lower, "no such object")) {
    return {
      "EL0814",
      "the container was removed while it ran",
      "run it again, and let what cleans up (`docker rm`, `docker system prune`) spare running containers",
      ExitCode::engine_unusable,
      {}};
  }
  return {"EL0807",
          "the engine does not tell the container's state",
          "check the engine with `envlift doctor`",
          ExitCode::engine_unusable,
          {}};
}

}  // namespace envlift::engine
