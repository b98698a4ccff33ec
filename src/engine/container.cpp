#include "engine/container.hpp"

#include "base/text.hpp"
#include "engine/docker.hpp"
#include "engine/engine_words.hpp"
#include "engine/memory_use.hpp"
#include "engine/sandbox.hpp"
#include "sys/cleanup.hpp"
#include "sys/file_tree.hpp"
#include "sys/files.hpp"
#include "sys/process_mark.hpp"
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
constexpr const char* k_owner_label = "envlift.owner";   // the process that removes it
constexpr std::chrono::seconds k_log_grace{10};   // for the last lines of a container that is being stopped

std::vector<std::string> removal(const std::string& client, const std::string& id)
{
  return {client, "rm", "--force", "--volumes", id};
}

// What `docker inspect` answers; an empty object for anything else.
Json parsed(const std::string& text)
{
  Json object = Json::parse(text, nullptr, false);
  return object.is_object() ? object : Json::object();
}

// The port of this machine that 8080 has, by the answer of `docker inspect`; nothing when it has none.
std::optional<int> published_port(const Json& container)
{
  const Json ports = container.value(Json::json_pointer("/NetworkSettings/Ports/8080~1tcp"), Json());
  const bool there = ports.is_array() && !ports.empty() && ports[0].is_object();
  const int port = there ? std::atoi(ports[0].value("HostPort", "").c_str()) : 0;
  return port > 0 ? std::optional(port) : std::nullopt;
}

