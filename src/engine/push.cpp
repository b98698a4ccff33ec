#include "engine/push.hpp"

#include "base/text.hpp"
#include "engine/docker.hpp"
#include "engine/engine_words.hpp"

#include <algorithm>
#include <string_view>
#include <vector>

#include <fmt/format.h>

namespace envlift::engine {

namespace {

constexpr std::size_t k_tail_lines = 5;

// "v1: digest: sha256:… size: 1234", the last line of `docker push`.
std::string digest_in(const std::string& output)
{
  constexpr std::string_view mark = "digest: sha256:";
  constexpr std::size_t digits = 64;
  const std::size_t at = output.rfind(mark);
  return at == std::string::npos ? "" : "sha256:" + output.substr(at + mark.size(), digits);
}

Failure failed(const std::string& target, const std::string& output)
{
  Error error{"EL1417",
              fmt::format("the engine could not push {}", target),
              "see what it says; without --engine-push envlift pushes itself",
              ExitCode::push_failed,
              {}};
  const std::vector<std::string_view> lines = text::lines(output);
  const std::size_t first = lines.size() - std::min(lines.size(), k_tail_lines);
  error.tail.assign(lines.begin() + static_cast<std::ptrdiff_t>(first), lines.end());
  return fail(std::move(error));
}

}  // namespace

Result<std::string> push(sys::Processes& processes, const PushRequest& request)
{
  const auto run = [&](std::vector<std::string> words) {
    sys::Command command;
    command.argv = {request.client};
    std::ranges::move(words, std::back_inserter(command.argv));
    if (!request.config_folder.empty()) {
      command.environment = {{"DOCKER_CONFIG", request.config_folder}};
    }
    return run_command(processes, command);
  };
  ENVLIFT_TRY_ASSIGN(const auto before, run({"image", "inspect", request.target}));
  ENVLIFT_TRY_ASSIGN(const auto tagged, run({"tag", request.image, request.target}));
  if (!tagged.succeeded()) {
    return fail(run_failed(request.image, all_output(tagged)));
  }
  const auto pushed = run({"push", request.target});
  if (!before.succeeded()) {
    static_cast<void>(run({"rmi", request.target}));   // the name alone: the image has another
  }
  ENVLIFT_TRY(pushed);
  const std::string digest = digest_in(pushed->out);
  return pushed->succeeded() && !digest.empty() ? Result<std::string>(digest)
                                                : failed(request.target, all_output(*pushed));
}

}  // namespace envlift::engine
