#include "engine/container.hpp"

#include "base/text.hpp"
#include "engine/docker.hpp"
#include "engine/engine_words.hpp"
#include "sys/cleanup.hpp"
#include "sys/files.hpp"
#include "sys/signals.hpp"

#include <algorithm>
#include <cstdlib>
#include <functional>
#include <iterator>
#include <string_view>
#include <thread>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace envlift::engine {

namespace {

using Json = nlohmann::json;

constexpr std::size_t k_log_kept = std::size_t{8} << 20U;
constexpr std::size_t k_id_limit = 128;
constexpr std::chrono::seconds k_log_grace{10};   // for the last lines of a container that is being stopped

std::vector<std::string> removal(const std::string& client, const std::string& id)
{
  return {client, "rm", "--force", "--volumes", id};
}

class DockerContainer : public Container {
public:
  DockerContainer(sys::Processes& processes, std::string client, std::string id)
      : processes_(processes),
        client_(std::move(client)),
        id_(std::move(id)),
        undo_(sys::remember_command(removal(client_, id_)))
  {}
  DockerContainer(const DockerContainer&) = delete;
  DockerContainer& operator=(const DockerContainer&) = delete;
  DockerContainer(DockerContainer&&) = delete;
  DockerContainer& operator=(DockerContainer&&) = delete;
  ~DockerContainer() override
  {
    if (follower_.joinable()) {
      // Stopped and not yet removed: its log is read to the end, which a removal would cut off.
      ask_for_good({client_, "kill", id_});
      follower_.join();
    }
    ask_for_good(removal(client_, id_));
    sys::forget_command(undo_);
  }

  const std::string& id() const override { return id_; }

  // Read back from the engine: choosing a free port ourselves would race with other programs.
  Result<int> port() override
  {
    ENVLIFT_TRY_ASSIGN(const sys::ProcessResult result,
                       run_client(processes_, client_, {"port", id_, "8080/tcp"}));
    const auto lines = text::lines(result.out);
    const std::size_t colon = lines.empty() ? std::string_view::npos : lines[0].find_last_of(':');
    if (colon == std::string_view::npos) {
      return fail({"EL0807",
                   "the engine names no port for the container",
                   "check the image with `docker run`",
                   ExitCode::engine_unusable,
                   {}});
    }
    return std::atoi(std::string(lines[0].substr(colon + 1)).c_str());
  }

  Result<ContainerState> state() override
  {
    ENVLIFT_TRY_ASSIGN(const sys::ProcessResult result,
                       run_client(processes_, client_, {"inspect", "--format", "{{json .State}}", id_}));
    const Json answer = Json::parse(result.out, nullptr, false);
    if (!answer.is_object()) {
      return fail({"EL0807",
                   "the engine does not tell the container's state",
                   "check the engine with `envlift doctor`",
                   ExitCode::engine_unusable,
                   {}});
    }
    return ContainerState{answer.value("Running", false), answer.value("ExitCode", 0),
                          answer.value("OOMKilled", false)};
  }

  std::optional<unsigned long long> written_bytes() override
  {
    const auto result = run_client(processes_, client_, {"inspect", "--size", "--format", "{{json .SizeRw}}", id_});
    const Json answer = result ? Json::parse(result->out, nullptr, false) : Json();
    return answer.is_number_unsigned() ? std::optional(answer.get<unsigned long long>()) : std::nullopt;
  }

  std::string log() override
  {
    sys::Command command;
    command.argv = {client_, "logs", id_};
    command.timeout = k_question_limit;
    command.joins_streams = true;   // the function's lines stay between the platform's
    command.keep_bytes = k_log_kept;
    command.outlives_interrupt = true;
    const auto result = run_command(processes_, command);
    return result ? all_output(*result) : "";
  }

  void follow(std::function<void(std::string_view)> on_line) override
  {
    follower_ = std::thread([this, on_line = std::move(on_line)] {
      sys::Command command;
      command.argv = {client_, "logs", "--follow", id_};
      command.joins_streams = true;
      command.keep_bytes = 0;
      command.interrupt_grace = k_log_grace;
      command.on_line = [&](sys::Stream, std::string_view line) { on_line(line); };
      processes_.run(command);
    });
  }

private:
  // What ends a container must happen on an interrupt as well, so it is not interruptible itself.
  void ask_for_good(std::vector<std::string> argv)
  {
    sys::Command command;
    command.argv = std::move(argv);
    command.timeout = k_question_limit;
    command.outlives_interrupt = true;
    processes_.run(command);
  }

  sys::Processes& processes_;
  std::string client_;
  std::string id_;
  int undo_;
  std::thread follower_;
};

// The variables travel in a file: what stands on a command line can be read by every user of the machine.
Result<std::vector<std::string>> run_arguments(const RunRequest& request, const std::string& folder)
{
  const std::string port = request.host_port == 0 ? "" : std::to_string(request.host_port);
  std::vector<std::string> arguments = {"--detach", "--label", "envlift", "--publish",
                                        fmt::format("127.0.0.1:{}:8080", port)};
  std::string lines;
  for (const auto& [name, value] : request.environment) {
    lines += fmt::format("{}={}\n", name, value);
  }
  if (!lines.empty()) {
    ENVLIFT_TRY(sys::write_file(folder + "/variables", lines));
    arguments.insert(arguments.end(), {"--env-file", folder + "/variables"});
  }
  if (request.memory_mb > 0) {
    const std::string limit = fmt::format("{}m", request.memory_mb);
    arguments.insert(arguments.end(), {"--memory", limit, "--memory-swap", limit});
  }
  arguments.push_back(request.image);
  arguments.insert(arguments.end(), request.command.begin(), request.command.end());
  return arguments;
}

}  // namespace

Result<std::unique_ptr<Container>> start_container(sys::Processes& processes, const std::string& client,
                                                   const RunRequest& request)
{
  ENVLIFT_TRY_ASSIGN(const sys::TemporaryFolder folder, sys::TemporaryFolder::make());
  const std::string id_file = folder.path() + "/id";
  sys::Command command;
  command.argv = {client, "run", "--pull", "never", "--cidfile", id_file};
  ENVLIFT_TRY_ASSIGN(std::vector<std::string> arguments, run_arguments(request, folder.path()));
  std::ranges::move(arguments, std::back_inserter(command.argv));
  command.timeout = k_question_limit;
  // A client that is interrupted may leave a container whose ID nobody was told. So it is let finish, and an
  // interrupt is answered with the container's removal.
  command.outlives_interrupt = true;
  const auto result = run_command(processes, command);
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
  if (sys::interrupted_by() != 0) {
    return fail(interrupted_error());
  }
  return container;
}

}   // namespace envlift::engine