class DockerContainer : public Container {
public:
  DockerContainer(const Ways& ways, std::string id, RunRequest request)
      : processes_(ways.processes),
        client_(ways.client),
        daemon_(ways.daemon),
        id_(std::move(id)),
        request_(std::move(request)),
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
      if (!daemon_.post(path() + "/kill")) {
        ask_for_good({client_, "kill", id_});
      }
      follower_.join();
    }
    if (!daemon_.remove(path() + "?force=1&v=1")) {
      ask_for_good(removal(client_, id_));
      if (inspected_ && !inspected_->volume_name.empty()) {
        // Whoever removed the container before us has left its /tmp, most likely.
        ask_for_good({client_, "volume", "rm", "--force", inspected_->volume_name});
      }
    }
    sys::forget_command(undo_);
  }

  const std::string& id() const override { return id_; }

  // Read back from the engine: choosing a free port ourselves would race with other programs.
  Result<int> port() override
  {
    if (auto answer = daemon_.get(path() + "/json")) {
      keep(std::move(*answer));
      if (const auto told = published_port(parsed(inspected_->text))) {
        return *told;
      }
    }
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
    Json answer = told_by_daemon().value("State", Json());
    if (!answer.is_object()) {
      ENVLIFT_TRY_ASSIGN(const sys::ProcessResult result,
                         run_client(processes_, client_, {"inspect", "--format", "{{json .State}}", id_}));
      answer = Json::parse(result.out, nullptr, false);
      if (!answer.is_object()) {
        return fail(state_unknown(all_output(result)));
      }
    }
    return ContainerState{answer.value("Running", false), answer.value("ExitCode", 0),
                          answer.value("OOMKilled", false)};
  }

  std::optional<unsigned long long> written_bytes() override
  {
    if (request_.sandbox) {
      return request_.sandbox->tmp_in_memory ? std::nullopt : volume_bytes(inspected().volume);
    }
    Json answer = told_by_daemon("?size=1").value("SizeRw", Json());
    if (answer.is_null()) {
      const auto result =
          run_client(processes_, client_, {"inspect", "--size", "--format", "{{json .SizeRw}}", id_});
      answer = result ? Json::parse(result->out, nullptr, false) : Json();
    }
    return answer.is_number_unsigned() ? std::optional(answer.get<unsigned long long>()) : std::nullopt;
  }

  std::optional<unsigned long long> disk_free_bytes() override
  {
    const std::string folder = request_.sandbox ? inspected().volume : "";
    return !folder.empty() && sys::is_folder(folder) ? std::optional(sys::free_bytes(folder)) : std::nullopt;
  }

  std::vector<Limit> limits() override
  {
    if (!request_.sandbox) {
      return {};
    }
    // The share of the processor may be another by now; of a container that is gone, what it had is told.
    if (std::string now = inspect(); !now.empty()) {
      keep(std::move(now));
    }
    return read_limits(*request_.sandbox, request_.memory_mb, inspected().text, refused_);
  }

  void set_vcpus(double vcpus) override
  {
    if (request_.sandbox) {
      request_.sandbox->vcpus = vcpus;
    }
    constexpr double k_nano = 1e9;
    const std::string json = fmt::format(R"({{"NanoCpus": {:.0f}}})", vcpus * k_nano);
    if (!daemon_.post(path() + "/update", json)) {
      ask_for_good({client_, "update", "--cpus", fmt::format("{:.4g}", vcpus), id_});
    }
  }

  MemoryUse memory() override { return memory_use(processes_, client_, id_); }

  MemoryUse memory_here() override { return memory_use_here(id_); }

  void note_refused(std::map<std::string, std::string> refused) { refused_ = std::move(refused); }

  std::string log() override { return log_of({client_, "logs", id_}); }

  std::string timed_log() override { return log_of({client_, "logs", "--timestamps", id_}); }

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
  std::string path() const { return "/containers/" + id_; }   // of the daemon's interface

  // What `docker inspect` would answer; an empty object when the daemon is not asked, or does not tell.
  Json told_by_daemon(const std::string& query = "")
  {
    return parsed(daemon_.get(path() + "/json" + query).value_or(""));
  }

  std::string log_of(std::vector<std::string> argv)
  {
    sys::Command command;
    command.argv = std::move(argv);
    command.timeout = k_question_limit;
    command.joins_streams = true;   // the function's lines stay between the platform's
    command.keep_bytes = k_log_kept;
    command.outlives_interrupt = true;
    const auto result = run_command(processes_, command);
    return result ? all_output(*result) : "";
  }

  // What ends a container must happen on an interrupt as well, so it is not interruptible itself.
  void ask_for_good(std::vector<std::string> argv)
  {
    sys::Command command;
    command.argv = std::move(argv);
    command.timeout = k_question_limit;
    command.outlives_interrupt = true;
    processes_.run(command);
  }

  std::string inspect()
  {
    if (auto answer = daemon_.get(path() + "/json")) {
      return std::move(*answer);
    }
    const auto result = run_client(processes_, client_, {"inspect", "--format", "{{json .}}", id_});
    return result && result->succeeded() ? result->out : "";
  }

  // What `docker inspect` tells.
  struct Inspected {
    std::string text;
    std::string volume = {};   // the folder of /tmp on the engine's machine
    std::string volume_name = {};
  };

  const Inspected& inspected()
  {
    if (!inspected_) {
      keep(inspect());
    }
    return *inspected_;
  }

  void keep(std::string text)
  {
    const Json mounts = parsed(text).value("Mounts", Json());
    inspected_ = Inspected{std::move(text)};
    for (const Json& mount : mounts.is_array() ? mounts : Json::array()) {
      if (mount.value("Destination", "") == "/tmp") {
        inspected_->volume = mount.value("Source", "");
        inspected_->volume_name = mount.value("Name", "");
      }
    }
  }

  // Of the files in /tmp: from its folder where that is on this machine and may be looked into, else from the archive
  // that the engine makes of it.
  std::optional<unsigned long long> volume_bytes(const std::string& folder)
  {
    if (const auto here = folder.empty() ? std::nullopt : sys::used_bytes(folder)) {
      return here;
    }
    unsigned long long bytes = 0;
    sys::Command command;
    command.argv = {client_, "cp", id_ + ":/tmp", "-"};
    command.timeout = k_question_limit;
    command.on_output = [&](std::string_view part) { bytes += part.size(); };
    const auto result = run_command(processes_, command);
    return result && result->succeeded() ? std::optional(bytes) : std::nullopt;
  }

  sys::Processes& processes_;
  std::string client_;
  Daemon daemon_;
  std::string id_;
  RunRequest request_;
  std::map<std::string, std::string> refused_;   // limits, and why
  int undo_;
  std::optional<Inspected> inspected_;
  std::thread follower_;
};

