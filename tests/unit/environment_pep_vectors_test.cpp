// Requirements, versions, specifiers and markers as `packaging` 26.3 reads them: what it printed and
// decided is written down here. Random texts stand beside those that were thought of.
#include "environment/requirement.hpp"

#include <catch2/catch.hpp>

#include <string>

using namespace envlift::environment;

namespace {

struct Pair {
  const char* written;
  const char* expected;
};

struct Match {
  const char* version;
  const char* specifiers;
  bool expected;
};

struct Truth {
  const char* marker;
  const char* python;
  const char* arch;
  bool expected;
};

// str(Requirement(written))
constexpr Pair k_requirements[] = {
  {"numpy", "numpy"},
  {"Numpy", "Numpy"},
  {"numpy>=1,<2", "numpy<2,>=1"},
  {"numpy (>=1)", "numpy>=1"},
  {"numpy(>=1,)", "numpy>=1"},
  {"a.b_c-d [ x , A_b ] ~= 1.4.2 ; python_version<'3.8' and (os_name=='nt' or extra=='Some_Extra')",
   "a.b_c-d[A_b,x]~=1.4.2; python_version < \"3.8\" and (os_name == \"nt\" or extra == \"some-extra\")"},
  {"pip @ https://github.com/pypa/pip/archive/1.3.1.zip#sha1=da9",
   "pip @ https://github.com/pypa/pip/archive/1.3.1.zip#sha1=da9"},
  {"pip@git+https://h/r@v1#egg=x ; sys_platform == 'linux'",
   "pip @ git+https://h/r@v1#egg=x ; sys_platform == \"linux\""},
  {"x===1.0-custom", "x===1.0-custom"},
  {"x==1.*, !=1.2.*,>=1", "x!=1.2.*,==1.*,>=1"},
  {"name;((os_name=='a'))or(python_version>'3')", "name; os_name == \"a\" or python_version > \"3\""},
  {"x ; 'linux' in sys_platform", "x; \"linux\" in sys_platform"},
  {"x ; platform.machine not   in \"a b\"", "x; platform_machine not in \"a b\""},
  {"x;python_implementation=='CPython'", "x; platform_python_implementation == \"CPython\""},
  {"foo_==1", "foo_==1"},
  {"a>=1,>=1.0", "a>=1"},
  {"a@x ;implementation_name != 'pypy'", "a @ x ; implementation_name != \"pypy\""},
  {"A-b [a] <  1.1, <= 1!2023.2.2023;python_full_version != \"3.11\" and python_version ~= \"3.12\"",
   "A-b[a]<1.1,<=1!2023.2.2023; python_full_version != \"3.11\" and python_version ~= \"3.12\""},
  {" A-b  === v3 ,=== 0!0.10.0  ;( platform_version not  in\t'3.10.0')",
   "A-b===0!0.10.0,===v3; platform_version not in \"3.10.0\""},
  {"1z [] @file:///tmp/x ", "1z @ file:///tmp/x"},
  {"foo_bar ~=  10.1.2.2-2 ,>1!0.2_pre-1, <=1!0.3.0.1", "foo_bar<=1!0.3.0.1,>1!0.2_pre-1,~=10.1.2.2-2"},
  {" numpy  ~=0!2023.0.2023.0 , >= 10.3.1dev1, <=0!10.1.3.0;(platform_machine not in 'x86_64' or '3.8.1' != "
   "python_version ) or sys_platform in 'win32'",
   "numpy<=0!10.1.3.0,>=10.3.1dev1,~=0!2023.0.2023.0; (platform_machine not in \"x86_64\" or \"3.8.1\" != "
   "python_version) or sys_platform in \"win32\""},
  {" A-b [a,a]  ; (( python_full_version not in '3.9.*' or python_version in '3.9.*' or ( python_version >= "
   "'4.0' and sys_platform == \"win32\" ) ) or \"3.13\" > python_full_version)",
   "A-b[a]; (python_full_version not in \"3.9.*\" or python_version in \"3.9.*\" or (python_version >= "
   "\"4.0\" and sys_platform == \"win32\")) or \"3.13\" > python_full_version"},
  {"numpy@x  ; os_name>= 'aarch64' and os_name < \"3.8\"",
   "numpy @ x ; os_name >= \"aarch64\" and os_name < \"3.8\""},
  {"numpy ; python_version < '3.9' or 'CPython' < platform_python_implementation",
   "numpy; python_version < \"3.9\" or \"CPython\" < platform_python_implementation"},
  {"numpy @x", "numpy @ x"},
  {" A-b (===2023.2023.2023-A-02-dev.,);python_full_version in \"3.8.1\" or python_full_version > '3.11'",
   "A-b===2023.2023.2023-A-02-dev.; python_full_version in \"3.8.1\" or python_full_version > \"3.11\""},
  {"A-b  > 1.0.3.beta.02 , ~=1!1.10.0.3;'3.8.1'~=platform_machine",
   "A-b>1.0.3.beta.02,~=1!1.10.0.3; \"3.8.1\" ~= platform_machine"},
  {" foo_bar === 1.1.2023+cu116", "foo_bar===1.1.2023+cu116"},
  {" numpy  ===v2.1.0.1_c_1 ", "numpy===v2.1.0.1_c_1"},
  {" foo_  !=  0.2.2_dev,>= 0.0.1_dev.0, ; python_full_version >= \"3.12\"",
   "foo_!=0.2.2_dev,>=0.0.1_dev.0; python_full_version >= \"3.12\""},
  {"A-b !=v2.0.10-r- , ~= 3.10.0.2023.rc_dev., < 0-2", "A-b!=v2.0.10-r-,<0-2,~=3.10.0.2023.rc_dev."},
  {"A-b @ git+https://h/r@v1#egg=n ", "A-b @ git+https://h/r@v1#egg=n"},
  {"a [a]  @x", "a[a] @ x"},
  {" foo.bar >=  3.0.dev.0,<  2.2dev-0,", "foo.bar<2.2dev-0,>=3.0.dev.0"},
  {"foo_bar  === 0!1.2.3 ,!=1.2023-0,", "foo_bar!=1.2023-0,===0!1.2.3"},
  {"numpy  ;'3.8.1' != python_full_version", "numpy; \"3.8.1\" != python_full_version"},
  {" 1z~= 0!2.3.0 ,>= 1!10-0 ;\"linux\" ==os_name", "1z>=1!10-0,~=0!2.3.0; \"linux\" == os_name"},
  {"foo_bar @ https://x/y.whl ", "foo_bar @ https://x/y.whl"},
  {" A-b [A_b,c]  === 1!2023.3.* ,>= 3 ", "A-b[A_b,c]===1!2023.3.*,>=3"},
  {" foo_bar ~=v2.1.10dev.", "foo_bar~=v2.1.10dev."},
  {"a< 1!10, <= 10.1, !=  v1dev0  ;platform_machine==\"darwin\"  and ( implementation_version<= '3.8' ) or "
   "'aarch64' >=python_version",
   "a!=v1dev0,<1!10,<=10.1; platform_machine == \"darwin\" and implementation_version <= \"3.8\" or "
   "\"aarch64\" >= python_version"},
  {" foo_ @x ;python_version == platform.python_implementation  and ('aarch64'==implementation_version)",
   "foo_ @ x ; python_version == platform_python_implementation and \"aarch64\" == implementation_version"},
  {"foo_( === 0!2.0.3 )", "foo_===0!2.0.3"},
  {" numpy @https://x/y.whl ;implementation_version in\t\"4.0\"",
   "numpy @ https://x/y.whl ; implementation_version in \"4.0\""},
  {"foo.bar[a]  @x", "foo.bar[a] @ x"},
  {" foo_bar < 1!0 ", "foo_bar<1!0"},
  {" foo_bar[a,a]   <10RC-02, !=1!3pre-0-dev.0 ", "foo_bar[a]!=1!3pre-0-dev.0,<10RC-02"},
  {" foo_[b, a] != 1!1-beta.02 , === 2023.3 ;sys_platform != \"linux\"  and python_full_version < \"3.11.0\"",
   "foo_[a,b]!=1!1-beta.02,===2023.3; sys_platform != \"linux\" and python_full_version < \"3.11.0\""},
  {"A-b( !=  1.2 ,!=0.2023.3.* ) ", "A-b!=0.2023.3.*,!=1.2"},
  {" foo_@git+https://h/r@v1#egg=n", "foo_ @ git+https://h/r@v1#egg=n"},
  {"foo_@https://x/y.whl ", "foo_ @ https://x/y.whl"},
  {"foo_bar !=2023.2.3beta. ", "foo_bar!=2023.2.3beta."},
  {"a [ x ]>  2.2.2.2 , > 3.3.2dev.0 , ===  2.0.dev0! ", "a[x]===2.0.dev0!,>2.2.2.2,>3.3.2dev.0"},
  {" numpy >=  0.3-alpha-02, == 0!0-RC_02,>=10 ", "numpy==0!0-RC_02,>=0.3-alpha-02,>=10"},
  {" a ===3.3.10.preview02;( \"linux\" <= sys_platform or ( platform_machine >= \"aarch64\" ) )  and '3.9.*' "
   "< python_version",
   "a===3.3.10.preview02; (\"linux\" <= sys_platform or platform_machine >= \"aarch64\") and \"3.9.*\" < "
   "python_version"},
};

// Requirement(text) raises InvalidRequirement.
constexpr const char* k_not_requirements[] = {
  "",
  "-x",
  "x-",
  "x[",
  "x[a,]",
  "x[a b]",
  "x (>=1",
  "x >=",
  "x=1.0",
  "x 1.0",
  "x>=1;",
  "x;os_name",
  "x;os_name=='a",
  "x;os_name='a'",
  "x;a=='b'",
  "x;os_name=='a' xor os_name=='b'",
  "x @",
  "x @ https://h/;os_name=='a' b",
  "x>=1.*",
  "x>=1+local",
  "x~=1",
  "x==1.0a1.*",
  "x;os_name not 'a'",
  "x;(os_name=='a'",
  "x==1,,==2",
  "x,y",
  "x #c",
  "x--hash=sha256:0",
};

// str(Version(written))
constexpr Pair k_versions[] = {
  {"0!10", "10"},
  {"0!0_pre-02", "0rc2"},
  {"3-0+1", "3.post0+1"},
  {"1!10.2023.10.r-1", "1!10.2023.10.post1"},
  {"2023.10.2.1_preview_0-2-dev+1", "2023.10.2.1rc0.post2.dev0+1"},
  {"0.0.3.1-0", "0.0.3.1.post0"},
  {"0!2.10.0", "2.10.0"},
  {"3.2A-1.dev.+a_b.007", "3.2a1.dev0+a.b.7"},
  {"0.2.2", "0.2.2"},
  {"3.0.1.3-post-1", "3.0.1.3.post1"},
  {"2", "2"},
  {"v2023.2.1-0dev0", "2023.2.1.post0.dev0"},
  {"v10", "10"},
  {"10.dev1", "10.dev1"},
  {"3.3", "3.3"},
  {"0.0.2_RC-dev-0", "0.0.2rc0.dev0"},
  {"1!2", "1!2"},
  {"1!10.2.0.1", "1!10.2.0.1"},
  {"0b.02-dev.", "0b2.dev0"},
  {"v10.0", "10.0"},
  {"2.1", "2.1"},
  {"0!1.0.2023+1.2", "1.0.2023+1.2"},
  {"1.2023-a_1", "1.2023a1"},
  {"v1", "1"},
  {"1!1-0", "1!1.post0"},
  {"v2023.0.2.post-0", "2023.0.2.post0"},
  {"0.2023.1.0", "0.2023.1.0"},
  {"2.0", "2.0"},
  {"2023-r1", "2023.post1"},
  {"0-preview_0", "0rc0"},
  {"1.2023.3.2-2+a_b.007", "1.2023.3.2.post2+a.b.7"},
  {"3-1", "3.post1"},
  {"3+a_b.007", "3+a.b.7"},
  {"v0", "0"},
};

constexpr const char* k_not_versions[] = {
  "v2.0_dev0+1.2-", "0!0.2x", "3.10-dev.1-", "1!0.2023_b_0.", "v0.10.0.", "v2.10.2023.2023.RC.-2dev-.",
  "0.10.2.2.RC_1.", "2.0.1x",
};

// Each is less than the next.
constexpr const char* k_ascending[] = {
  "1.dev0",         "1.0.dev1",     "1.0a1.dev1", "1.0a1",   "1.0a2",     "1.0b1",      "1.0rc1.dev2",
  "1.0rc1",         "1.0rc1.post1", "1.0",        "1.0+abc", "1.0+abc.5", "1.0+abc.10", "1.0+5",
  "1.0.post0.dev1", "1.0.post0",    "1.0.post1",  "1.0.1",   "1.1",       "1.10",       "1!0.1",
};

// SpecifierSet(specifiers).contains(version)
constexpr Match k_matches[] = {
  {"1.0+cu118", "==1.0", true},
  {"1.0", "==1.0+cu118", false},
  {"1.0+cu118", "==1.0+cu118", true},
  {"1.0.post1", ">1.0", false},
  {"1.0+x", ">1.0", false},
  {"1.0+x", "<=1.0", true},
  {"1.0a1", "<1.0", false},
  {"1.0a1", "<1.0b1", true},
  {"1.0.dev1", "==1.0.*", true},
  {"1.4.5", "~=1.4.2", true},
  {"1.5", "~=1.4.2", false},
  {"2.0", "~=1.4", false},
  {"1!1.0", ">=2", true},
  {"1.1", "!=1.1.*", false},
  {"1.0.post1", ">1.0.post0", true},
  {"1.0.post1", "<1.0.post2", true},
  {"1.0", "===1.0", true},
  {"1.0", "===1.0.0", false},
  {"1.0rc1", ">=1.0", false},
  {"2.2.post3", "~=2.2.post3", true},
  {"1!0.3.1-2+abc", " >=0!3.1.0_dev.1 ,>1alpha1 ", true},
  {"3.0.2.10-2", "<10.0,==  2023", false},
  {"0!1beta.02", " <0!1.3.1.3, >  1!2.1, != v3.3.dev.1", false},
  {"10", "~=1!2.2.3_r_,!=1.2023.0.10.* ,", false},
  {"1!2023.2023.2", " ~=3.3.1.2023.beta_0.dev , ~=v0.1.1.0 ", false},
  {"1_rc_02-post", " >3.0.2,", false},
  {"1!3.10-2+1", "==  0!2023.3-dev ", false},
  {"2023.10.1A1", " >=  3.1.2023.a_0-rev.1 ,< 0.2-0,>=0!1", false},
  {"v0.0.beta0", " > v1.2 ,== 2023.2.1, <1!2023.0.10.10-pre0", false},
  {"1!3.0-dev-1+abc-1", "!=1!2.RC-0 ", true},
  {"3.10_rc_0-dev0", ">= 1!1.2023-beta_02 ", false},
  {"0-dev-0", " > 2023", false},
  {"v2023.10.2", "<= 1.2.1.2.a02-0", false},
  {"1!2023", " <=2023-alpha.1,~= 3.0a_0-r_1.dev.1 ,~=0!2.2023-2_dev-,", false},
  {"0.0.2", "== v2023.3", false},
  {"10.0", " ~= v1.10.1.1.a.02_dev-0", false},
  {"2023", "== 0!0.b.02, !=v1.2.*, ==  3.10", false},
  {"1!0", "==  2023 ,", false},
  {"0!10", " > 10.2023, ~=v10.10.1.2A-0-dev1,,", false},
  {"v0-r._dev-1+abc", "==0.0.3, != 0.2023.10.0-b02-1", false},
  {"2023.2", " !=0!1.3.* ", true},
  {"1", " <  2023.1.1-dev-0, ~=1!2023.10,>=  3.1.2 ", false},
  {"v10.1.3-dev.1", "!=  10a_ ", true},
  {"0!10.3a.0+abc", "!=10.* ", false},
  {"10.2", "<=0!1.1rev.0 ,", false},
  {"0!0.1+0", " <1-alpha.02.r0 , ==  1.2.dev-0", false},
  {"v1.2.2023", "<  0.0.0.10 ", false},
  {"v10.0.2023.10", "=== 2023,>=2.3.0 ", false},
  {"0!10-2-dev-1", "<  2.2.10-rc.-dev1 , == 0!2.2023 ,==1dev. ", false},
  {"2023.1.2023.alpha.1", "<= 2.0.10.10.r-1,,", false},
};

// Marker(marker).evaluate() in Lambda's environment; the same for every patch release.
constexpr Truth k_truths[] = {
  {"python_version < '3.10'", "3.10", "arm64", false},
  {"python_version >= '3.9' and platform_machine != 'aarch64'", "3.10", "arm64", false},
  {"platform_machine == 'arm64'", "3.10", "arm64", false},
  {"python_version in '3.9 3.10 3.11'", "3.10", "arm64", true},
  {"python_version ~= '3.9'", "3.10", "arm64", true},
  {"sys_platform == 'win32' or os_name == 'posix' and implementation_name == 'cpython'", "3.10", "arm64",
   true},
  {"(sys_platform == 'win32' or os_name == 'posix') and python_version == '3.*'", "3.10", "arm64", true},
  {"extra == 'dev'", "3.10", "arm64", false},
  {"extra != 'dev'", "3.10", "arm64", true},
  {"'linux' in sys_platform", "3.10", "arm64", true},
  {"sys_platform not in 'win32 darwin'", "3.10", "arm64", true},
  {"os_name < 'z'", "3.10", "arm64", false},
  {"os_name <= 'posix'", "3.10", "arm64", true},
  {"python_full_version >= '3.8.1' and python_version < '4.0'", "3.10", "arm64", true},
  {"os_name == sys_platform", "3.10", "arm64", false},
  {"python_version > 'abc'", "3.10", "arm64", false},
  {"'3.10' <= python_version", "3.10", "arm64", true},
  {"python_version == '3.1'", "3.10", "arm64", false},
  {"python_version < '3.12'", "3.9", "x86_64", true},
  {"python_version < '3.12'", "3.10", "x86_64", true},
  {"python_version < '3.12'", "3.11", "x86_64", true},
  {"python_version < '3.12'", "3.12", "x86_64", false},
  {"python_version < '3.12'", "3.13", "x86_64", false},
  {"python_version < '3.12'", "3.14", "x86_64", false},
  {"python_full_version <= '3' and implementation_name in 'pypy' or python_full_version == \"3.10\"", "3.9",
   "arm64", false},
  {"sys_platform >= \"win32\"", "3.11", "arm64", false},
  {"platform_python_implementation != 'CPython'  and sys_platform != 'linux'", "3.10", "arm64", false},
  {"python_full_version > \"3.10.*\" and python_version not in \"3.10.*\"  and 'aarch64' <= platform_machine",
   "3.13", "arm64", false},
  {"(python_full_version < \"3\"  and sys_platform == 'linux' ) and 'Linux' > platform_system", "3.11",
   "arm64", false},
  {"\"3.8\" in python_version or 'arm64' != platform_machine", "3.12", "arm64", true},
  {"( python_full_version != '3.10')", "3.14", "x86_64", true},
  {"implementation_name == 'pypy'", "3.11", "arm64", false},
  {"python_version > \"3.8.1\" and platform_machine >= 'x86_64' and python_full_version != \"4.0\"", "3.11",
   "x86_64", true},
  {"python_full_version != \"3.11\"", "3.14", "arm64", true},
  {"platform_machine < 'aarch64' or python_full_version != '3.9.*' and python_full_version < \"3.12\"",
   "3.11", "arm64", true},
  {"'aarch64' == platform_machine and platform_machine not in \"x86_64\" and python_version > '3.8.1'",
   "3.14", "arm64", true},
  {"platform_machine == 'arm64' and ( python_version ~= \"3.13\")", "3.9", "arm64", false},
  {"python_full_version ~= '3.12'", "3.13", "arm64", true},
  {"(python_full_version == '3.9.*')", "3.10", "x86_64", false},
  {"python_version in '3.9.*'", "3.12", "x86_64", false},
  {"python_version > \"3\" or python_version < '4.0'", "3.13", "x86_64", true},
  {"sys_platform < 'win32'", "3.14", "arm64", false},
  {"python_version not in '3.10.*'", "3.12", "arm64", true},
  {"(python_version > '3')", "3.13", "x86_64", true},
  {"python_version != \"3.8.1\"", "3.14", "arm64", true},
  {"sys_platform in \"linux\" or python_full_version >= '3.12' or python_full_version != \"3.9\"", "3.9",
   "arm64", true},
};

// Marker(marker).evaluate() raises.
constexpr const char* k_refused_markers[] = {
  "platform_python_implementation === 'CPython'",
  "os_name ~= '1'",
  "'3' == '3'",
  "extras == 'x'",
};

}  // namespace

