#include "aws/ecr.hpp"

#include "aws/ecr_json.hpp"
#include "aws/signed_request.hpp"
#include "base/text.hpp"

#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace envlift::aws {

namespace {

using Json = nlohmann::json;

// ECR Public's interface answers in this region alone.
constexpr const char* k_shared_region = "us-east-1";
constexpr const char* k_shared_host = "public.ecr.aws";
// The name that Lambda's own console gives its statement.
constexpr const char* k_statement = "LambdaECRImageRetrievalPolicy";

Error unreadable(const std::string& action)
{
  return {.code = "EL1315",
          .message = fmt::format("the answer to {} is not one of ECR's", action),
          .hint =
              "check AWS_ENDPOINT_URL and AWS_ENDPOINT_URL_ECR, and what stands between this machine and AWS",
          .exit = ExitCode::push_failed,
          .tail = {}};
}

// The calls of one registry. `action` is the interface's name of it: "GetAuthorizationToken".
class Caller {
public:
  Caller(const Session& session, const Credentials& credentials, const Region& region, Ecr::Registry registry)
      : session_(session),
        credentials_(credentials),
        region_(region),
        is_shared_(registry == Ecr::Registry::shared)
  {}

  std::string full_name(const std::string& action) const
  {
    return (is_shared_ ? "ecr-public:" : "ecr:") + action;
  }

  Answer operator()(const std::string& action, const Json& body) const
  {
    Call call;
    call.service = is_shared_ ? Service::ecr_public : Service::ecr;
    call.region = region_.name;
    call.action = full_name(action);
    call.headers = {
      "Content-Type: application/x-amz-json-1.1",
      fmt::format("X-Amz-Target: {}.{}",
                  is_shared_ ? "SpencerFrontendService" : "AmazonEC2ContainerRegistry_V20150921", action)};
    call.body = Secret(body.dump(-1, ' ', false, Json::error_handler_t::replace));
    return send(session_, call, &credentials_);
  }

  // What `parse` finds in the answer; nothing where the service answers with the code `absent`.
  template <typename Parse>
  auto ask(const std::string& action, const Json& body, const char* absent, Parse parse) const
      -> Result<decltype(parse(std::string()))>
  {
    const Answer answer = (*this)(action, body);
    if (!answer) {
      if (answer.error().code == absent) {
        return std::nullopt;
      }
      return fail(answer.error().error);
    }
    auto parsed = parse(answer->reveal());
    return parsed ? Result<decltype(parsed)>(std::move(parsed)) : fail(unreadable(full_name(action)));
  }

  Result<> tell(const std::string& action, const Json& body) const
  {
    const Answer answer = (*this)(action, body);
    return answer ? Result<>() : fail(answer.error().error);
  }

private:
  const Session& session_;
  const Credentials& credentials_;
  const Region& region_;
  bool is_shared_;
};

Json creation_of(const NewRepository& wanted, bool is_shared)
{
  Json tags = Json::array();
  for (const auto& [key, value] : wanted.tags) {
    tags.push_back({{"Key", key}, {"Value", value}});
  }
  Json body = {{"repositoryName", wanted.name}, {"tags", tags}};
  if (!is_shared) {
    body["imageTagMutability"] = wanted.immutable_tags ? "IMMUTABLE" : "MUTABLE";
    body["imageScanningConfiguration"] = {{"scanOnPush", wanted.scan_on_push}};
    body["encryptionConfiguration"] = {{"encryptionType", wanted.encryption}};
    if (!wanted.kms_key.empty()) {
      body["encryptionConfiguration"]["kmsKey"] = wanted.kms_key;
    }
  }
  return body;
}

Json lambda_statement(const Repository& repository, const std::string& region)
{
  return {{"Sid", k_statement},
          {"Effect", "Allow"},
          {"Principal", {{"Service", "lambda.amazonaws.com"}}},
          {"Action", {"ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"}},
          {"Condition",
           {{"StringLike",
             {{"aws:sourceArn", fmt::format("arn:{}:lambda:{}:{}:function:*", partition_of(region), region,
                                            repository.account)}}}}}};
}

}  // namespace