// Whether docker's file of variables can hold it: a line break would begin another variable there, and a line without
// `=` takes its value from our own environment.
bool is_one_line(std::string_view value)
{
  return value.find_first_of("\r\n") == std::string_view::npos;
}

// The variables travel in a file: what stands on a command line can be read by every user of the machine. Values of
// several lines are the client's own variables, which it is told to hand on.
Result<std::vector<std::string>> variable_arguments(const RunRequest& request, const std::string& folder)
{
  std::string lines;
  std::vector<std::string> arguments;
  for (const auto& [name, value] : request.environment) {
    if (is_one_line(value)) {
      lines += fmt::format("{}={}\n", name, value);
    }
    else {
      arguments.insert(arguments.end(), {"--env", name});
    }
  }
  if (!lines.empty()) {
    ENVLIFT_TRY(sys::write_file(folder + "/variables", lines));
    arguments.insert(arguments.end(), {"--env-file", folder + "/variables"});
  }
  return arguments;
}

std::map<std::string, std::string> client_variables(const RunRequest& request)
{
  std::map<std::string, std::string> variables;
  std::ranges::copy_if(request.environment, std::inserter(variables, variables.end()),
                       [](const auto& variable) { return !is_one_line(variable.second); });
  return variables;
}

// What a function writes is no more than this on the engine's disk, however much it is.
const std::vector<std::string>& log_arguments()
{
  static const std::vector<std::string> arguments = {"--log-driver", "json-file", "--log-opt",
                                                     "max-size=64m", "--log-opt", "max-file=2"};
  return arguments;
}

std::vector<std::string> limit_arguments(const RunRequest& request,
                                         const std::map<std::string, std::string>& refused)
{
  std::vector<std::string> arguments;
  if (request.sandbox) {
    for (SandboxFlag& flag : sandbox_flags(*request.sandbox, request.memory_mb)) {
      if (!refused.contains(flag.name)) {
        std::ranges::move(flag.arguments, std::back_inserter(arguments));
      }
    }
    std::ranges::copy(log_arguments(), std::back_inserter(arguments));
  }
  else if (request.memory_mb > 0) {
    const std::string limit = fmt::format("{}m", request.memory_mb);
    arguments = {"--memory", limit, "--memory-swap", limit};
  }
  return arguments;
}

// What is started in it, and the image last but for the command.
std::vector<std::string> program_arguments(const RunRequest& request)
{
  std::vector<std::string> arguments;
  for (const auto& [source, destination] :
       {std::pair(request.emulator, k_emulator_path), std::pair(request.code, k_code_path)}) {
    if (!source.empty()) {
      arguments.insert(arguments.end(), {"--mount", fmt::format("type=bind,source={},destination={},readonly",
                                                                source, destination)});
    }
  }
  if (!request.entrypoint.empty()) {
    arguments.insert(arguments.end(), {"--entrypoint", request.entrypoint.front()});
  }
  arguments.push_back(request.image);
  if (!request.entrypoint.empty()) {
    arguments.insert(arguments.end(), request.entrypoint.begin() + 1, request.entrypoint.end());
  }
  arguments.insert(arguments.end(), request.command.begin(), request.command.end());
  return arguments;
}

Result<std::vector<std::string>> run_arguments(const RunRequest& request, const std::string& folder,
                                               const std::map<std::string, std::string>& refused)
{
  const std::string port = request.host_port == 0 ? "" : std::to_string(request.host_port);
  std::vector<std::string> arguments = {"--detach", "--label", "envlift", "--publish",
                                        fmt::format("127.0.0.1:{}:8080", port)};
  ENVLIFT_TRY_ASSIGN(const std::vector<std::string> variables, variable_arguments(request, folder));
  for (const std::vector<std::string>& part :
       {variables, limit_arguments(request, refused), program_arguments(request)}) {
    arguments.insert(arguments.end(), part.begin(), part.end());
  }
  return arguments;
}

