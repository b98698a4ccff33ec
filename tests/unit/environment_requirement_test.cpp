#include "environment/requirement.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

using namespace envlift;

namespace {

struct Vector {
  std::string text;
  std::string printed;
};

struct MarkerVector {
  std::string marker;
  std::string on_x86_64;   // Python 3.11
  std::string on_arm64;    // Python 3.9
  std::string with_extra;  // x86_64, Python 3.11, extra "test"
};

std::string truth(const std::string& marker, const environment::Target& target,
                  const std::vector<std::string>& extras = {})
{
  const auto result = environment::evaluate_marker(marker, target, extras);
  if (!result) {
    return "invalid";
  }
  return result->unknown.empty() ? (result->value ? "yes" : "no") : "unknown: " + result->unknown;
}

environment::ParseProblem problem_of(const std::string& text)
{
  auto parsed = environment::parse_requirement(text);
  REQUIRE_FALSE(parsed.requirement);
  return parsed.problem;
}

const environment::Target k_x86_64{.python_minor = "3.11", .arch = "x86_64"};
const environment::Target k_arm64{.python_minor = "3.9", .arch = "arm64"};

}  // namespace

// The right column is what `packaging` 26.3 printed.
TEST_CASE("requirements are written as packaging writes them", "[requirement]")
{
  const std::vector<Vector> vectors = {
    {"requests", "requests"},
    {"Requests", "Requests"},
    {"a", "a"},
    {"zope.interface", "zope.interface"},
    {"a_b-c.d1", "a_b-c.d1"},
    {"  requests  ", "requests"},
    {"requests>=2", "requests>=2"},
    {"requests >= 2 , < 3", "requests<3,>=2"},
    {"requests<3,>=2", "requests<3,>=2"},
    {"requests (>=2)", "requests>=2"},
    {"requests(>=2,<3)", "requests<3,>=2"},
    {"requests ( == 2.0 )", "requests==2.0"},
    {"requests()", "requests"},
    {"requests ()", "requests"},
    {"requests>=2,", "requests>=2"},
    {"requests (>=2,)", "requests>=2"},
    {"requests[security]", "requests[security]"},
    {"requests[socks,security]", "requests[security,socks]"},
    {"requests [ b , a ] >= 1", "requests[a,b]>=1"},
    {"requests[]", "requests"},
    {"requests[a,a]", "requests[a]"},
    {"requests[A_b]>=1", "requests[A_b]>=1"},
    {"requests~=2.4.1", "requests~=2.4.1"},
    {"requests==2.*", "requests==2.*"},
    {"requests!=2.1", "requests!=2.1"},
    {"requests===weird-1!", "requests===weird-1!"},
    {"requests===2 ; os_name=='posix'", "requests===2; os_name == \"posix\""},
    {"pip @ https://example.org/pip.zip", "pip @ https://example.org/pip.zip"},
    {"pip@https://example.org/pip.zip", "pip @ https://example.org/pip.zip"},
    {"pip[x] @ https://example.org/pip.zip", "pip[x] @ https://example.org/pip.zip"},
    {"pip @ https://example.org/pip.zip ; os_name == 'posix'",
     "pip @ https://example.org/pip.zip ; os_name == \"posix\""},
    {"pip @ git+https://github.com/pypa/pip@main#egg=pip",
     "pip @ git+https://github.com/pypa/pip@main#egg=pip"},
    {"pip @ file:///croot/pip_1/work", "pip @ file:///croot/pip_1/work"},
    {"pip @ ./local", "pip @ ./local"},
    {"pip @ https://e.org/a;b.zip", "pip @ https://e.org/a;b.zip"},
    {"a; python_version<'3.8'", "a; python_version < \"3.8\""},
    {"a ;python_version<\"3.8\"", "a; python_version < \"3.8\""},
    {"a>=1;python_version<'3.8'", "a>=1; python_version < \"3.8\""},
    {"a; (python_version<'3.8')", "a; python_version < \"3.8\""},
    {"a; python_version<'3.8' and os_name=='nt' or extra=='X_y'",
     "a; python_version < \"3.8\" and os_name == \"nt\" or extra == \"x-y\""},
    {"a; (os_name=='nt' or os_name=='posix') and python_version>='3'",
     "a; (os_name == \"nt\" or os_name == \"posix\") and python_version >= \"3\""},
    {"a; ((os_name=='nt'))", "a; os_name == \"nt\""},
    {"a; 'linux' in sys_platform", "a; \"linux\" in sys_platform"},
    {"a; sys_platform not  in 'win32 cygwin'", "a; sys_platform not in \"win32 cygwin\""},
    {"a; os.name == 'nt' and python_implementation=='CPython'",
     "a; os_name == \"nt\" and platform_python_implementation == \"CPython\""},
    {"a; platform.machine=='x'", "a; platform_machine == \"x\""},
    {"a; os_name=='a\"b'", "a; os_name == 'a\"b'"},
    {"a;os_name=='nt'and python_version>'3'", "a; os_name == \"nt\" and python_version > \"3\""},
    {"a; '3.8' <= python_version", "a; \"3.8\" <= python_version"},
    {"a; extra == 'Foo.Bar'", "a; extra == \"foo-bar\""},
    {"a\t>=\t1", "a>=1"},
    {"a; 'a'=='b'", "a; \"a\" == \"b\""},
    {"a; extra == ''", "a; extra == \"\""},
    {"a-1.0", "a-1.0"},
    {"a.-b", "a.-b"},
    {"a==1.0 ; python_version in '3.8 3.9'", "a==1.0; python_version in \"3.8 3.9\""},
  };
  for (const Vector& vector : vectors) {
    CAPTURE(vector.text);
    const auto parsed = environment::parse_requirement(vector.text);
    CHECK(parsed.problem.message.empty());
    REQUIRE(parsed.requirement);
    CHECK(parsed.requirement->str() == vector.printed);
    const auto again = environment::parse_requirement(vector.printed);
    REQUIRE(again.requirement);
    CHECK(again.requirement->str() == vector.printed);
  }
}

