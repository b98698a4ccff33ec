#include "lift/push_login.hpp"

#include "aws/ecr.hpp"
#include "base/text.hpp"
#include "registry/docker_config.hpp"
#include "settings/image_reference.hpp"
#include "sys/files.hpp"
#include "sys/process.hpp"

#include <algorithm>
#include <chrono>
#include <memory>
#include <optional>
#include <utility>

#include <fmt/format.h>

namespace envlift::lift {

namespace {

using namespace std::chrono_literals;

constexpr std::string_view k_shared_registry = "public.ecr.aws";
constexpr std::size_t k_policy_limit_bytes = std::size_t{1} << 20U;

// "eu-central-1" of "123456789012.dkr.ecr.eu-central-1.amazonaws.com"; "" for a host that is not ECR's.
std::string region_of(const std::string& host)
{
  for (const std::string_view mark : {".dkr.ecr.", ".dkr.ecr-fips."}) {
    if (const std::size_t at = host.find(mark); at != std::string::npos) {
      const std::string rest = host.substr(at + mark.size());
      return rest.substr(0, rest.find('.'));
    }
  }
  return "";
}

// `git describe` of the project's work tree.
Result<std::vector<std::string>> git_tags(const std::string& root)
{
  sys::Command command;
  command.argv = {"git", "-C", root, "describe", "--always", "--tags", "--dirty"};
  command.timeout = 20s;
  const sys::ProcessResult result = sys::processes().run(command);
  const std::string name(text::trim(result.out));
  if (result.succeeded() && settings::is_tag(name)) {
    return std::vector{name};
  }
  const std::string cause = result.succeeded() ? fmt::format("`{}` is none of an image", name) : result.err;
  return fail({"EL1415",
               fmt::format("`git describe` gives no tag in {}: {}", root, text::shown(text::trim(cause))),
               "name a tag with --tag, or leave out the setting `push_tag`",
               ExitCode::usage,
               {}});
}

Result<aws::Ecr> open_ecr(const settings::Settings& settings)
{
  const std::string host_region = region_of(settings.registry);
  const std::string& region = settings.region.empty() ? host_region : settings.region;
  ENVLIFT_TRY_ASSIGN(aws::Session session,
                     aws::open_session(aws::this_machine(), {"", region, settings.ca_bundle}));
  const bool is_shared = settings.registry == k_shared_registry;
  return aws::Ecr::open(session, is_shared ? aws::Ecr::Registry::shared : aws::Ecr::Registry::account);
}

registry::Login login_of(aws::RegistryLogin login)
{
  return {std::move(login.username), std::move(login.password)};
}

// The login that ECR's answer has brought, and a new one when that is refused.
registry::FetchLogin ecr_login(const aws::Ecr& ecr, aws::RegistryLogin first)
{
  auto held = std::make_shared<std::optional<aws::RegistryLogin>>(std::move(first));
  return [ecr, held]() -> Result<registry::Login> {
    if (*held) {
      return login_of(*std::exchange(*held, std::nullopt));
    }
    ENVLIFT_TRY_ASSIGN(aws::RegistryLogin login, ecr.login());
    return login_of(std::move(login));
  };
}

// ECR's for a registry that docker has no login for; nobody where no AWS credentials are configured either.
Result<registry::Login> login_by_aws(const settings::Settings& settings)
{
  const auto ecr = open_ecr(settings);
  auto given = ecr ? ecr->login() : fail(ecr.error());
  if (given) {
    return login_of(*std::move(given));
  }
  Error error = std::move(given).error();
  if (error.code == "EL1301") {
    return registry::Login{};
  }
  if (error.exit != ExitCode::interrupted) {
    error.message = fmt::format("docker has no login for {}, and {}", settings.registry, error.message);
  }
  return fail(std::move(error));
}

// Of a registry that the settings name. Asked when the registry wants to know, so that one for everybody needs none.
registry::FetchLogin named_login(const settings::Settings& settings)
{
  return [settings]() -> Result<registry::Login> {
    // Not through processes(), which may write down what programs say.
    ENVLIFT_TRY_ASSIGN(registry::Login login,
                       registry::docker_login(sys::real_processes(), settings.registry));
    return login.user.empty() ? login_by_aws(settings) : std::move(login);
  };
}

aws::NewRepository new_repository(const std::string& name, const RepositoryWishes& wishes)
{
  aws::NewRepository wanted;
  wanted.name = name;
  wanted.encryption = wishes.encryption;
  wanted.kms_key = wishes.kms_key;
  for (const std::string& tag : wishes.tags) {
    const std::size_t equals = tag.find('=');
    wanted.tags[tag.substr(0, equals)] = tag.substr(equals + 1);
  }
  return wanted;
}

Error unusable_wish(std::string message, std::string hint)
{
  return {"EL1414", std::move(message), std::move(hint), ExitCode::usage, {}};
}

Result<> check_repository_wishes(const RepositoryWishes& wishes)
{
  if (!wishes.kms_key.empty() && wishes.encryption == "AES256") {
    return fail(unusable_wish("a repository that is encrypted with AES256 has no KMS key",
                              "add `--encryption KMS`, or leave out --kms-key"));
  }
  for (const std::string& tag : wishes.tags) {
    if (tag.find('=') == std::string::npos || tag.starts_with('=')) {
      return fail(unusable_wish(fmt::format("`{}` is no tag of a repository", text::shown(tag)),
                                "write it as KEY=VALUE"));
    }
  }
  return {};
}

Result<> prepare_repository(const aws::Ecr& ecr, const std::string& name, const PushWishes& wishes)
{
  ENVLIFT_TRY_ASSIGN(auto repository, ecr.describe_repository(name));
  if (!repository && wishes.create_repository) {
    ENVLIFT_TRY_ASSIGN(repository, ecr.create_repository(new_repository(name, wishes.repository)));
  }
  if (!repository) {
    return fail({"EL1405",
                 fmt::format("there is no repository {} in ECR in {}", name, ecr.region().name),
                 "correct --repository or --region, or add --create-repository",
                 ExitCode::push_failed,
                 {}});
  }
  if (!wishes.lifecycle_policy.empty()) {
    ENVLIFT_TRY_ASSIGN(const std::string policy,
                       sys::read_file(wishes.lifecycle_policy, k_policy_limit_bytes));
    ENVLIFT_TRY(ecr.put_lifecycle_policy(name, policy));
  }
  return wishes.allow_lambda ? ecr.allow_lambda(*repository) : Result<>{};
}

}   // namespace

Result<> check_push_request(const settings::Settings& settings, const PushWishes& wishes)
{
  if (settings.repository.empty()) {
    return fail(unusable_wish("the push has no repository: the setting `repository` is not set",
                              "name it with --repository, or in envlift.yaml"));
  }
  const std::string region = region_of(settings.registry);
  if (!region.empty() && !settings.region.empty() && region != settings.region) {
    return fail(unusable_wish(
        fmt::format("the registry is in {}, and the setting `region` says {}", region, settings.region),
        "correct one of the two: Lambda pulls from its own region"));
  }
  ENVLIFT_TRY(check_repository_wishes(wishes.repository));
  const auto wrong =
      std::ranges::find_if(wishes.tags, [](const std::string& tag) { return !settings::is_tag(tag); });
  if (wrong != wishes.tags.end()) {
    return fail({"EL1415",
                 fmt::format("`{}` is no tag", text::shown(*wrong)),
                 "write letters, digits, `_`, `.` and `-`, 128 at most, and none of the last two first",
                 ExitCode::usage,
                 {}});
  }
  return {};
}

Result<PushRequest> push_request(const settings::Settings& settings, const PushWishes& wishes,
                                 const std::string& root)
{
  ENVLIFT_TRY(check_push_request(settings, wishes));
  PushRequest request;
  request.place = {settings.registry, settings.repository, settings.plain_http, settings.ca_bundle};
  request.tags = wishes.tags;
  if (wishes.tags.empty() && settings.push_tag == "git") {
    ENVLIFT_TRY_ASSIGN(request.tags, git_tags(root));
  }
  const bool asks_ecr = wishes.create_repository || wishes.allow_lambda || !wishes.lifecycle_policy.empty();
  if (!settings.registry.empty() && !asks_ecr) {
    request.login = named_login(settings);
    return request;
  }
  ENVLIFT_TRY_ASSIGN(const aws::Ecr ecr, open_ecr(settings));
  ENVLIFT_TRY(prepare_repository(ecr, settings.repository, wishes));
  if (!settings.registry.empty()) {
    request.login = named_login(settings);
    return request;
  }
  ENVLIFT_TRY_ASSIGN(aws::RegistryLogin login, ecr.login());
  request.place.host = login.host;
  request.login = ecr_login(ecr, std::move(login));
  return request;
}

}   // namespace envlift::lift
