#include "environment/credentials.hpp"

#include <catch2/catch.hpp>

using namespace envlift;
using environment::Environment;

namespace {

// The URL after its credentials were taken, and the netrc that came of them.
std::pair<std::string, std::string> taken(const std::string& url)
{
  Environment environment;
  environment.channels = {url};
  environment::take_credentials(environment);
  return {environment.channels[0], environment::netrc_text(environment.credentials)};
}

}  // namespace

TEST_CASE("user and password leave an http URL", "[credentials]")
{
  CHECK(taken("https://me:s3cret@host/simple") ==
        std::pair<std::string, std::string>("https://host/simple", "machine host login me password s3cret\n"));
  CHECK(taken("http://me:p%40ss@host:8080/x") ==
        std::pair<std::string, std::string>("http://host:8080/x", "machine host login me password p@ss\n"));
  CHECK(taken("https://__token__:pypi-Ag@a.b.c") ==
        std::pair<std::string, std::string>("https://a.b.c", "machine a.b.c login __token__ password pypi-Ag\n"));
  CHECK(taken("git+https://me:s3cret@host/r.git@v1") ==
        std::pair<std::string, std::string>("git+https://host/r.git@v1", "machine host login me password s3cret\n"));
}

TEST_CASE("what no netrc can hold stays, and is known", "[credentials]")
{
  for (const char* url :
       {"https://token@host/", "hg+https://me:s3cret@host/r", "https://me:a%20b@host/", "https://me:@host/",
        "ftp://me:s3cret@host/", "https://h/t/abcdefgh-1/c", "https://h/t/1234/c", "https://a:b:${P}@host/",
        "https://me:a%22b@host/", "https://host/s?token=a"}) {
    CAPTURE(url);
    CHECK(taken(url).first == url);
    CHECK(environment::has_fixed_credentials(url));
  }
  CHECK(environment::has_fixed_credentials("https://me:pw@host/a.zip?sig=abc"));
  for (const char* url :
       {"https://${U}:${P}@host/", "https://me:${P}@host/", "git+https://me:s3cret@host/r",
        "https://host/s?token=${TOKEN}", "https://host/a@b", "git+ssh://git@host/r", "https://me:pw@host/"}) {
    CAPTURE(url);
    CHECK_FALSE(environment::has_fixed_credentials(url));
  }
}

TEST_CASE("what clashes is told once for a line", "[credentials]")
{
  Environment environment;
  environment.channels = {"https://me:one@host/a"};
  for (const std::size_t line : {3U, 4U}) {
    environment::CondaPackage package;
    package.channel = "https://me:two@host/c";
    package.url = "https://me:two@host/c/noarch/a-1-0.conda";
    package.spec = package.url;
    package.span = {"list.txt", line, 1, 0};
    environment.conda.push_back(package);
  }
  CHECK(environment::take_credentials(environment).size() == 2);
}

TEST_CASE("one host has one login", "[credentials]")
{
  Environment environment;
  environment.channels = {"https://me:one@host/a", "https://me:one@host/b", "https://me:two@host/c"};
  environment.channel_places = {{"https://me:two@host/c", {"environment.yml", 4, 5, 0}}};
  const auto left = environment::take_credentials(environment);
  REQUIRE(left.size() == 1);
  CHECK(left[0].host == "host");
  CHECK(left[0].span.line == 4);
  CHECK(environment.channels == std::vector<std::string>{"https://host/a", "https://host/b", "https://host/c"});
  CHECK(environment.credentials.size() == 1);
}

TEST_CASE("a credential knows its line, and a channel's place stays with it", "[credentials]")
{
  Environment environment;
  environment.channels = {"https://me:pw@host/a"};
  environment.channel_places = {{"https://me:pw@host/a", {"environment.yml", 3, 5, 0}}};
  environment::take_credentials(environment);
  REQUIRE(environment.credentials.size() == 1);
  CHECK(environment.credentials[0].span.line == 3);
  CHECK(environment.channel_places.count("https://host/a") == 1);
  CHECK(environment.channel_places.size() == 1);
}
