#include "environment/match_spec.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

using namespace envlift;
using environment::parse_match_spec;

namespace {

std::string canonical(const std::string& text)
{
  const auto parsed = parse_match_spec(text);
  return parsed.spec ? parsed.spec->str() : "problem: " + parsed.problem.message;
}

struct Vector {
  std::string text;
  std::string canonical;
};

void check(const std::vector<Vector>& vectors)
{
  for (const Vector& vector : vectors) {
    CAPTURE(vector.text);
    CHECK(canonical(vector.text) == vector.canonical);
    CHECK(canonical(vector.canonical) == vector.canonical);
  }
}

}  // namespace

// The right column is what conda 26's MatchSpec.__str__ printed, unless a comment says otherwise.
TEST_CASE("MatchSpecs are written as conda writes them", "[match_spec]")
{
  check({
    {"numpy", "numpy"},
    {"NumPy", "numpy"},
    {"numpy=1.21", "numpy=1.21"},
    {"numpy =1.21", "numpy=1.21"},
    {"numpy = 1.21", "numpy=1.21"},
    {"numpy 1.21.*", "numpy=1.21"},
    {"numpy 1.21*", "numpy=1.21"},
    {"numpy=1.21.*", "numpy=1.21"},
    {"numpy==1.21.*", "numpy=1.21"},
    {"numpy 1.21", "numpy==1.21"},
    {"numpy==1.21", "numpy==1.21"},
    {"numpy == 1.21", "numpy==1.21"},
    {"numpy[version=1.21]", "numpy==1.21"},
    {"numpy[version='==1.21']", "numpy==1.21"},
    {"numpy[version='=1.21']", "numpy=1.21"},
    {"numpy=1.21=py38_0", "numpy==1.21=py38_0"},
    {"numpy 1.21 py38_0", "numpy==1.21=py38_0"},
    {"numpy==1.21=py38_0", "numpy==1.21=py38_0"},
    {"numpy=1.21 py38_0", "numpy==1.21=py38_0"},
    {"numpy = 1.21 = py38_0", "numpy==1.21=py38_0"},
    {"numpy=1.7=py3*_2", "numpy==1.7[build=py3*_2]"},
    {"numpy=1.7.*=py3*_2", "numpy=1.7[build=py3*_2]"},
    {"python=3.11.2=hcf16a7b_0_cpython", "python==3.11.2=hcf16a7b_0_cpython"},
    {"python 3.8.* *_cpython", "python=3.8[build=*_cpython]"},
    {"blas * openblas_0", "blas[build=openblas_0]"},
    {"blas=*=openblas", "blas[build=openblas]"},
    {"numpy *", "numpy"},
    {"foo # c", "foo"},
    {"foo=", "foo"},
    {"openssl=1.1.1_", "openssl=1.1.1_"},
    {"x264=1!164.3095", "x264=1!164.3095"},
    {"numpy=1.2+cu1", "numpy=1.2+cu1"},
    {"__glibc>=2.17", "__glibc[version='>=2.17']"},
    {"_libgcc_mutex=0.1=conda_forge", "_libgcc_mutex==0.1=conda_forge"},
  });
}

TEST_CASE("version expressions lose their spaces and go into brackets", "[match_spec]")
{
  check({
    {"python>=3.8,<3.9", "python[version='>=3.8,<3.9']"},
    {"scipy   >=    1.5.0,  < 2.0.0", "scipy[version='>=1.5.0,<2.0.0']"},
    {"numpy >1.8,<2|==1.7", "numpy[version='>1.8,<2|==1.7']"},
    {"numpy[version='1.7|1.8']", "numpy[version='1.7|1.8']"},
    {"numpy=1.10.*,!=1.10.2", "numpy[version='=1.10.*,!=1.10.2']"},
    {"numpy!=1.10", "numpy!=1.10"},
    {"numpy!=1.10.*", "numpy!=1.10.*"},
    {"numpy ~=1.10.1", "numpy~=1.10.1"},
    {"numpy!=1.10 py38_0", "numpy[version='!=1.10',build=py38_0]"},
    {"numpy>1.7 py38_0", "numpy[version='>1.7',build=py38_0]"},
    {"numpy >=1 , <2  py_0", "numpy[version='>=1,<2',build=py_0]"},
    {"nodejs>=12,<13.0a0", "nodejs[version='>=12,<13.0a0']"},
    {"numpy[version='^1.*$']", "numpy[version='^1.*$']"},
    // Patterns: conda writes `numpy==1.2*.3` and `numpy=*.7`.
    {"numpy 1.2*.3", "numpy[version='1.2*.3']"},
    {"numpy *.7.*", "numpy[version='*.7.*']"},
    // conda loses parentheses; the constraint would go with them.
    {"numpy (>=1)", "numpy[version='>=1']"},
    {"numpy[version='>=1,(<2|3)']", "numpy[version='>=1,(<2|3)']"},
    // conda would read `==1.2` beside another clause.
    {"numpy>=1,==1.2.*", "numpy[version='>=1,1.2.*']"},
    {"numpy==1.2.*|==1.4*", "numpy[version='1.2.*|1.4.*']"},
  });
}