// `packaging` 26.3 refuses each of these.
TEST_CASE("what is no requirement is refused with a place", "[requirement]")
{
  const std::vector<std::string> texts = {
    "pip @ https://example.org/pip.zip; os_name == 'posix'",
    "",
    "-a",
    "a-",
    "_a",
    "a b",
    "a @ https://h/x\n--pre",
    "a @ https://h/x\r",
    "a @ \nhttps://h/x",
    "a @ https://h/\x01x",
    "a=1",
    "a=1.0=py38_0",
    "jedi=0.17.0=py38_0",
    "a==",
    "a>=1 <2",
    "a>=1;",
    "a ;",
    "a; foo=='x'",
    "a; os_name",
    "a; os_name=='x",
    "a; os_name not 'x'",
    "a; (os_name=='x'",
    "a; os_name=='x')",
    "a; os_name = 'x'",
    "a[",
    "a[b",
    "a[b,]",
    "a[b c]",
    "a[,b]",
    "a(>=1",
    "a>=1)",
    "a @",
    "a @ ",
    "a==1.0.*.*",
    "a>=1.*",
    "a~=1",
    "a>=1+local",
    "a$(x)",
    "a`x`",
    "a==1.0 --hash=sha256:00",
    "http://x/y",
    "a#b",
    "a>=1 # c",
    "caf\xC3\xA9""",
    "a==1;;os_name=='x'",
    "a; and",
    "a; os_name=='x' os_name=='y'",
    "a,b",
    "a[b]c",
    "a[b] c",
    "a>=1,,<2",
    "a,>=1",
    "a(,>=1)",
    "a>=1.0.",
    "a @ https://e.org/x ;",
  };
  for (const std::string& text : texts) {
    CAPTURE(text);
    const auto problem = problem_of(text);
    CHECK_FALSE(problem.message.empty());
    CHECK(problem.offset <= text.size());
  }
}

TEST_CASE("the place of a problem is where the reader must look", "[requirement]")
{
  CHECK(problem_of("a b").offset == 2);
  CHECK(problem_of("jedi=0.17.0=py38_0").offset == 4);
  CHECK(problem_of("a[b c]").offset == 4);
  CHECK(problem_of("a; foo == 'x'").offset == 3);
  CHECK(problem_of("a; os_name == 'x").offset == 14);
  CHECK(problem_of("a>=1.*").offset == 4);
}

