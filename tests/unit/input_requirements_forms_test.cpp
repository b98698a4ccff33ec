// Requirements in forms of their own, in a file read as a whole.
#include "fakes/memory_files.hpp"
#include "input/input.hpp"

#include <catch2/catch.hpp>

#include <map>
#include <string>
#include <string_view>

using namespace envlift;

namespace {

input::ReadResult read(const std::string& text)
{
  const std::map<std::string, std::string> contents = {{"requirements.txt", text}};
  return input::read_environment("requirements.txt", fakes::MemoryFiles(contents), {});
}

bool has(std::string_view text, std::string_view part)
{
  return text.find(part) != std::string_view::npos;
}

}  // namespace

TEST_CASE("what stands behind === is any text, and no path", "[requirements]")
{
  const auto result = read("a===1\\.0\nb===1/0\n");
  CHECK(result.diagnostics.all().empty());
  REQUIRE(result.environment.pip.size() == 2);
  CHECK(result.environment.pip[0].requirement == "a===1\\.0");
  CHECK(result.environment.pip[1].requirement == "b===1/0");
}

TEST_CASE("a compatible release (~=) says that it needs two numbers", "[requirements]")
{
  for (const char* text : {"a~=1\n", "a>=1,~=1\n", "a~=1.*\n"}) {
    const auto result = read(text);
    REQUIRE(result.diagnostics.all().size() == 1);
    CHECK(has(result.diagnostics.all()[0].message, "two numbers"));
    CHECK(has(result.diagnostics.all()[0].hint, "`~=1.0`"));
  }
}

TEST_CASE("a repository's user and token go to the netrc", "[requirements]")
{
  const auto result = read("b\na @ git+https://me:s3cret@h.org/a.git@v1\n");
  REQUIRE(result.environment.pip.size() == 2);
  CHECK(result.environment.pip[1].requirement == "a @ git+https://h.org/a.git@v1");
  CHECK(result.environment.pip[1].url == "git+https://h.org/a.git@v1");
  REQUIRE(result.diagnostics.all().size() == 1);
  CHECK(result.diagnostics.all()[0].code == "EL0405");
  CHECK(result.diagnostics.all()[0].span.line == 2);
}

TEST_CASE("a specifier that ends in a backslash would join the next line", "[requirements]")
{
  const auto result = read("a(===1\\)\n");
  REQUIRE(result.diagnostics.all().size() == 1);
  CHECK(result.diagnostics.all()[0].code == "EL0315");
}