TEST_CASE("each part of an alternative keeps its operator, as conda prints it", "[match_spec]")
{
  check({
    {"pkg=1.0|=1.1", "pkg[version='=1.0|=1.1']"},
    {"pkg=1.0|1.1", "pkg[version='=1.0|1.1']"},
    {"pkg 1.0|1.1", "pkg[version='1.0|1.1']"},
    {"pkg=1.0,=1.1", "pkg[version='=1.0,=1.1']"},
  });
}

TEST_CASE("a channel's name has no colon, and its URL is followed by two", "[match_spec]")
{
  CHECK(canonical("foo:bar::baz") == "problem: `:` cannot stand in a channel's name");
  CHECK(canonical("a::b::c") == "problem: `:` cannot stand in a channel's name");
  CHECK(canonical("a[channel=foo:bar]") == "problem: `:` cannot stand in a channel's name");
  CHECK(canonical("https://conda.example.com/a:x=1.10") == "problem: a channel and its package are separated by `::`");
  CHECK(canonical("https://conda.example.com:8080/a::x=1.10") == "https://conda.example.com:8080/a::x=1.10");
  CHECK(canonical("conda-forge/linux-64:ns:baz") == "conda-forge/linux-64::baz");
  CHECK(canonical("https://h/a:ns:x") == "https://h/a::x");
}

TEST_CASE("channels, subdirs and keys", "[match_spec]")
{
  check({
    {"conda-forge::numpy", "conda-forge::numpy"},
    {"conda-forge/linux-64::numpy>=1", "conda-forge/linux-64::numpy[version='>=1']"},
    {"conda-forge/label/dev::numpy", "conda-forge/label/dev::numpy"},
    {"https://conda.anaconda.org/conda-forge::numpy", "conda-forge::numpy"},
    {"https://repo.anaconda.com/pkgs/main::numpy", "https://repo.anaconda.com/pkgs/main::numpy"},
    {"https://example.com:8080/a/b/linux-64::numpy=1", "https://example.com:8080/a/b/linux-64::numpy=1"},
    {"*/linux-64::foo>=1.0", "foo[subdir=linux-64,version='>=1.0']"},
    {"conda-forge:ns:numpy", "conda-forge::numpy"},
    {"numpy[channel=conda-forge,subdir=noarch]", "conda-forge/noarch::numpy"},
    {"numpy=1.2[build=x]", "numpy=1.2[build=x]"},
    {"numpy[version=\"1.2\" , build='x']", "numpy==1.2=x"},
    {"numpy[build_number='>=7']", "numpy[build_number='>=7']"},
    {"numpy[license='*GPL*']", "numpy[license=*gpl*]"},
    {"numpy[name=other]", "numpy"},
    {"numpy[md5=0123456789abcdef0123456789ABCDEF]", "numpy[md5=0123456789abcdef0123456789abcdef]"},
    {"https://conda.anaconda.org/conda-forge/linux-64/numpy-1.0-py38_0.conda",
     "conda-forge/linux-64::numpy==1.0=py38_0"},
    {"https://example.com/c/noarch/a-b-c-1!2-0.tar.bz2", "https://example.com/c/noarch::a-b-c==1!2=0"},
    {"https://example.com/numpy-1.0-py38_0.conda", "*[url=https://example.com/numpy-1.0-py38_0.conda]"},
  });
}

// CEP 29, "version expression parsing": today's tools read it as exact.
TEST_CASE("between spaces a single equals sign stays fuzzy", "[match_spec]")
{
  CHECK(canonical("numpy =1.21 py38_0") == "numpy=1.21[build=py38_0]");
}

