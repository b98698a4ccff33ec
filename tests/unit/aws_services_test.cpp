// Endpoints, errors and answers of AWS's services. tests/reference compares endpoints and signatures with botocore's.
#include "aws/ecr_json.hpp"
#include "aws/endpoint.hpp"
#include "aws/service_error.hpp"
#include "aws/signed_request.hpp"
#include "aws/times.hpp"
#include "fakes/machine.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

using namespace envlift;
using aws::Service;
using Json = nlohmann::json;

namespace {

std::string ecr_endpoint(fakes::Machine& machine)
{
  const auto session = machine.session();
  REQUIRE(session);
  const auto url = aws::endpoint_of(*session, Service::ecr, "eu-central-1");
  return url ? *url : url.error().code;
}

aws::ServiceError decoded(int status, const std::string& body,
                          std::map<std::string, std::string> headers = {})
{
  return aws::decode_error({status, body, std::move(headers)});
}

}   // namespace

TEST_CASE("endpoints by region")
{
  CHECK(*aws::endpoint_url(Service::ecr, "eu-central-1", {}) == "https://api.ecr.eu-central-1.amazonaws.com");
  CHECK(*aws::endpoint_url(Service::ecr, "cn-north-1", {true, true}) ==
        "https://ecr-fips.cn-north-1.api.amazonwebservices.com.cn");
  CHECK(*aws::endpoint_url(Service::ecr_public, "us-east-1", {false, true}) ==
        "https://ecr-public.us-east-1.api.aws");
  CHECK(*aws::endpoint_url(Service::sts, "us-gov-west-1", {true, false}) ==
        "https://sts.us-gov-west-1.amazonaws.com");
  for (const char* region :
       {"", "eu-central-1.evil.example/", "EU", "eu_central", "-x", "x-", "a:b", "a b"}) {
    CHECK(aws::endpoint_url(Service::ecr, region, {}).error().code == "EL1305");
  }
}

TEST_CASE("endpoints that variables and profiles name")
{
  fakes::Machine machine;
  machine.files["/home/me/.aws/config"] =
      "[default]\nendpoint_url = http://profile:1\n[profile s]\nservices = local\n"
      "[profile m]\nservices = missing\n[services local]\necr =\n  endpoint_url = http://section:1\n";
  CHECK(ecr_endpoint(machine) == "http://profile:1");
  machine.variables["AWS_PROFILE"] = "s";
  CHECK(ecr_endpoint(machine) == "http://section:1");
  machine.variables["AWS_ENDPOINT_URL"] = "http://all:1";
  CHECK(ecr_endpoint(machine) == "http://all:1");
  machine.variables["AWS_ENDPOINT_URL_ECR"] = "http://ecr:1";
  CHECK(ecr_endpoint(machine) == "http://ecr:1");
  machine.variables["AWS_USE_FIPS_ENDPOINT"] = "true";
  CHECK(ecr_endpoint(machine) == "EL1318");
  machine.variables["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"] = "true";
  CHECK(ecr_endpoint(machine) == "https://api.ecr-fips.eu-central-1.amazonaws.com");
  machine.variables = {{"HOME", "/home/me"}, {"AWS_PROFILE", "m"}};
  CHECK(ecr_endpoint(machine) == "EL1306");
  for (const char* url : {"localhost:4566", "ftp://x", "http://user@x", "http://x/?a=b"}) {
    machine.variables["AWS_ENDPOINT_URL"] = url;
    CHECK(ecr_endpoint(machine) == "EL1318");
  }
}

