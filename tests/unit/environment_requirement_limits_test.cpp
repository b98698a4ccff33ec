#include "environment/requirement.hpp"

#include <catch2/catch.hpp>

#include <string>

using namespace envlift::environment;

namespace {

std::size_t problem_offset(const std::string& text)
{
  const auto parsed = parse_requirement(text);
  REQUIRE_FALSE(parsed.requirement);
  return parsed.problem.offset;
}

std::string truth(const std::string& marker, const Target& target = {"3.11", "x86_64"})
{
  const auto result = evaluate_marker(marker, target, {});
  if (!result) {
    return "refused";
  }
  return result->unknown.empty() ? (result->value ? "yes" : "no") : "unknown: " + result->unknown;
}

}  // namespace

TEST_CASE("names are normalised as PEP 503 says", "[environment]")
{
  CHECK(normalize_name("Foo__bar.-Baz") == "foo-bar-baz");
  CHECK(normalize_name("ruamel.yaml") == "ruamel-yaml");
}

TEST_CASE("a requirement's parts", "[environment]")
{
  const auto parsed = parse_requirement("Requests[socks, Security,socks] >=2,<3 ; python_version<'4'");
  REQUIRE(parsed.requirement);
  CHECK(parsed.requirement->name == "Requests");
  CHECK(parsed.requirement->extras == std::vector<std::string>{"Security", "socks"});
  CHECK(parsed.requirement->specifier == "<3,>=2");
  CHECK(parsed.requirement->marker == "python_version < \"4\"");
  CHECK(parsed.requirement->url.empty());
}

TEST_CASE("a problem points at its place", "[environment]")
{
  CHECK(problem_offset("scipy 1.2") == 6);
  CHECK(problem_offset("x[a b]") == 4);
  CHECK(problem_offset("x[a") == 1);
  CHECK(problem_offset("x (>=1") == 2);
  CHECK(problem_offset("x>=1.*") == 4);
  CHECK(problem_offset("x; python_version = '3'") == 18);
  CHECK(problem_offset("x; (os_name == 'a'") == 3);
  CHECK(problem_offset("x; os_name == 'a") == 14);
  CHECK(problem_offset("x; os_name == 'a' xor os_name == 'b'") == 18);
}

TEST_CASE("what would cost a parser its stack is refused", "[environment]")
{
  const std::string deep = "x; " + std::string(100'000, '(');
  CHECK(parse_requirement(deep).problem.message.find("too deeply") != std::string::npos);
  const std::string fine = "x; " + std::string(90, '(') + "os_name == 'a'" + std::string(90, ')');
  CHECK(parse_requirement(fine).requirement->str() == "x; os_name == \"a\"");
}

TEST_CASE("numbers of more than 64 bits are no versions", "[environment]")
{
  CHECK_FALSE(Version::parse("99999999999999999999"));
  CHECK_FALSE(canonical_specifiers("==99999999999999999999"));
  CHECK(Version::parse("1+99999999999999999999")->compare(*Version::parse("1+9")) == 1);
}

TEST_CASE("escapes in a marker's text are refused", "[environment]")
{
  CHECK_FALSE(parse_requirement("x; os_name == 'a\\n'").requirement);
  CHECK_FALSE(parse_requirement("x; os_name == 'a\n'").requirement);
}

TEST_CASE("what cannot be known before the build is said", "[environment]")
{
  CHECK(truth("platform_release > '5'") == "unknown: platform_release");
  CHECK(truth("platform_version == '#1'") == "unknown: platform_version");
  CHECK(truth("platform_release > '5' and os_name == 'nt'") == "no");
  CHECK(truth("platform_release > '5' or os_name == 'posix'") == "yes");
  CHECK(truth("python_full_version < '3.11.4'") == "unknown: python_full_version");
  CHECK(truth("python_full_version < '3.11.0'") == "no");
  CHECK(truth("python_full_version >= '3.8.1' and python_full_version < '3.12'") == "yes");
  CHECK(truth("implementation_version == '3.11.*'") == "yes");
  CHECK(truth("python_full_version in '3.11.4 3.11.5'") == "unknown: python_full_version");
}

TEST_CASE("Lambda calls the processor arm64, Python calls it aarch64", "[environment]")
{
  CHECK(truth("platform_machine == 'aarch64'", {"3.12", "arm64"}) == "yes");
  CHECK(truth("platform_machine == 'arm64'", {"3.12", "arm64"}) == "no");
  CHECK(truth("platform_machine == 'x86_64'", {"3.12", "x86_64"}) == "yes");
}

TEST_CASE("extras decide markers", "[environment]")
{
  const Target target{"3.12", "x86_64"};
  CHECK_FALSE(evaluate_marker("extra == 'Dev_tools'", target, {})->value);
  CHECK(evaluate_marker("extra == 'Dev_tools'", target, {"docs", "dev.TOOLS"})->value);
  CHECK(truth("'dev' in extras") == "refused");
}
