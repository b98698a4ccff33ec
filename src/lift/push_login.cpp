#include "lift/push_login.hpp"

#include "base/text.hpp"
#include "registry/docker_config.hpp"
#include "settings/image_reference.hpp"
#include "sys/process.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include <fmt/format.h>

namespace envlift::lift {

namespace {

using namespace std::chrono_literals;

Failure no_place(const char* what, const char* setting)
{
  return fail({"EL1414", fmt::format("the push has no {}: the setting `{}` is not set", what, setting),
               fmt::format("name it with --{}, or in envlift.yaml", setting), ExitCode::usage, {}});
}

Result<> check_tags(const std::vector<std::string>& tags)
{
  const auto wrong = std::ranges::find_if(tags, [](const std::string& tag) { return !settings::is_tag(tag); });
  return wrong == tags.end() ? Result<>{}
                             : fail({"EL1415", fmt::format("`{}` is no tag", text::shown(*wrong)),
                                     "write letters, digits, `_`, `.` and `-`, 128 at most, and none of the last two first",
                                     ExitCode::usage, {}});
}

// `git describe` of the project's work tree; none outside of one.
std::vector<std::string> git_tags(const std::string& root)
{
  sys::Command command;
  command.argv = {"git", "-C", root, "describe", "--always", "--tags", "--dirty"};
  command.timeout = 20s;
  const sys::ProcessResult result = sys::processes().run(command);
  const std::string name(text::trim(result.out));
  return result.succeeded() && settings::is_tag(name) ? std::vector{name} : std::vector<std::string>{};
}

}  // namespace

Result<PushRequest> push_request(const settings::Settings& settings, const std::vector<std::string>& tags,
                                 const std::string& root)
{
  if (settings.repository.empty()) {
    return no_place("repository", "repository");
  }
  if (settings.registry.empty()) {
    return no_place("registry", "registry");
  }
  ENVLIFT_TRY(check_tags(tags));
  PushRequest request;
  request.place = {settings.registry, settings.repository, settings.plain_http, settings.ca_bundle};
  // Not through processes(), which may write down what programs say.
  request.login = [host = settings.registry] { return registry::docker_login(sys::real_processes(), host); };
  request.tags = tags.empty() && settings.push_tag == "git" ? git_tags(root) : tags;
  return request;
}

}  // namespace envlift::lift