// One try to start a container.
struct Start {
  const Ways& ways;
  const RunRequest& request;
  const std::map<std::string, std::string>& refused;
  std::string output = {};   // of a client that failed

  Result<std::unique_ptr<DockerContainer>> run()
  {
    ENVLIFT_TRY_ASSIGN(const sys::TemporaryFolder folder, sys::TemporaryFolder::make());
    const std::string id_file = folder.path() + "/id";
    sys::Command command;
    command.argv = {ways.client, "run",   "--pull",  "never",
                    "--cidfile", id_file, "--label", fmt::format("{}={}", k_owner_label, sys::own_mark())};
    ENVLIFT_TRY_ASSIGN(std::vector<std::string> arguments, run_arguments(request, folder.path(), refused));
    std::ranges::move(arguments, std::back_inserter(command.argv));
    command.environment = client_variables(request);
    command.timeout = k_question_limit;
    // A client that is interrupted may leave a container whose ID nobody was told. So it is let finish, and an
    // interrupt is answered with the container's removal.
    command.outlives_interrupt = true;
    const auto result = run_command(ways.processes, command);
    const auto id = sys::read_file(id_file, k_id_limit);
    std::unique_ptr<DockerContainer> container;
    if (id && !id->empty()) {
      container = std::make_unique<DockerContainer>(ways, *id, request);
    }
    if (!result) {
      return fail(result.error());
    }
    if (!result->succeeded() || container == nullptr) {
      output = all_output(*result);
      return fail(run_failed(request.image, output));
    }
    return container;
  }
};

}   // namespace

Result<std::unique_ptr<Container>> start_container(const Ways& ways, const RunRequest& request)
{
  std::map<std::string, std::string> refused;
  for (;;) {
    Start start{ways, request, refused};
    auto container = start.run();
    if (sys::interrupted_by() != 0) {
      return fail(interrupted_error());
    }
    if (container) {
      (*container)->note_refused(std::move(refused));
      return std::unique_ptr<Container>(std::move(*container));
    }
    // A limit that this engine cannot make is left out and told; the others hold.
    const RefusedLimit limit = request.sandbox ? refused_limit(start.output) : RefusedLimit{};
    if (limit.name.empty() || !refused.emplace(limit.name, limit.words).second) {
      return fail(container.error());
    }
  }
}

namespace {

struct Owned {
  std::string id;
  std::string owner;   // a mark
};

// The containers of envlift's runs, of all that the engine has.
std::vector<Owned> owned_containers(const Ways& ways)
{
  std::vector<Owned> owned;
  if (const auto answer = ways.daemon.get(
          fmt::format("/containers/json?all=1&filters=%7B%22label%22%3A%5B%22{}%22%5D%7D", k_owner_label))) {
    const Json containers = Json::parse(*answer, nullptr, false);
    for (const Json& one : containers.is_array() ? containers : Json::array()) {
      owned.push_back({one.value("Id", ""), one.value("Labels", Json::object()).value(k_owner_label, "")});
    }
    return owned;
  }
  const auto listed =
      run_client(ways.processes, ways.client,
                 {"ps", "--all", "--no-trunc", "--filter", fmt::format("label={}", k_owner_label), "--format",
                  fmt::format("{{{{.ID}}}} {{{{.Label \"{}\"}}}}", k_owner_label)});
  if (!listed || !listed->succeeded()) {
    return owned;   // no reason to stop: the run that is to come says what the engine lacks
  }
  for (const std::string_view line : text::lines(listed->out)) {
    const auto words = text::split(line, ' ');
    if (words.size() == 2) {
      owned.push_back({std::string(words[0]), std::string(words[1])});
    }
  }
  return owned;
}

}   // namespace

void remove_abandoned_containers(const Ways& ways)
{
  for (const Owned& one : owned_containers(ways)) {
    if (sys::has_ended(one.owner)) {
      sys::Command command;
      command.argv = removal(ways.client, one.id);
      command.timeout = k_question_limit;
      ways.processes.run(command);
    }
  }
}

}   // namespace envlift::engine
