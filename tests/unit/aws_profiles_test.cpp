// Shared files and the profile that is chosen of them.
#include "aws/profile_files.hpp"
#include "aws/region.hpp"
#include "fakes/machine.hpp"

#include <catch2/catch.hpp>

using namespace envlift;

namespace {

aws::ProfileFiles parsed(const std::string& config, const std::string& credentials = "")
{
  auto files = aws::parse_profile_files({"config", config}, {"credentials", credentials});
  REQUIRE(files);
  return *std::move(files);
}

}  // namespace

TEST_CASE("sections of the config file are known by their kind")
{
  const auto files =
      parsed("[default]\nregion = a\n[profile \"b c\"]\nREGION=b\n[profile]\nx = 1\n[preview]\ny = 1\n"
             "[sso-session corp]\nsso_region = c\n[services local]\necr =\n  endpoint_url = http://x:1\n");
  CHECK(files.config.size() == 2);
  CHECK(files.profile("default")->text("region") == "a");
  CHECK(files.profile("b c")->text("region") == "b");
  CHECK(files.sso_sessions.at("corp").text("sso_region") == "c");
  CHECK(files.services.at("local").nested.at("ecr").at("endpoint_url").reveal() == "http://x:1");
  CHECK_FALSE(files.profile("preview"));
}

TEST_CASE("the credentials file's values go before the config file's")
{
  const auto files =
      parsed("[profile a]\nregion = r\naws_access_key_id = config\n", "[a]\naws_access_key_id = shared\n");
  CHECK(files.profile("a")->text("aws_access_key_id") == "shared");
  CHECK(files.profile("a")->text("region") == "r");
}

TEST_CASE("a value keeps every character but the space around it")
{
  const auto files = parsed("", "[a]\naws_secret_access_key =  a=b;c#d %s \n");
  CHECK(files.profile("a")->secret("aws_secret_access_key").reveal() == "a=b;c#d %s");
}

TEST_CASE("a file that is none is told by its line, never by its text")
{
  for (const char* text : {"[a]\ncanary\n", "canary = 1\n", "[a]\nx = canary\nx = canary\n", "[a]\n[a]\n",
                           "[services x]\necr =\n  canary\n"}) {
    const auto files = aws::parse_profile_files({"/home/me/.aws/config", text}, {"", ""});
    REQUIRE_FALSE(files);
    CHECK(files.error().code == "EL1303");
    CHECK(files.error().place.file == "/home/me/.aws/config");
    CHECK(files.error().place.line > 0);
    CHECK((files.error().message + files.error().hint).find("canary") == std::string::npos);
  }
}

TEST_CASE("the profile is the flag's, AWS_DEFAULT_PROFILE's, AWS_PROFILE's, or default")
{
  fakes::Machine machine;
  machine.files["/home/me/.aws/config"] =
      "[default]\nregion = of-default\n[profile a]\nregion = of-a\n[profile b]\n[profile c]\n";
  CHECK(machine.session()->profile_name == "default");
  machine.variables["AWS_PROFILE"] = "a";
  CHECK(aws::find_region(*machine.session())->name == "of-a");
  machine.variables["AWS_DEFAULT_PROFILE"] = "b";
  CHECK(machine.session()->profile_name == "b");
  CHECK(machine.session({"c", "", ""})->profile_name == "c");
}

TEST_CASE("a profile that is named must be there; default need not")
{
  fakes::Machine machine;
  CHECK(machine.session());
  machine.files["/elsewhere"] = "[production]\naws_access_key_id = x\n";
  machine.variables["AWS_SHARED_CREDENTIALS_FILE"] = "/elsewhere";
  machine.variables["AWS_PROFILE"] = "prodution";
  const auto session = machine.session();
  REQUIRE_FALSE(session);
  CHECK(session.error().code == "EL1304");
  CHECK(session.error().hint == "did you mean `production`?");
}

TEST_CASE("the region is the flag's, a variable's, the profile's, or the instance's")
{
  fakes::Machine machine([](const sys::HttpRequest& request) -> fakes::Http::Answer {
    const bool is_token = request.url.ends_with("/api/token");
    return sys::HttpResponse{200, is_token ? "t" : "of-the-instance\n"};
  });
  machine.files["/home/me/.aws/config"] = "[default]\nregion = of-the-profile\n";
  machine.variables["AWS_DEFAULT_REGION"] = "second";
  machine.variables["AWS_REGION"] = "first";
  CHECK(aws::find_region(*machine.session({"", "asked", ""}))->name == "asked");
  CHECK(aws::find_region(*machine.session())->name == "first");
  machine.variables["AWS_REGION"] = "";
  CHECK(aws::find_region(*machine.session())->name == "second");
  machine.variables.erase("AWS_DEFAULT_REGION");
  CHECK(aws::find_region(*machine.session())->source == "the profile `default`");
  CHECK(machine.http.requests.empty());
  machine.files.clear();
  CHECK(aws::find_region(*machine.session())->name == "of-the-instance");
  machine.variables["AWS_EC2_METADATA_DISABLED"] = "TRUE";
  CHECK(aws::find_region(*machine.session()).error().code == "EL1302");
}
