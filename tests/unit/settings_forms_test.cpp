#include "settings/forms.hpp"
#include "settings/image_reference.hpp"
#include "settings/settings.hpp"

#include <catch2/catch.hpp>

#include <string>

using namespace envlift;
using settings::is_image_reference;

TEST_CASE("image references follow docker's grammar", "[settings]")
{
  for (const char* good : {"app", "app:1.2", "a/b-c/d__e:latest", "localhost:5000/app", "Registry/app:x",
                           "public.ecr.aws/lambda/python:3.13",
                           "host:443/a@sha256:"
                           "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"}) {
    CAPTURE(good);
    CHECK(is_image_reference(good));
  }
  for (const char* bad :
       {"",      "App",  "a//b",  "a/", "/a", "app:",          "app:-x",       "app@", "app:@sha256:00",
        "a b",   "a\nb", "a___b", "-a", "a-", "host:port/app", "a@sha256:xyz", "a/B",  "app:1:2",
        "$(id)", "a;b"}) {
    CAPTURE(bad);
    CHECK_FALSE(is_image_reference(bad));
  }
  CHECK_FALSE(is_image_reference(std::string(256, 'a')));
  CHECK_FALSE(is_image_reference("a:" + std::string(129, 't')));
}

TEST_CASE("a reference is taken apart at the right colon", "[settings]")
{
  const auto reference = settings::split_reference("host:5000/a/b:tag@sha256:0f");
  CHECK(reference.name == "host:5000/a/b");
  CHECK(reference.tag == "tag");
  CHECK(reference.digest == "sha256:0f");
  CHECK(settings::split_reference("host:5000/a").tag.empty());
  CHECK(settings::registry_of("host:5000/a/b") == "host:5000");
  CHECK(settings::registry_of("localhost/a") == "localhost");
  CHECK(settings::registry_of("team/a").empty());
  CHECK(settings::registry_of("a").empty());
}

TEST_CASE("a tag is made from the folder's name", "[settings]")
{
  CHECK(settings::default_tag("My Function") == "my-function:latest");
  CHECK(settings::default_tag("..a_b--") == "a_b:latest");
  CHECK(settings::default_tag("") == "envlift-function:latest");
}

TEST_CASE("forms of single values", "[settings]")
{
  using namespace settings;
  CHECK_FALSE(check_python("3.9"));
  CHECK(check_python("2.7"));
  CHECK(check_python("3"));
  CHECK(check_python("3.x"));
  CHECK(check_python("3.11.4")->hint.find("`3.11`") != std::string::npos);

  CHECK_FALSE(check_base("public.ecr.aws/lambda/python:{python}"));
  CHECK(check_base("python:{minor}"));

  CHECK_FALSE(check_tag("team/app:2"));
  CHECK(check_tag("Team App"));
  CHECK(check_tag("app@sha256:" + std::string(64, 'a'))->message.find("digest") != std::string::npos);
  CHECK(check_tag("App")->hint.find("`app`") != std::string::npos);

  CHECK_FALSE(check_project_path("sub/environment.yml"));
  CHECK(check_project_path("/etc/passwd"));
  CHECK(check_project_path("a/../../b"));
  CHECK(check_project_path("~/x"));

  for (const char* kept : {"tests:numpy", "tests", "headers", "installers", "share/doc/**", "*.h", "lib/python3.11"}) {
    CHECK_FALSE(check_keep(kept));
  }
  CHECK(check_keep("header")->hint.find("did you mean `headers`?") != std::string::npos);
  CHECK(check_keep("everything")->hint.find("tests, headers, installers, ") != std::string::npos);
  CHECK(check_keep("tests:"));
  CHECK(check_keep("tests:a b"));
  CHECK(check_keep("headers:numpy"));
  CHECK(check_keep("/opt/env/include"));
  CHECK(check_keep("lib/../../x"));

  CHECK_FALSE(check_network("host"));
  CHECK(check_network("a b"));
  CHECK(check_network("--privileged"));
  CHECK(check_network("container:x"));
  CHECK(check_network(""));

  CHECK_FALSE(check_sha256(std::string(64, 'a')));
  CHECK(check_sha256(std::string(64, 'A')));
  CHECK(check_sha256(std::string(63, 'a')));

  CHECK_FALSE(check_secret_file("/a/b.pem"));
  CHECK(check_secret_file("/a,readonly/b.pem"));
  CHECK(check_program("--host=evil"));
}

TEST_CASE("URLs and channels carry neither credentials nor breaks", "[settings]")
{
  using namespace settings;
  CHECK_FALSE(check_url("https://conda.example.com/a/b.sh"));
  CHECK(check_url("ftp://host/a"));
  CHECK(check_url("https://"));
  CHECK(check_url("https:///path"));
  CHECK(check_url("https://host/a b"));
  CHECK(check_url("https://user:secret@host/a")->code == "EL0605");
  CHECK_FALSE(check_channel("conda-forge/label/dev"));
  CHECK_FALSE(check_channel("https://host/main"));
  CHECK(check_channel("a,b"));
  CHECK(check_channel(""));
  CHECK(check_channel("https://host/t/tk-123456789/main")->code == "EL0605");
}

TEST_CASE("a name alone has docker's tag")
{
  CHECK(settings::with_tag("demo") == "demo:latest");
  CHECK(settings::with_tag("127.0.0.1:5000/a/demo") == "127.0.0.1:5000/a/demo:latest");
  CHECK(settings::with_tag("demo:1") == "demo:1");
}
