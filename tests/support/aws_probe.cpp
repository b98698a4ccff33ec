// Drives src/aws for tests: tasks as JSON lines on stdin, an answer as a JSON line each on stdout. Its answers hold
// secrets, as it is made to show them.
#include "aws/credentials.hpp"
#include "aws/ecr.hpp"
#include "aws/endpoint.hpp"
#include "aws/region.hpp"
#include "aws/signed_request.hpp"

#include <iostream>
#include <string>

#include <nlohmann/json.hpp>

using namespace envlift;
using Json = nlohmann::json;

namespace {

Json to_json(const Error& error)
{
  return {{"code", error.code},
          {"message", error.message},
          {"hint", error.hint},
          {"exit", static_cast<int>(error.exit)},
          {"tail", error.tail}};
}

Result<aws::Session> open(const Json& task)
{
  aws::Machine machine = aws::this_machine();
  // Tests do not wait.
  machine.pause = [](std::chrono::milliseconds) { return true; };
  return aws::open_session(machine, {task.value("profile", ""), task.value("region", ""), ""});
}

Result<Json> endpoint(const Json& task)
{
  const std::string name = task.at("service");
  for (const aws::Service service :
       {aws::Service::ecr, aws::Service::ecr_public, aws::Service::sts, aws::Service::sso}) {
    if (aws::name_of(service) == name) {
      ENVLIFT_TRY_ASSIGN(const std::string url, aws::endpoint_url(service, task.at("region"),
                                                                  {task.at("fips"), task.at("dual_stack")}));
      return Json(url);
    }
  }
  return fail({"", "no such service", "", ExitCode::internal, {}});
}

Result<Json> override_of(const Json& task)
{
  ENVLIFT_TRY_ASSIGN(const aws::Session session, open(task));
  ENVLIFT_TRY_ASSIGN(const std::string url,
                     aws::endpoint_of(session,
                                      task.at("service") == "ecr" ? aws::Service::ecr : aws::Service::sts,
                                      "eu-central-1"));
  return Json(url);
}

Result<Json> credentials(const Json& task)
{
  ENVLIFT_TRY_ASSIGN(const aws::Session session, open(task));
  ENVLIFT_TRY_ASSIGN(const aws::Credentials found, aws::find_credentials(session));
  return Json{{"access_key", found.access_key},
              {"secret_key", found.secret_key.reveal()},
              {"token", found.session_token.reveal()},
              {"source", found.source}};
}

Result<Json> region(const Json& task)
{
  ENVLIFT_TRY_ASSIGN(const aws::Session session, open(task));
  ENVLIFT_TRY_ASSIGN(const aws::Region region, aws::find_region(session));
  return Json(region.name);
}

Result<Json> call(const Json& task)
{
  ENVLIFT_TRY_ASSIGN(const aws::Session session, open(task));
  ENVLIFT_TRY_ASSIGN(const aws::Credentials found, aws::find_credentials(session));
  aws::Call call;
  call.service = task.value("service", "ecr") == "sts" ? aws::Service::sts : aws::Service::ecr;
  call.region = task.at("region");
  call.action = "ecr:Test";
  call.headers = task.at("headers").get<std::vector<std::string>>();
  call.body = Secret(task.at("body"));
  const aws::Answer answer = aws::send(session, call, &found);
  return answer ? Result<Json>(answer->reveal()) : fail(answer.error().error);
}

Json to_json(const aws::Repository& repository)
{
  return {{"name", repository.name},
          {"uri", repository.uri},
          {"account", repository.account},
          {"immutable_tags", repository.immutable_tags}};
}

Result<Json> ecr(const Json& task)
{
  ENVLIFT_TRY_ASSIGN(const aws::Session session, open(task));
  const bool is_shared = task.value("shared", false);
  ENVLIFT_TRY_ASSIGN(const aws::Ecr ecr, aws::Ecr::open(session, is_shared ? aws::Ecr::Registry::shared
                                                                           : aws::Ecr::Registry::account));
  const std::string action = task.at("action");
  const std::string name = task.value("repository", "");
  if (action == "login") {
    ENVLIFT_TRY_ASSIGN(const aws::RegistryLogin login, ecr.login());
    return Json{{"host", login.host},
                {"username", login.username},
                {"password", login.password.reveal()},
                {"expires", login.expires.value_or(0)}};
  }
  if (action == "create") {
    aws::NewRepository wanted;
    wanted.name = name;
    wanted.scan_on_push = task.value("scan_on_push", true);
    wanted.immutable_tags = task.value("immutable_tags", true);
    wanted.encryption = task.value("encryption", wanted.encryption);
    wanted.kms_key = task.value("kms_key", "");
    wanted.tags = task.value("tags", wanted.tags);
    ENVLIFT_TRY_ASSIGN(const aws::Repository made, ecr.create_repository(wanted));
    return to_json(made);
  }
  if (action == "lifecycle") {
    ENVLIFT_TRY(ecr.put_lifecycle_policy(name, task.at("policy")));
    return Json(nullptr);
  }
  if (action == "image") {
    ENVLIFT_TRY_ASSIGN(const auto image, ecr.describe_image(name, task.at("tag")));
    return image ? Json{{"digest", image->digest}, {"size_bytes", image->size_bytes}} : Json(nullptr);
  }
  ENVLIFT_TRY_ASSIGN(const auto repository, ecr.describe_repository(name));
  if (action == "allow_lambda" && repository) {
    ENVLIFT_TRY(ecr.allow_lambda(*repository));
  }
  return repository ? to_json(*repository) : Json(nullptr);
}

Result<Json> run(const Json& task)
{
  const std::string what = task.at("task");
  return what == "endpoint"      ? endpoint(task)
         : what == "override"    ? override_of(task)
         : what == "credentials" ? credentials(task)
         : what == "region"      ? region(task)
         : what == "call"        ? call(task)
                                 : ecr(task);
}

}   // namespace

int main()
{
  for (std::string line; std::getline(std::cin, line);) {
    const Result<Json> answer = run(Json::parse(line));
    std::cout << (answer ? Json{{"answer", *answer}} : Json{{"error", to_json(answer.error())}}).dump()
              << std::endl;
  }
  return 0;
}