TEST_CASE("the parts of a requirement are taken apart", "[requirement]")
{
  const auto parsed =
      environment::parse_requirement("Foo.Bar [b,a] @ https://example.org/x.whl#sha256=00 ; os_name=='nt'");
  REQUIRE(parsed.requirement);
  CHECK(parsed.requirement->name == "Foo.Bar");
  CHECK(parsed.requirement->extras == std::vector<std::string>{"a", "b"});
  CHECK(parsed.requirement->specifier.empty());
  CHECK(parsed.requirement->url == "https://example.org/x.whl#sha256=00");
  CHECK(parsed.requirement->marker == "os_name == \"nt\"");
}

TEST_CASE("names are normalised", "[requirement]")
{
  CHECK(environment::normalize_name("Foo.Bar__baz-.-QUX") == "foo-bar-baz-qux");
  CHECK(environment::normalize_name("ruamel.yaml") == "ruamel-yaml");
  CHECK(environment::normalize_name("").empty());
}

// The columns are what `packaging` 26.3 answered for the environment of Lambda.
TEST_CASE("markers are evaluated for Lambda's Linux", "[marker]")
{
  const std::vector<MarkerVector> vectors = {
    {"os_name == 'posix'", "yes", "yes", "yes"},
    {"os_name == 'nt'", "no", "no", "no"},
    {"sys_platform == 'linux'", "yes", "yes", "yes"},
    {"sys_platform == 'linux2'", "no", "no", "no"},
    {"sys_platform == 'win32'", "no", "no", "no"},
    {"sys_platform != 'win32'", "yes", "yes", "yes"},
    {"sys_platform == 'darwin'", "no", "no", "no"},
    {"platform_system == 'Linux'", "yes", "yes", "yes"},
    {"platform_system == 'linux'", "no", "no", "no"},
    {"platform_system == 'Windows'", "no", "no", "no"},
    {"platform_machine == 'x86_64'", "yes", "no", "yes"},
    {"platform_machine == 'aarch64'", "no", "yes", "no"},
    {"platform_machine == 'arm64'", "no", "no", "no"},
    {"platform_machine != 'arm64'", "yes", "yes", "yes"},
    {"platform_python_implementation == 'CPython'", "yes", "yes", "yes"},
    {"platform_python_implementation != 'PyPy'", "yes", "yes", "yes"},
    {"implementation_name == 'cpython'", "yes", "yes", "yes"},
    {"implementation_name == 'pypy'", "no", "no", "no"},
    {"python_version < '3.9'", "no", "no", "no"},
    {"python_version >= '3.9'", "yes", "yes", "yes"},
    {"python_version == '3.11'", "yes", "no", "yes"},
    {"python_version == '3.11.*'", "yes", "no", "yes"},
    {"python_version ~= '3.8'", "yes", "yes", "yes"},
    {"python_version > '3'", "yes", "yes", "yes"},
    {"python_version < '4'", "yes", "yes", "yes"},
    {"python_version <= '3.10'", "no", "yes", "no"},
    {"'3.9' <= python_version", "yes", "yes", "yes"},
    {"'3.9' > python_version", "no", "no", "no"},
    {"python_version in '3.10 3.11'", "yes", "no", "yes"},
    {"python_version not in '3.10 3.11'", "no", "yes", "no"},
    {"python_version === '3.11'", "yes", "no", "yes"},
    {"python_version >= '3.9.0'", "yes", "yes", "yes"},
    {"python_full_version >= '3.8.1'", "yes", "yes", "yes"},
    {"python_full_version < '3.12'", "yes", "yes", "yes"},
    {"python_full_version != '3.8.*'", "yes", "yes", "yes"},
    {"implementation_version >= '3'", "yes", "yes", "yes"},
    {"extra == 'test'", "no", "no", "yes"},
    {"extra == ''", "yes", "yes", "no"},
    {"extra != 'test'", "yes", "yes", "no"},
    {"'linux' in sys_platform", "yes", "yes", "yes"},
    {"'win' in sys_platform", "no", "no", "no"},
    {"sys_platform in 'linux darwin'", "yes", "yes", "yes"},
    {"sys_platform not in 'win32 cygwin'", "yes", "yes", "yes"},
    {"'linux' not in sys_platform", "no", "no", "no"},
    {"os_name == 'nt' and python_version < '3' or sys_platform == 'linux'", "yes", "yes", "yes"},
    {"os_name == 'nt' and (python_version < '3' or sys_platform == 'linux')", "no", "no", "no"},
    {"(os_name == 'posix' or os_name == 'java') and python_version >= '3.11'", "yes", "no", "yes"},
    {"os_name == 'posix' and os_name == 'nt' or os_name == 'posix'", "yes", "yes", "yes"},
    {"os_name == 'posix' or os_name == 'nt' and os_name == 'nt'", "yes", "yes", "yes"},
    {"os_name >= 'posix'", "yes", "yes", "yes"},
    {"os_name > 'nt'", "no", "no", "no"},
    {"os_name < 'zzz'", "no", "no", "no"},
    {"os_name <= 'posix'", "yes", "yes", "yes"},
    {"python_version >= 'foo'", "no", "no", "no"},
    {"platform_machine in 'x86_64 aarch64'", "yes", "yes", "yes"},
    {"sys_platform == 'LINUX'", "no", "no", "no"},
    {"os_name ~= 'posix'", "invalid", "invalid", "invalid"},
    {"os_name === 'posix'", "invalid", "invalid", "invalid"},
    {"python_implementation == 'CPython'", "yes", "yes", "yes"},
    {"os.name == 'posix'", "yes", "yes", "yes"},
  };
  for (const MarkerVector& vector : vectors) {
    CAPTURE(vector.marker);
    CHECK(truth(vector.marker, k_x86_64) == vector.on_x86_64);
    CHECK(truth(vector.marker, k_arm64) == vector.on_arm64);
    CHECK(truth(vector.marker, k_x86_64, {"test"}) == vector.with_extra);
  }
}