TEST_CASE("the fields of a MatchSpec", "[match_spec]")
{
  const auto spec =
      parse_match_spec("conda-forge/linux-64::Python = 3.11.2=h_0[md5=0123456789abcdef0123456789abcdef]")
          .spec;
  REQUIRE(spec);
  CHECK(spec->channel == "conda-forge");
  CHECK(spec->subdir == "linux-64");
  CHECK(spec->name == "python");
  CHECK(spec->version == "==3.11.2");
  CHECK(spec->version_as_written == "= 3.11.2");
  CHECK(spec->build == "h_0");
  CHECK(spec->keys.at("md5") == "0123456789abcdef0123456789abcdef");
  CHECK(spec->without_build().str() == "conda-forge/linux-64::python==3.11.2");
  CHECK(parse_match_spec("python=3.11").spec->version == "3.11.*");
  CHECK(parse_match_spec("python").spec->version.empty());
  const auto url = parse_match_spec("https://h/c/noarch/a-1-0.conda#0123456789abcdef0123456789abcdef").spec;
  REQUIRE(url);
  CHECK(url->url == "https://h/c/noarch/a-1-0.conda");
  CHECK(url->keys.at("md5") == "0123456789abcdef0123456789abcdef");
}

TEST_CASE("what is not a MatchSpec is refused at its place", "[match_spec]")
{
  struct Case {
    std::string text;
    std::size_t offset;
  };
  const std::vector<Case> cases = {
    {"", 0},
    {"=1.2", 0},
    {"foo==", 5},
    {"foo= ", 3},
    {"foo>=", 5},
    {"foo=>1", 3},
    {"foo===1", 3},
    {"foo<>1", 3},
    {"foo!1", 3},
    {"foo,", 3},
    {"foo^1", 3},
    {"foo\"", 3},
    {"foo@", 3},
    {"foo;x", 3},
    {"foo=1..2", 6},
    {"foo=.1", 4},
    {"foo=1+", 6},
    {"foo=1+a+b", 7},
    {"foo=1_.2", 6},
    {"foo=1-2_3", 7},
    {"foo=1,", 6},
    {"foo>1,,<2", 6},
    {"foo=1=", 5},
    {"foo=1=x-y", 7},
    {"foo=1==x", 5},
    {"foo 1 a b", 7},
    {"foo>3.8 <3.10", 8},
    {"foo=$(id)", 4},
    {"foo`id`", 3},
    {"foo\nRUN evil", 3},
    {std::string("fo\0o", 4), 2},
    {"foo[version=1", 3},
    {"foo[version=1]x", 14},
    {"foo[version=]", 12},
    {"foo[a=b]", 4},
    {"foo[security]", 4},
    {"foo[extras=[a]]", 4},
    {"foo[md5=12]", 8},
    {"foo[build='x]", 10},
    {"foo[version=1][build=x]", 14},
    {"foo if bar", 4},
    {"foo 1.2;x", 7},
    {"a b::c", 1},
    {"\xE2\x80\x9C"
     "foo",
     0},
    {"foo (>=1", 4},
    {"-foo", 0},
    {"c$(x)::foo", 1},
  };
  for (const Case& each : cases) {
    CAPTURE(each.text);
    const auto parsed = parse_match_spec(each.text);
    CHECK_FALSE(parsed.spec);
    CHECK(parsed.problem.offset == each.offset);
    CHECK_FALSE(parsed.problem.message.empty());
  }
}

TEST_CASE("items in brackets are separated", "[match_spec]")
{
  check({{"numpy[version='1' build=x]", "numpy==1=x"}, {"numpy[version=1 , build='x',]", "numpy==1=x"}});
  const auto parsed = parse_match_spec("numpy[version='1'build=x]");
  CHECK_FALSE(parsed.spec);
  CHECK(parsed.problem.offset == 17);
}

TEST_CASE("lengths and depths are bounded", "[match_spec]")
{
  CHECK(parse_match_spec(std::string(64, 'a')).spec);
  CHECK_FALSE(parse_match_spec(std::string(65, 'a')).spec);
  CHECK_FALSE(parse_match_spec("a=" + std::string(65, '1')).spec);
  CHECK_FALSE(parse_match_spec("a>" + std::string(4000, '(') + "1").spec);
  CHECK_FALSE(parse_match_spec(std::string(100'000, ' ') + "a").spec);
}

TEST_CASE("regular expressions keep their backslashes in brackets", "[match_spec]")
{
  check({{R"(numpy ^1\.2.*$)", R"(numpy[version='^1\.2.*$'])"},
         {R"(numpy[build='^py3\d+$'])", R"(numpy[build='^py3\d+$'])"}});
  CHECK_FALSE(parse_match_spec(R"(numpy[version='1\.2'])").spec);
  CHECK_FALSE(parse_match_spec(R"(numpy[channel='a\b'])").spec);
}

TEST_CASE("nothing but a package's file ends like one", "[match_spec]")
{
  for (const char* text : {"numpy=9.tar.bz2=9.*3", "numpy[version='9.conda']", "a.conda[license=x]", "https://a.org/c/linux-64/python-3.1*3-0.conda",
                           "https://a.org/c/linux-64/python-!=3-0.conda"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_match_spec(text).spec);
  }
}