std::optional<std::string> policy_with_lambda(const std::string& policy, const Repository& repository,
                                              const std::string& region)
{
  Json object = policy.empty() ? Json{{"Version", "2012-10-17"}} : Json::parse(policy, nullptr, false);
  if (!object.is_object()) {
    return std::nullopt;
  }
  // One statement may stand without the array.
  const Json old = object.value("Statement", Json::array());
  Json statements = Json::array();
  for (const Json& statement : old.is_array() ? old : Json::array({old})) {
    if (!statement.is_object() || statement.value("Sid", Json()) != k_statement) {
      statements.push_back(statement);
    }
  }
  statements.push_back(lambda_statement(repository, region));
  object["Statement"] = std::move(statements);
  return object.dump();
}

Result<Ecr> Ecr::open(const Session& session, Registry registry)
{
  ENVLIFT_TRY_ASSIGN(Credentials credentials, find_credentials(session));
  if (registry == Registry::shared) {
    return Ecr(session, std::move(credentials), {k_shared_region, "ECR Public"}, registry);
  }
  ENVLIFT_TRY_ASSIGN(Region region, find_region(session));
  return Ecr(session, std::move(credentials), std::move(region), registry);
}

Ecr::Ecr(Session session, Credentials credentials, Region region, Registry registry)
    : session_(std::move(session)),
      credentials_(std::move(credentials)),
      region_(std::move(region)),
      registry_(registry)
{}

Result<RegistryLogin> Ecr::login() const
{
  const Caller call(session_, credentials_, region_, registry_);
  const char* shared_host = registry_ == Registry::shared ? k_shared_host : "";
  ENVLIFT_TRY_ASSIGN(auto login,
                     call.ask("GetAuthorizationToken", Json::object(), "-",
                              [&](const std::string& json) { return parse_login(json, shared_host); }));
  return *std::move(login);
}

Result<std::optional<Repository>> Ecr::describe_repository(const std::string& name) const
{
  const Caller call(session_, credentials_, region_, registry_);
  return call.ask("DescribeRepositories", {{"repositoryNames", {name}}}, "RepositoryNotFoundException",
                  parse_repository);
}

Result<Repository> Ecr::create_repository(const NewRepository& wanted) const
{
  const Caller call(session_, credentials_, region_, registry_);
  ENVLIFT_TRY_ASSIGN(auto made,
                     call.ask("CreateRepository", creation_of(wanted, registry_ == Registry::shared),
                              "RepositoryAlreadyExistsException", parse_repository));
  if (!made) {
    ENVLIFT_TRY_ASSIGN(made, describe_repository(wanted.name));
  }
  return made ? Result<Repository>(*std::move(made)) : fail(unreadable(call.full_name("CreateRepository")));
}

Result<> Ecr::put_lifecycle_policy(const std::string& repository, const std::string& policy) const
{
  const Caller call(session_, credentials_, region_, registry_);
  return call.tell("PutLifecyclePolicy", {{"repositoryName", repository}, {"lifecyclePolicyText", policy}});
}

Result<> Ecr::allow_lambda(const Repository& repository) const
{
  const Caller call(session_, credentials_, region_, registry_);
  ENVLIFT_TRY_ASSIGN(const auto old, call.ask("GetRepositoryPolicy", {{"repositoryName", repository.name}},
                                              "RepositoryPolicyNotFoundException", parse_policy));
  const auto policy = policy_with_lambda(old.value_or(""), repository, region_.name);
  if (!policy) {
    return fail(unreadable(call.full_name("GetRepositoryPolicy")));
  }
  return call.tell("SetRepositoryPolicy", {{"repositoryName", repository.name}, {"policyText", *policy}});
}

Result<std::optional<StoredImage>> Ecr::describe_image(const std::string& repository,
                                                       const std::string& tag) const
{
  const Caller call(session_, credentials_, region_, registry_);
  return call.ask("DescribeImages", {{"repositoryName", repository}, {"imageIds", {{{"imageTag", tag}}}}},
                  "ImageNotFoundException", parse_image);
}

}  // namespace envlift::aws
