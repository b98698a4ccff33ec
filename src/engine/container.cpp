#include "engine/container.hpp"

#include "base/text.hpp"
#include "engine/docker.hpp"
#include "engine/engine_words.hpp"
#include "sys/files.hpp"

#include <chrono>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace envlift::engine {

namespace {

using namespace std::chrono_literals;
using Json = nlohmann::json;

constexpr auto k_removal_limit = 60s;

// Removal must happen on an interrupt as well, so it is not interruptible itself.
void remove_container(sys::Processes& processes, const std::string& client, const std::string& id)
{
  sys::Command command;
  command.argv = {client, "rm", "--force", "--volumes", id};
  command.timeout = k_removal_limit;
  command.outlives_interrupt = true;
  processes.run(command);
}

class DockerContainer : public Container {
public:
  DockerContainer(sys::Processes& processes, std::string client, std::string id)
      : processes_(processes), client_(std::move(client)), id_(std::move(id))
  {
  }
  DockerContainer(const DockerContainer&) = delete;
  DockerContainer& operator=(const DockerContainer&) = delete;
  ~DockerContainer() override { remove_container(processes_, client_, id_); }

  const std::string& id() const override { return id_; }

  // Read back from the engine: choosing a free port ourselves would race with other programs.
  Result<int> port() override
  {
    ENVLIFT_TRY_ASSIGN(const sys::ProcessResult result, run_client(processes_, client_, {"port", id_, "8080/tcp"}));
    const auto lines = text::lines(result.out);
    const std::size_t colon = lines.empty() ? std::string_view::npos : lines[0].find_last_of(':');
    if (colon == std::string_view::npos) {
      return fail({"EL0807", "the engine names no port for the container", "check the image with `docker run`",
                   ExitCode::engine_unusable, {}});
    }
    return std::atoi(std::string(lines[0].substr(colon + 1)).c_str());
  }

  Result<ContainerState> state() override
  {
    ENVLIFT_TRY_ASSIGN(const sys::ProcessResult result,
                       run_client(processes_, client_, {"inspect", "--format", "{{json .State}}", id_}));
    const Json answer = Json::parse(result.out, nullptr, false);
    if (!answer.is_object()) {
      return fail({"EL0807", "the engine does not tell the container's state", "check the engine with `envlift doctor`",
                   ExitCode::engine_unusable, {}});
    }
    return ContainerState{answer.value("Running", false), answer.value("ExitCode", 0), answer.value("OOMKilled", false)};
  }

  std::string log() override
  {
    const auto result = run_client(processes_, client_, {"logs", id_});
    return result ? all_output(*result) : "";
  }

private:
  sys::Processes& processes_;
  std::string client_;
  std::string id_;
};

std::vector<std::string> run_arguments(const RunRequest& request)
{
  std::vector<std::string> arguments = {"--detach", "--label", "envlift", "--publish",
                                        fmt::format("127.0.0.1:{}:8080",
                                                    request.host_port == 0 ? "" : std::to_string(request.host_port))};
  if (request.memory_mb > 0) {
    const std::string limit = fmt::format("{}m", request.memory_mb);
    arguments.insert(arguments.end(), {"--memory", limit, "--memory-swap", limit});
  }
  for (const auto& [name, value] : request.environment) {
    arguments.insert(arguments.end(), {"--env", name + "=" + value});
  }
  arguments.push_back(request.image);
  arguments.insert(arguments.end(), request.command.begin(), request.command.end());
  return arguments;
}

}  // namespace

Result<std::unique_ptr<Container>> start_container(sys::Processes& processes, const std::string& client,
                                                   const RunRequest& request)
{
  // The ID is written by the engine as soon as there is one: an interrupt between creation and our
  // reading of stdout must not leave a container behind.
  ENVLIFT_TRY_ASSIGN(const sys::TemporaryFolder folder, sys::TemporaryFolder::make());
  const std::string id_file = folder.path() + "/id";
  std::vector<std::string> arguments = {"run", "--pull", "never", "--cidfile", id_file};
  for (std::string& argument : run_arguments(request)) {
    arguments.push_back(std::move(argument));
  }
  const auto result = run_client(processes, client, std::move(arguments));
  constexpr std::size_t k_id_limit = 128;
  const auto id = sys::read_file(id_file, k_id_limit);
  std::unique_ptr<Container> container;
  if (id && !id->empty()) {
    container = std::make_unique<DockerContainer>(processes, client, *id);
  }
  if (!result) {
    return fail(result.error());
  }
  if (!result->succeeded() || container == nullptr) {
    return fail(run_failed(request.image, all_output(*result)));
  }
  return container;
}

}  // namespace envlift::engine
