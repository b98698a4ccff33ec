// A rendered context -> an image -> a container, through the docker command line.
#pragma once

#include "base/result.hpp"
#include "report/talk.hpp"
#include "sys/process.hpp"

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace envlift::engine {

struct ProbeFacts {
  std::string client;            // path of the client taken
  std::string client_version;
  std::string server_version;
  std::string arch;              // of the daemon: x86_64 | arm64
  std::vector<std::string> passed_over;   // "/usr/local/bin/docker 28.2.2: no buildx", one each
};

struct BuildRequest {
  std::string folder;                      // the context
  std::vector<std::string> arguments;      // render::build_arguments
  std::string tag;
};

struct Image {
  std::string id;
  std::string tag;
  unsigned long long size_bytes = 0;
  std::string arch;                        // x86_64 | arm64
  std::vector<std::string> entrypoint;
  std::vector<std::string> cmd;
};

struct RunRequest {
  std::string image;
  std::vector<std::string> command;        // overrides CMD when not empty
  std::map<std::string, std::string> environment;
  int memory_mb = 0;                       // 0 = no limit
  int host_port = 0;                       // 0 = the engine chooses; 8080 in the container, loopback only
};

struct ContainerState {
  bool running = false;
  int exit_code = 0;
  bool out_of_memory = false;
};

// A running container; removed when the object goes, on a signal as well.
class Container {
public:
  virtual ~Container() = default;
  virtual const std::string& id() const = 0;
  virtual Result<int> port() = 0;                  // the host port that 8080 has
  virtual Result<ContainerState> state() = 0;
  // stdout and stderr so far; "" when the engine does not tell.
  virtual std::string log() = 0;
  // Hands on each line of stdout and stderr, from the first one on, as it comes and until the container is gone. They
  // come from a thread of their own; call once.
  virtual void follow(std::function<void(std::string_view)> on_line) = 0;
};

class Engine {
public:
  virtual ~Engine() = default;
  virtual const ProbeFacts& facts() const = 0;
  virtual Result<Image> build(const BuildRequest& request, report::Talk& talk) = 0;
  virtual Result<Image> inspect(const std::string& reference) = 0;      // EL08xx when absent
  // Bytes of the topmost layers, unpacked: of the last `instructions` steps of the image's history.
  virtual Result<unsigned long long> added_bytes(const std::string& reference, std::size_t instructions) = 0;
  virtual Result<std::unique_ptr<Container>> run(const RunRequest& request) = 0;
};

// Looks for a client that works: binary, daemon, BuildKit really usable. `wanted` is the setting
// ("" = every `docker` on PATH in turn). Distinct codes for: no binary, daemon down, no permission,
// no BuildKit (exit 3 all).
Result<std::unique_ptr<Engine>> connect(sys::Processes& processes, const std::string& wanted);

}  // namespace envlift::engine
