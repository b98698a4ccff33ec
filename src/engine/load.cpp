// Images that are put together outside of the engine: what they stand on, and how they get in.
#include "base/text.hpp"
#include "engine/docker.hpp"
#include "engine/engine_words.hpp"

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace envlift::engine {

namespace {

using Json = nlohmann::json;

std::vector<std::string> lines_of(const std::string& output)
{
  std::vector<std::string> lines;
  for (const std::string_view line : text::lines(output)) {
    lines.emplace_back(line);
  }
  return lines;
}

}  // namespace

// containerd's store keeps layers as they were packed, and takes whole archives only.
bool DockerEngine::completes_archives()
{
  constexpr std::string_view k_containerd = "io.containerd.snapshotter";
  if (const auto told = daemon_.get("/info")) {
    const Json info = Json::parse(*told, nullptr, false);
    return info.is_object() && info.contains("DriverStatus") &&
           info["DriverStatus"].dump().find(k_containerd) == std::string::npos;
  }
  const auto info = run_client(processes_, facts_.client, {"info", "--format", "{{json .DriverStatus}}"});
  return info && info->succeeded() && info->out.find(k_containerd) == std::string::npos;
}

Result<Image> DockerEngine::load(const std::string& archive, const std::string& tag)
{
  sys::Command command;
  command.argv = {facts_.client, "load", "--quiet", "--input", archive};
  ENVLIFT_TRY_ASSIGN(const sys::ProcessResult result, run_command(processes_, command));
  if (!result.succeeded()) {
    return fail(load_failed(tag, all_output(result)));
  }
  return inspect(tag);
}

Result<Image> DockerEngine::fetch(const std::string& reference, const std::string& platform, report::Talk& talk)
{
  auto there = inspect(reference);
  const bool wanted_arch = there && platform == (there->arch == "arm64" ? "linux/arm64" : "linux/amd64");
  if (wanted_arch || (!there && there.error().code != "EL0806")) {
    return there;
  }
  talk.step_begins(fmt::format("pulling {}", reference));
  sys::Command command;
  command.argv = {facts_.client, "pull", "--quiet", "--platform", platform, reference};
  const auto pulled = run_command(processes_, command);
  talk.step_ends(pulled && pulled->succeeded() ? "done" : "failed");
  if (!pulled) {
    return fail(pulled.error());
  }
  return pulled->succeeded() ? inspect(reference) : fail(build_failed(lines_of(all_output(*pulled))));
}

void DockerEngine::remove(const std::string& reference)
{
  static_cast<void>(run_client(processes_, facts_.client, {"rmi", reference}));
}

}  // namespace envlift::engine
