#include "engine/docker.hpp"

#include "base/text.hpp"
#include "engine/build_progress.hpp"
#include "engine/container.hpp"
#include "engine/engine_words.hpp"

#include <chrono>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace envlift::engine {

namespace {

using namespace std::chrono_literals;
using Json = nlohmann::json;

std::vector<std::string> list_of(const Json& object, const char* key)
{
  std::vector<std::string> words;
  if (object.contains(key) && object[key].is_array()) {
    for (const Json& word : object[key]) {
      words.push_back(word.is_string() ? word.get<std::string>() : "");
    }
  }
  return words;
}

Result<Image> image_of(const std::string& reference, const std::string& output)
{
  const Json answer = Json::parse(output, nullptr, false);
  const bool is_list = answer.is_array() && !answer.empty();   // as the client answers
  if (const Json& object = is_list ? answer[0] : answer; !object.is_object()) {
    return fail({"EL0807",
                 fmt::format("`docker image inspect {}` answered no JSON", reference),
                 "check the engine with `envlift doctor`",
                 ExitCode::engine_unusable,
                 {}});
  }
  const Json& object = is_list ? answer[0] : answer;
  Image image;
  image.id = object.value("Id", "");
  image.tag = reference;
  image.size_bytes = object.value("Size", 0ULL);
  image.arch = object.value("Architecture", "") == "arm64" ? "arm64" : "x86_64";
  if (object.contains("RootFS") && object["RootFS"].is_object()) {
    image.layers = list_of(object["RootFS"], "Layers");
  }
  if (object.contains("Config") && object["Config"].is_object()) {
    image.config = object["Config"].dump();
    image.entrypoint = list_of(object["Config"], "Entrypoint");
    image.cmd = list_of(object["Config"], "Cmd");
  }
  return image;
}

// What a build prints is kept line by line; the streams as a whole are not needed.
constexpr std::size_t k_build_output_kept = std::size_t{64} << 10U;

}  // namespace

Error interrupted_error()
{
  return {"EL0811", "interrupted", "", ExitCode::interrupted, {}};
}

std::string all_output(const sys::ProcessResult& result)
{
  return result.out + result.err;
}

Result<sys::ProcessResult> run_command(sys::Processes& processes, const sys::Command& command)
{
  sys::ProcessResult result = processes.run(command);
  if (std::holds_alternative<sys::Interrupted>(result.outcome)) {
    return fail(interrupted_error());
  }
  if (std::holds_alternative<sys::TimedOut>(result.outcome)) {
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(command.timeout.value_or(0ms));
    return fail({"EL0810",
                 fmt::format("`docker {}` did not answer within {} s", command.argv.at(1), seconds.count()),
                 "restart the docker daemon",
                 ExitCode::engine_unusable,
                 {}});
  }
  if (const auto* missing = std::get_if<sys::NotFound>(&result.outcome)) {
    return fail({"EL0801",
                 fmt::format("{} cannot be run", missing->what),
                 "install docker, or correct the setting engine",
                 ExitCode::engine_unusable,
                 {}});
  }
  return result;
}

Result<sys::ProcessResult> run_client(sys::Processes& processes, const std::string& client,
                                      std::vector<std::string> arguments, std::chrono::milliseconds limit)
{
  sys::Command command;
  command.argv = {client};
  std::ranges::move(arguments, std::back_inserter(command.argv));
  command.timeout = limit;
  return run_command(processes, command);
}

Result<> DockerEngine::run_build(std::vector<std::string> arguments, report::Talk& talk)
{
  sys::Command command;
  command.argv = {facts_.client, "build", "--progress", "plain"};
  std::ranges::move(arguments, std::back_inserter(command.argv));
  // Attestations would make the image an index, which Lambda refuses; every client accepts the variable.
  command.environment = {{"DOCKER_BUILDKIT", "1"}, {"BUILDX_NO_DEFAULT_ATTESTATIONS", "1"}};
  command.keep_bytes = k_build_output_kept;
  BuildProgress progress(talk);
  command.on_line = [&](sys::Stream, std::string_view line) { progress.line(line); };
  const auto result = run_command(processes_, command);
  progress.finish(result && result->succeeded());
  if (!result) {
    return fail(result.error());
  }
  if (const auto* signalled = std::get_if<sys::Signalled>(&result->outcome)) {
    return fail({"EL0901", fmt::format("`docker build` was ended by signal {}", signalled->signal),
                 "run the command again", ExitCode::build_failed, progress.last_lines()});
  }
  if (!result->succeeded()) {
    return fail(build_failed(progress.last_lines()));
  }
  return {};
}

Result<Image> DockerEngine::build(const BuildRequest& request, report::Talk& talk)
{
  std::vector<std::string> arguments = {"--label", "envlift"};
  std::ranges::copy(request.arguments, std::back_inserter(arguments));
  arguments.push_back(request.folder);
  ENVLIFT_TRY(run_build(std::move(arguments), talk));
  return inspect(request.tag);
}

Result<> DockerEngine::export_stage(const ExportRequest& request, report::Talk& talk)
{
  std::vector<std::string> arguments = request.arguments;
  for (const std::string& word : {std::string("--target"), request.stage, std::string("--output"),
                                  "type=local,dest=" + request.destination, request.folder}) {
    arguments.push_back(word);
  }
  return run_build(std::move(arguments), talk);
}

Result<Image> DockerEngine::inspect(const std::string& reference)
{
  if (const auto answer = daemon_.get(fmt::format("/images/{}/json", reference))) {
    return image_of(reference, *answer);
  }
  ENVLIFT_TRY_ASSIGN(const sys::ProcessResult result,
                     run_client(processes_, facts_.client, {"image", "inspect", reference}));
  if (!result.succeeded()) {
    return fail(reading_failed(reference, all_output(result)));
  }
  return image_of(reference, result.out);
}

std::optional<unsigned long long> DockerEngine::added_bytes(const std::string& reference,
                                                            std::size_t instructions)
{
  const auto result =
      run_client(processes_, facts_.client,
                 {"history", "--no-trunc", "--human=false", "--format", "{{.Size}}", reference});
  if (!result || !result->succeeded()) {
    return std::nullopt;
  }
  unsigned long long total = 0;
  std::size_t row = 0;
  for (const std::string_view line : text::lines(result->out)) {
    // Newest first. The label that a build adds is a row of its own.
    if (row++ > instructions) {
      break;
    }
    total += std::strtoull(std::string(line).c_str(), nullptr, 10);
  }
  return total;
}

Result<std::unique_ptr<Container>> DockerEngine::run(const RunRequest& request)
{
  return start_container({processes_, facts_.client, daemon_}, request);
}

std::optional<int> DockerEngine::cores()
{
  const auto told = daemon_.get("/info");
  const Json info = told ? Json::parse(*told, nullptr, false) : Json();
  Json answer = info.is_object() ? info.value("NCPU", Json()) : Json();
  if (answer.is_null()) {
    const auto result = run_client(processes_, facts_.client, {"info", "--format", "{{json .NCPU}}"});
    answer = result && result->succeeded() ? Json::parse(result->out, nullptr, false) : Json();
  }
  return answer.is_number_integer() ? std::optional(answer.get<int>()) : std::nullopt;
}

void DockerEngine::remove_abandoned()
{
  remove_abandoned_containers({processes_, facts_.client, daemon_});
}

}  // namespace envlift::engine
