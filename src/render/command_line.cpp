// How a rendered context is built: the arguments for the engine, the line for the user.
#include "render/render.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

namespace envlift::render {

namespace {

// docker reads `--secret` as one line of CSV: a field with a comma or a quote is quoted, its quotes doubled.
std::string csv_field(const std::string& field)
{
  if (field.find_first_of(",\"") == std::string::npos) {
    return field;
  }
  return "\"" + text::replace_all(field, "\"", "\"\"") + "\"";
}

}  // namespace

std::string platform(const plan::Plan& plan)
{
  return plan.arch == "arm64" ? "linux/arm64" : "linux/amd64";
}

std::vector<std::string> build_arguments(const plan::Plan& plan)
{
  std::vector<std::string> arguments = {"--platform", platform(plan)};
  if (!plan.build_network.empty()) {
    arguments.insert(arguments.end(), {"--network", plan.build_network});
  }
  for (const plan::SecretFile& secret : plan.secrets) {
    arguments.insert(arguments.end(),
                     {"--secret", fmt::format("id={},{}", secret.id, csv_field("src=" + secret.host_path))});
  }
  if (!plan.tag.empty()) {
    arguments.insert(arguments.end(), {"--tag", plan.tag});
  }
  return arguments;
}

std::string build_command_line(const plan::Plan& plan, const std::string& folder)
{
  std::vector<std::string> words = {"docker", "build"};
  const auto arguments = build_arguments(plan);
  words.insert(words.end(), arguments.begin(), arguments.end());
  words.push_back(folder);
  // Attestations would make the image an index, which Lambda refuses.
  return "DOCKER_BUILDKIT=1 BUILDX_NO_DEFAULT_ATTESTATIONS=1 " + text::shell_line(words);
}

}  // namespace envlift::render