TEST_CASE("errors of JSON and of XML")
{
  const auto json =
      decoded(400, R"({"__type": "com.amazonaws.ecr#RepositoryNotFoundException", "message": "none"})");
  CHECK(json.code == "RepositoryNotFoundException");
  CHECK(json.message == "none");
  const auto xml = decoded(403, "<ErrorResponse><Error><Code>ExpiredToken</Code><Message>a "
                                "&lt;b&gt;</Message></Error></ErrorResponse>");
  CHECK(xml.code == "ExpiredToken");
  CHECK(xml.message == "a <b>");
  CHECK(decoded(401, "{}", {{"x-amzn-errortype", "UnauthorizedException:http://x"}}).code ==
        "UnauthorizedException");
  CHECK(decoded(502, "<html>").code.empty());
  CHECK(decoded(400, "[1]").code.empty());
}

TEST_CASE("what can be tried again")
{
  CHECK(aws::is_transient({400, "ThrottlingException", ""}));
  CHECK(aws::is_transient({429, "", ""}));
  CHECK(aws::is_transient({503, "", ""}));
  CHECK_FALSE(aws::is_transient({400, "InvalidParameterException", ""}));
  CHECK_FALSE(aws::is_transient({403, "AccessDenied", ""}));
}

TEST_CASE("a request over a network that fails is tried five times, one that is refused for good once")
{
  for (const auto& [problem, times, exit] :
       {std::tuple{sys::HttpProblem::dropped, 5, ExitCode::transient},
        std::tuple{sys::HttpProblem::other, 1, ExitCode::transient},
        std::tuple{sys::HttpProblem::interrupted, 1, ExitCode::interrupted}}) {
    fakes::Machine machine([problem = problem](const sys::HttpRequest&) -> fakes::Http::Answer {
      return tl::unexpected(sys::HttpFailure{problem, "so"});
    });
    aws::Call call;
    call.region = "eu-central-1";
    const auto answer = aws::send(*machine.session(), call, nullptr);
    REQUIRE_FALSE(answer);
    CHECK(answer.error().error.exit == exit);
    CHECK(answer.error().error.code == (exit == ExitCode::transient ? "EL1314" : "EL0811"));
    CHECK(machine.http.requests.size() == static_cast<std::size_t>(times));
    CHECK(machine.http.requests.front().timeout * 5 + std::chrono::seconds(5) < std::chrono::minutes(1));
    for (std::size_t i = 0; i < machine.pauses.size(); ++i) {
      CHECK(machine.pauses[i].count() <= 250 << i);
      CHECK(machine.pauses[i].count() >= 125 << i);
    }
  }
}

TEST_CASE("a signal ends the wait for the next try")
{
  fakes::Machine busy(
      [](const sys::HttpRequest&) { return fakes::Http::Answer(sys::HttpResponse{503, ""}); });
  fakes::Machine silent([](const sys::HttpRequest&) -> fakes::Http::Answer {
    return tl::unexpected(sys::HttpFailure{sys::HttpProblem::dropped, "so"});
  });
  for (fakes::Machine* machine : {&busy, &silent}) {
    machine->is_interrupted = true;
    aws::Call call;
    call.region = "eu-central-1";
    const auto answer = aws::send(*machine->session(), call, nullptr);
    REQUIRE_FALSE(answer);
    CHECK(answer.error().error.code == "EL0811");
    CHECK(answer.error().error.exit == ExitCode::interrupted);
    CHECK(machine->http.requests.size() == 1);
  }
}

TEST_CASE("times")
{
  CHECK(aws::signing_time(1'800'000'000) == "20270115T080000Z");
  CHECK(aws::rfc3339(1'800'000'000) == "2027-01-15T08:00:00Z");
  for (const char* text : {"2027-01-15T08:00:00Z", "2027-01-15T08:00:00UTC", "2027-01-15T09:30:00.123+01:30",
                           "2027-01-15T06:00:00-0200"}) {
    CHECK(aws::parse_rfc3339(text) == 1'800'000'000);
  }
  for (const char* text :
       {"", "2027-01-15", "2027-01-15T08:00:00", "2027-01-15T08:00:00+1", "2027-01-15T08:00:00x0100"}) {
    CHECK_FALSE(aws::parse_rfc3339(text));
  }
  CHECK(aws::parse_http_date("Fri, 15 Jan 2027 08:00:00 GMT") == 1'800'000'000);
  CHECK_FALSE(aws::parse_http_date("yesterday"));
}

TEST_CASE("a login's password begins behind the first colon")
{
  const std::string token = "QVdTOmE6Yi9jPT0=";   // AWS:a:b/c==
  const auto login =
      aws::parse_login(R"({"authorizationData": [{"authorizationToken": ")" + token +
                           R"(", "expiresAt": 1.8e9, "proxyEndpoint": "https://1.dkr.ecr.x:5000/"}]})",
                       "");
  REQUIRE(login);
  CHECK(login->host == "1.dkr.ecr.x:5000");
  CHECK(login->username == "AWS");
  CHECK(login->password.reveal() == "a:b/c==");
  CHECK(login->expires == 1'800'000'000);
  const std::string shared = R"({"authorizationData": {"authorizationToken": ")" + token + R"("}})";
  CHECK(aws::parse_login(shared, "public.ecr.aws")->host == "public.ecr.aws");
  CHECK_FALSE(aws::parse_login(shared, ""));
  for (const char* text : {"", "[]", "{}", R"({"authorizationData": []})", R"({"authorizationData": [1]})",
                           R"({"authorizationData": [{"authorizationToken": "!"}]})",
                           R"({"authorizationData": [{"authorizationToken": "QVdT"}]})"}) {
    CHECK_FALSE(aws::parse_login(text, "x"));
  }
}

TEST_CASE("Lambda's statement joins a policy, in place of an older one")
{
  const aws::Repository repository{"r", "h/r", "123456789012", true};
  const auto fresh = Json::parse(*aws::policy_with_lambda("", repository, "us-gov-west-1"));
  CHECK(fresh["Version"] == "2012-10-17");
  CHECK(fresh["Statement"].at(0)["Condition"]["StringLike"]["aws:sourceArn"] ==
        "arn:aws-us-gov:lambda:us-gov-west-1:123456789012:function:*");
  const std::string old =
      R"({"Version": "2008-10-17", "Id": "mine", "Statement": [{"Sid": "A"}, {"Sid": "LambdaECRImageRetrievalPolicy"}, {}]})";
  const auto joined = Json::parse(*aws::policy_with_lambda(old, repository, "eu-west-1"));
  CHECK(joined["Version"] == "2008-10-17");
  CHECK(joined["Id"] == "mine");
  REQUIRE(joined["Statement"].size() == 3);
  CHECK(joined["Statement"][0]["Sid"] == "A");
  CHECK(joined["Statement"][1].empty());
  CHECK_FALSE(aws::policy_with_lambda("[]", repository, "eu-west-1"));
}