TEST_CASE("python_version 3.10 is a version, not a number", "[marker]")
{
  const environment::Target target{.python_minor = "3.10", .arch = "x86_64"};
  CHECK(truth("python_version >= '3.9'", target) == "yes");
  CHECK(truth("python_version < '3.9'", target) == "no");
  CHECK(truth("python_version == '3.1'", target) == "no");
}

TEST_CASE("what only the running image knows counts as true and is named", "[marker]")
{
  CHECK(truth("platform_release >= '5'", k_x86_64) == "unknown: platform_release");
  CHECK(truth("'amzn' in platform_version", k_x86_64) == "unknown: platform_version");
  CHECK(environment::evaluate_marker("platform_release >= '5'", k_x86_64, {})->value);
}

TEST_CASE("the base's patch release is asked for only where it decides", "[marker]")
{
  CHECK(truth("python_full_version >= '3.11.4'", k_x86_64) == "unknown: python_full_version");
  CHECK(truth("python_full_version >= '3.11.0'", k_x86_64) == "yes");
  CHECK(truth("python_full_version < '3.9.7' ", k_x86_64) == "no");
}

TEST_CASE("an unknown part does not hide what is certain", "[marker]")
{
  CHECK(truth("platform_release >= '5' and os_name == 'nt'", k_x86_64) == "no");
  CHECK(truth("platform_release >= '5' or os_name == 'posix'", k_x86_64) == "yes");
  CHECK(truth("platform_release >= '5' and os_name == 'posix'", k_x86_64) == "unknown: platform_release");
}

TEST_CASE("one of several extras is enough", "[marker]")
{
  CHECK(truth("extra == 'b'", k_x86_64, {"a", "b"}) == "yes");
  CHECK(truth("extra == 'c'", k_x86_64, {"a", "b"}) == "no");
  CHECK(truth("extra == 'Foo_Bar'", k_x86_64, {"foo.bar"}) == "yes");
}

TEST_CASE("what is no marker has no truth, however deep it is", "[marker]")
{
  CHECK(truth("", k_x86_64) == "invalid");
  CHECK(truth("os_name", k_x86_64) == "invalid");
  CHECK(truth("'a' == 'b'", k_x86_64) == "invalid");
  CHECK(truth(std::string(100'000, '('), k_x86_64) == "invalid");
  CHECK(truth(std::string(50, '(') + "os_name == 'posix'" + std::string(50, ')'), k_x86_64) == "yes");
}
