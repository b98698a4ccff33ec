// Where credentials come from, and that none of them is told. tests/reference/aws_credentials_test.py compares whole
// chains with botocore's.
#include "aws/credentials.hpp"

#include "aws/container.hpp"
#include "fakes/machine.hpp"

#include <catch2/catch.hpp>

using namespace envlift;
using namespace std::chrono_literals;
using Answer = fakes::Http::Answer;

namespace {

const std::string k_keys =
    R"({"AccessKeyId": "ID", "SecretAccessKey": "canary", "Token": "canary", "Expiration": "2027-01-15T09:00:00Z"})";

Answer ok(const std::string& body)
{
  return sys::HttpResponse{200, body};
}

Result<aws::Credentials> find(fakes::Machine& machine, const std::string& profile = "")
{
  const auto session = machine.session({profile, "", ""});
  REQUIRE(session);
  return aws::find_credentials(*session);
}

std::string error_code(fakes::Machine& machine, const std::string& profile = "")
{
  const auto found = find(machine, profile);
  REQUIRE_FALSE(found);
  const Error& error = found.error();
  CHECK(error.exit == ExitCode::push_failed);
  CHECK_FALSE(error.hint.empty());
  CHECK((error.message + error.hint + text::join(error.tail, "")).find("canary") == std::string::npos);
  return error.code;
}

}   // namespace

TEST_CASE("the variables go first, but not before a profile of the command line")
{
  fakes::Machine machine;
  machine.files["/home/me/.aws/credentials"] =
      "[default]\naws_access_key_id = P\naws_secret_access_key = canary\n";
  machine.variables["AWS_ACCESS_KEY_ID"] = "V";
  machine.variables["AWS_SECRET_ACCESS_KEY"] = "canary";
  machine.variables["AWS_SESSION_TOKEN"] = "token";
  const auto of_variables = find(machine);
  CHECK(of_variables->access_key == "V");
  CHECK(of_variables->session_token.reveal() == "token");
  CHECK(of_variables->source == "the variable AWS_ACCESS_KEY_ID");
  CHECK(find(machine, "default")->access_key == "P");
  machine.variables["AWS_SECRET_ACCESS_KEY"] = "";
  CHECK(error_code(machine) == "EL1307");
}

TEST_CASE("nothing anywhere")
{
  fakes::Machine machine;
  CHECK(error_code(machine) == "EL1301");
  // An instance is asked for a second at most, and past every proxy.
  REQUIRE(machine.http.requests.size() == 1);
  CHECK(machine.http.requests[0].method == "PUT");
  CHECK(machine.http.requests[0].url == "http://169.254.169.254/latest/api/token");
  CHECK(machine.http.requests[0].timeout == 1s);
  CHECK(machine.http.requests[0].passes_no_proxy);
  machine.variables["AWS_EC2_METADATA_DISABLED"] = "true";
  CHECK(error_code(machine) == "EL1301");
  CHECK(machine.http.requests.size() == 1);
}