TEST_CASE("requirements are read and printed as packaging does", "[environment]")
{
  for (const Pair& pair : k_requirements) {
    CAPTURE(pair.written);
    const auto parsed = parse_requirement(pair.written);
    REQUIRE(parsed.requirement);
    CHECK(parsed.requirement->str() == pair.expected);
    // What is printed is read back as the same.
    const auto again = parse_requirement(parsed.requirement->str());
    REQUIRE(again.requirement);
    CHECK(again.requirement->str() == pair.expected);
  }
  for (const char* text : k_not_requirements) {
    CAPTURE(text);
    CHECK_FALSE(parse_requirement(text).requirement);
    CHECK_FALSE(parse_requirement(text).problem.message.empty());
  }
}

TEST_CASE("versions are normalised and ordered as packaging does", "[environment]")
{
  for (const Pair& pair : k_versions) {
    CAPTURE(pair.written);
    const auto version = Version::parse(pair.written);
    REQUIRE(version);
    CHECK(version->str() == pair.expected);
  }
  for (const char* text : k_not_versions) {
    CAPTURE(text);
    CHECK_FALSE(Version::parse(text));
  }
  for (std::size_t i = 0; i < std::size(k_ascending); ++i) {
    for (std::size_t j = 0; j < std::size(k_ascending); ++j) {
      CAPTURE(k_ascending[i], k_ascending[j]);
      const int expected = i == j ? 0 : (i < j ? -1 : 1);
      CHECK(Version::parse(k_ascending[i])->compare(*Version::parse(k_ascending[j])) == expected);
    }
  }
}

TEST_CASE("specifiers match as packaging's do", "[environment]")
{
  for (const Match& match : k_matches) {
    CAPTURE(match.version, match.specifiers);
    CHECK(satisfies(*Version::parse(match.version), match.specifiers) == match.expected);
  }
}

TEST_CASE("markers are evaluated as packaging does", "[environment]")
{
  for (const Truth& truth : k_truths) {
    CAPTURE(truth.marker, truth.python, truth.arch);
    const auto result = evaluate_marker(truth.marker, {truth.python, truth.arch}, {});
    REQUIRE(result);
    CHECK(result->unknown.empty());
    CHECK(result->value == truth.expected);
  }
  for (const char* marker : k_refused_markers) {
    CAPTURE(marker);
    CHECK_FALSE(evaluate_marker(marker, {"3.10", "arm64"}, {}));
  }
}