TEST_CASE("an instance is asked with a token, and only so")
{
  fakes::Machine machine([](const sys::HttpRequest& request) -> Answer {
    if (request.url == "http://[fd00:ec2::254]/latest/api/token") {
      return ok("the-token");
    }
    CHECK(request.secret_headers.at(0).value.reveal() == "the-token");
    return ok(request.url.ends_with("/security-credentials/") ? "role\n" : k_keys);
  });
  machine.variables["AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE"] = "IPv6";
  const auto found = find(machine);
  CHECK(found->access_key == "ID");
  CHECK(found->source == "the instance's role `role`");
  CHECK(found->expires == 1'800'003'600);
  CHECK(machine.http.requests.back().url ==
        "http://[fd00:ec2::254]/latest/meta-data/iam/security-credentials/role");

  fakes::Machine old([](const sys::HttpRequest& request) -> Answer {
    return request.method == "PUT" ? Answer(sys::HttpResponse{404, ""}) : ok(k_keys);
  });
  CHECK(error_code(old) == "EL1301");
  CHECK(old.http.requests.size() == 1);
}

TEST_CASE("hosts that a container may ask by http")
{
  for (const char* url : {"http://169.254.170.2/v2/x?y", "http://169.254.170.23/", "http://[fd00:ec2::23]/x",
                          "http://localhost:8080/x", "http://LOCALHOST", "http://127.0.0.1:1/",
                          "http://127.9.8.7/", "http://[::1]:80/", "HTTPS://anywhere.example/x"}) {
    INFO(url);
    CHECK(aws::may_ask_for_credentials(url));
  }
  for (const char* url :
       {"http://example.com/", "http://169.254.170.2.evil.example/", "http://169.254.170.2@evil.example/",
        "http://169.254.170.2evil.example/", "http://127.0.0.1.evil.example/", "http://127.example/",
        "http://169.254.169.254/", "http://localhost\\@evil.example/", "http://", "https://", "/v2/x",
        "file:///etc/passwd", "ftp://127.0.0.1/", "http://[::2]/", "http://10.0.0.1/"}) {
    INFO(url);
    CHECK_FALSE(aws::may_ask_for_credentials(url));
  }
}

TEST_CASE("a container's endpoint")
{
  fakes::Machine machine([](const sys::HttpRequest&) { return ok(k_keys); });
  machine.variables["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"] = "/v2/role";
  CHECK(find(machine)->source == "the container's endpoint");
  CHECK(machine.http.requests.back().url == "http://169.254.170.2/v2/role");
  CHECK(machine.http.requests.back().secret_headers.empty());
  machine.variables["AWS_CONTAINER_AUTHORIZATION_TOKEN"] = "of-the-variable";
  CHECK(find(machine));
  CHECK(machine.http.requests.back().secret_headers.at(0).value.reveal() == "of-the-variable");
  machine.variables["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"] = "/token";
  CHECK(error_code(machine) == "EL1307");
  machine.files["/token"] = "of-the-file";
  CHECK(find(machine));
  CHECK(machine.http.requests.back().secret_headers.at(0).value.reveal() == "of-the-file");
  machine.files["/token"] = "canary\nHost: evil";
  CHECK(error_code(machine) == "EL1307");
  machine.files["/token"] = "x";
  // What is appended to the address must not become a part of its host.
  machine.variables["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"] = "@evil.example/";
  const std::size_t asked = machine.http.requests.size();
  CHECK(error_code(machine) == "EL1309");
  CHECK(machine.http.requests.size() == asked);
}

TEST_CASE("a container's endpoint that fails is asked three times, and nobody else instead")
{
  fakes::Machine machine([](const sys::HttpRequest&) { return Answer(sys::HttpResponse{503, "canary"}); });
  machine.variables["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = "http://localhost/x";
  CHECK(error_code(machine) == "EL1307");
  CHECK(machine.http.requests.size() == 3);
  CHECK(machine.pauses.size() == 2);
  fakes::Machine refusing([](const sys::HttpRequest&) { return Answer(sys::HttpResponse{403, "canary"}); });
  refusing.variables = machine.variables;
  CHECK(error_code(refusing) == "EL1307");
  CHECK(refusing.http.requests.size() == 1);
  machine.is_interrupted = true;
  const auto interrupted = find(machine);
  REQUIRE_FALSE(interrupted);
  CHECK(interrupted.error().code == "EL0811");
  CHECK(machine.http.requests.size() == 4);
}

TEST_CASE("no proxy stands before a container's endpoint, as with botocore")
{
  for (const char* url : {"http://localhost/x", "https://credentials.example/x"}) {
    fakes::Machine machine([](const sys::HttpRequest&) { return ok(k_keys); });
    machine.variables["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = url;
    CHECK(find(machine));
    CHECK(machine.http.requests.at(0).passes_no_proxy);
  }
}

TEST_CASE("a program's credentials, and programs that give none")
{
  fakes::Machine machine;
  machine.files["/home/me/.aws/config"] = "[default]\ncredential_process = /opt/keys 'a b' \"$HOME\"\n";
  const std::string keys = R"("AccessKeyId": "ID", "SecretAccessKey": "canary")";
  machine.processes.answer("a b $HOME", 0, R"({"Version": 1, )" + keys + "}", "", 1);
  machine.processes.answer("a b $HOME", 0, R"({"Version": 2, )" + keys + "}", "", 1);
  machine.processes.answer("a b $HOME", 0, R"({"Version": 1, "Secret": "canary"})", "", 1);
  machine.processes.answer("a b $HOME", 3, "canary", "not signed in\n", 1);
  machine.processes.outcome("a b $HOME", sys::TimedOut{}, "canary", "", 1);
  machine.processes.outcome("a b $HOME", sys::NotFound{"/opt/keys"}, "", "", 1);
  CHECK(find(machine)->access_key == "ID");
  CHECK(machine.processes.commands.back().argv == std::vector<std::string>{"/opt/keys", "a b", "$HOME"});
  CHECK(error_code(machine) == "EL1307");
  CHECK(error_code(machine) == "EL1307");
  const auto failed = find(machine);
  CHECK(failed.error().tail == std::vector<std::string>{"not signed in"});
  CHECK(failed.error().message ==
        "the credential_process of the profile `default` gave no AWS credentials: it ended with exit code 3");
  CHECK(error_code(machine) == "EL1307");
  CHECK(error_code(machine) == "EL1307");
  machine.files["/home/me/.aws/config"] = "[default]\ncredential_process = 'canary\n";
  CHECK(error_code(machine) == "EL1306");
}

TEST_CASE("profiles that cannot give credentials")
{
  fakes::Machine machine;
  machine.variables["AWS_EC2_METADATA_DISABLED"] = "true";
  const std::string role = "role_arn = arn:aws:iam::123456789012:role/x\n";
  machine.files["/home/me/.aws/config"] = "[profile half]\naws_access_key_id = canary\n"
                                          "[profile alone]\n" +
                                          role + "[profile both]\n" + role +
                                          "source_profile = half\ncredential_source = Environment\n"
                                          "[profile a]\n" +
                                          role + "source_profile = b\n[profile b]\n" + role +
                                          "source_profile = a\n"
                                          "[profile self]\n" +
                                          role +
                                          "source_profile = self\n"
                                          "[profile mfa]\n" +
                                          role +
                                          "source_profile = half\nmfa_serial = arn:x\n"
                                          "[profile login]\nlogin_session = arn:x\n"
                                          "[profile sso]\nsso_account_id = 123456789012\nsso_role_name = "
                                          "x\nsso_start_url = https://x\nsso_region = eu-west-1\n"
                                          "[profile broken-sso]\nsso_account_id = 123456789012\n";
  for (const char* profile : {"half", "alone", "both", "a", "self", "login", "broken-sso"}) {
    INFO(profile);
    CHECK(error_code(machine, profile) == "EL1306");
  }
  CHECK(find(machine, "a").error().message == "the AWS profile `a` stands on itself: a -> b -> a");
  CHECK(error_code(machine, "mfa") == "EL1308");
  CHECK(error_code(machine, "sso") == "EL1319");
  CHECK(find(machine, "sso").error().hint == "`aws sso login --profile sso`");
  CHECK(machine.http.requests.empty());
}

TEST_CASE("a sign-in's token is good until its end")
{
  fakes::Machine machine([](const sys::HttpRequest& request) -> Answer {
    CHECK(request.url ==
          "https://portal.sso.eu-west-1.amazonaws.com/federation/credentials?role_name=A%20b&account_id=1");
    CHECK_FALSE(request.signature);
    CHECK(request.secret_headers.at(0).name == "x-amz-sso_bearer_token");
    return ok(
        R"({"roleCredentials": {"accessKeyId": "ID", "secretAccessKey": "s", "sessionToken": "t", "expiration": 1800000000999}})");
  });
  machine.files["/home/me/.aws/config"] =
      "[default]\nsso_session = corp\nsso_account_id = 1\nsso_role_name = A b\n"
      "[sso-session corp]\nsso_start_url = https://x\nsso_region = eu-west-1\n";
  const std::string cache =
      "/home/me/.aws/sso/cache/ee0bfd2552fbd840c02cc48b6e823320543c450f.json";   // SHA-1 of "corp"
  CHECK(error_code(machine) == "EL1319");
  machine.files[cache] = R"({"accessToken": "canary", "expiresAt": "2027-01-15T08:00:00Z"})";
  CHECK(error_code(machine) == "EL1319");
  machine.time -= 1;
  CHECK(find(machine)->expires == 1'800'000'000);
}

TEST_CASE("a web identity's token is read when it is needed, and sent unsigned")
{
  fakes::Machine machine([](const sys::HttpRequest& request) -> Answer {
    CHECK_FALSE(request.signature);
    CHECK(request.body.ends_with("&WebIdentityToken=a%2Fb"));
    return ok("<r><AccessKeyId>ID</AccessKeyId><SecretAccessKey>s&amp;t</SecretAccessKey><SessionToken>t</"
              "SessionToken></r>");
  });
  machine.variables["AWS_WEB_IDENTITY_TOKEN_FILE"] = "~/token";
  CHECK(error_code(machine) == "EL1307");
  machine.variables["AWS_ROLE_ARN"] = "arn:aws:iam::123456789012:role/x";
  CHECK(error_code(machine) == "EL1307");
  machine.files["/home/me/token"] = "a/b\n";
  CHECK(find(machine)->secret_key.reveal() == "s&t");
}
