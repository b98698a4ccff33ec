#include "environment/requirement.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

using namespace envlift;
using environment::Version;

namespace {

struct Vector {
  std::string text;
  std::string printed;   // "" when it is none
};

struct SatisfiesVector {
  std::string version;
  std::string specifiers;
  std::string answer;
};

std::string answer_of(const std::string& version, const std::string& specifiers)
{
  const auto parsed = Version::parse(version);
  REQUIRE(parsed);
  const auto satisfied = environment::satisfies(*parsed, specifiers);
  return satisfied ? (*satisfied ? "yes" : "no") : "invalid";
}

}  // namespace

// The right columns are what `packaging` 26.3 printed or answered, pre-releases included.
TEST_CASE("versions are normalised as PEP 440 has it", "[version]")
{
  const std::vector<Vector> vectors = {
    {"1.0", "1.0"},
    {"1.0.0", "1.0.0"},
    {"1", "1"},
    {"v1.0", "1.0"},
    {"V2", "2"},
    {"  1.0  ", "1.0"},
    {"1.0a1", "1.0a1"},
    {"1.0.ALPHA.1", "1.0a1"},
    {"1.0-beta2", "1.0b2"},
    {"1.0c3", "1.0rc3"},
    {"1.0pre4", "1.0rc4"},
    {"1.0-preview_5", "1.0rc5"},
    {"1.0rc", "1.0rc0"},
    {"1.0a", "1.0a0"},
    {"1.0-1", "1.0.post1"},
    {"1.0.post1", "1.0.post1"},
    {"1.0-r4", "1.0.post4"},
    {"1.0.rev4", "1.0.post4"},
    {"1.0.post", "1.0.post0"},
    {"1.0post.2", "1.0.post2"},
    {"1.0.dev1", "1.0.dev1"},
    {"1.0dev", "1.0.dev0"},
    {"1.0-DEV_3", "1.0.dev3"},
    {"1!2.0", "1!2.0"},
    {"01!002.00003", "1!2.3"},
    {"1.0a1.post2.dev3", "1.0a1.post2.dev3"},
    {"1.0+ubuntu-1", "1.0+ubuntu.1"},
    {"1.0+CU118", "1.0+cu118"},
    {"1.0+abc_001.002", "1.0+abc.1.2"},
    {"1.0.0.0", "1.0.0.0"},
    {"2024.01.09", "2024.1.9"},
    {"1.0-1.dev2", "1.0.post1.dev2"},
    {"1.0a1-2", "1.0a1.post2"},
    {"1.0rc1.dev2+l.1", "1.0rc1.dev2+l.1"},
    {"", ""},
    {"1.0.", ""},
    {"1..0", ""},
    {".1", ""},
    {"1.0+", ""},
    {"1.0+a..b", ""},
    {"1.0+-a", ""},
    {"1.0 .1", ""},
    {"a1.0", ""},
    {"1.0x", ""},
    {"1!", ""},
    {"1.0-", ""},
    {"1.0--1", ""},
    {"1.0.*", ""},
    {"1.0-1-2", ""},
    {"1.0a1b2", ""},
    {"1.0dev1post1", ""},
    {"2011k", ""},
    {"0.1-bulbasaur", ""},
    {"1!1!1", ""},
    {"\xD9\xA1"
     ".0",
     ""},
  };
  for (const Vector& vector : vectors) {
    CAPTURE(vector.text);
    const auto version = Version::parse(vector.text);
    CHECK((version ? version->str() : "") == vector.printed);
    if (version) {
      const auto again = Version::parse(version->str());
      REQUIRE(again);
      CHECK(again->compare(*version) == 0);
    }
  }
}

TEST_CASE("versions have the order of PEP 440", "[version]")
{
  const std::vector<std::string> ascending = {"1.0.dev456",
                                              "1.0a1",
                                              "1.0a2.dev456",
                                              "1.0a12.dev456",
                                              "1.0a12",
                                              "1.0b1.dev456",
                                              "1.0b2",
                                              "1.0b2.post345.dev456",
                                              "1.0b2.post345",
                                              "1.0rc1.dev456",
                                              "1.0rc1",
                                              "1.0",
                                              "1.0+abc.5",
                                              "1.0+abc.7",
                                              "1.0+5",
                                              "1.0+10",
                                              "1.0.post456.dev34",
                                              "1.0.post456",
                                              "1.1.dev1",
                                              "1!0.1"};
  for (std::size_t i = 0; i < ascending.size(); ++i) {
    for (std::size_t k = 0; k < ascending.size(); ++k) {
      CAPTURE(ascending[i], ascending[k]);
      const auto left = Version::parse(ascending[i]);
      const auto right = Version::parse(ascending[k]);
      REQUIRE((left && right));
      CHECK(left->compare(*right) == (i == k ? 0 : (i < k ? -1 : 1)));
    }
  }
  CHECK(Version::parse("1.0")->compare(*Version::parse("1.0.0.0")) == 0);
  CHECK(Version::parse("3.10")->compare(*Version::parse("3.9")) == 1);
}

TEST_CASE("pre-releases are known", "[version]")
{
  CHECK(Version::parse("1.0a1")->is_prerelease());
  CHECK(Version::parse("1.0.dev1")->is_prerelease());
  CHECK(Version::parse("1.0.post1.dev1")->is_prerelease());
  CHECK_FALSE(Version::parse("1.0.post1")->is_prerelease());
  CHECK_FALSE(Version::parse("1.0+local")->is_prerelease());
}

TEST_CASE("numbers that no release can have are no versions, and end no program", "[version]")
{
  CHECK_FALSE(Version::parse(std::string(400, '9')));
  CHECK_FALSE(Version::parse("1." + std::string(30, '9')));
  CHECK_FALSE(environment::canonical_specifiers("==" + std::string(400, '9')));
  CHECK(Version::parse("1.0+" + std::string(400, '9')));
}

TEST_CASE("a version satisfies a specifier set or does not", "[version]")
{
  const std::vector<SatisfiesVector> vectors = {
    {"1.0", "==1", "yes"},
    {"1.0+cu118", "==1.0", "yes"},
    {"1.0", "==1.0+cu118", "no"},
    {"1.0+cu118", "==1.0+CU118", "yes"},
    {"1.0+cu118", "!=1.0", "no"},
    {"1.0.1", "==1.0.*", "yes"},
    {"1.0a1", "==1.0.*", "yes"},
    {"1.0.post1", "==1.0.*", "yes"},
    {"1.0+l", "==1.0.*", "yes"},
    {"1.1", "!=1.0.*", "yes"},
    {"1", "==1.0.*", "yes"},
    {"1!1.0", "==1.*", "no"},
    {"1!1.0", "==1!1.*", "yes"},
    {"1.4.5", "~=1.4.2", "yes"},
    {"1.5", "~=1.4.2", "no"},
    {"1.9", "~=1.4", "yes"},
    {"2.0", "~=1.4", "no"},
    {"1.4.0a1", "~=1.4.0a1", "yes"},
    {"1.5.0", "~=1.4.0a1", "no"},
    {"1.4.post1", "~=1.4", "yes"},
    {"1.0a1", "<1.0", "no"},
    {"1.0.dev1", "<1.0", "no"},
    {"1.0a1", "<1.0b1", "yes"},
    {"0.9", "<1.0", "yes"},
    {"1.0a1", "<=1.0", "yes"},
    {"1.0+l", "<=1.0", "yes"},
    {"1.0+l", "<1.0", "no"},
    {"1.0.post1", "<1.0.post2", "yes"},
    {"1.0.post1.dev1", "<1.0.post1", "no"},
    {"1.0.post1", "> 1.0", "no"},
    {"1.0+l", ">1.0", "no"},
    {"1.0.post2", ">1.0.post1", "yes"},
    {"1.0.post1+l", ">1.0.post1", "no"},
    {"1.0.1", ">1.0", "yes"},
    {"1.0", ">1.0a1", "yes"},
    {"1.0a1.post1", ">1.0a1", "no"},
    {"1.0+l", ">=1.0", "yes"},
    {"1.0a1", ">=1.0", "no"},
    {"1.0", ">1.0.dev1", "yes"},
    {"1.0a1", ">1.0.dev1", "yes"},
    {"1.0", "===1.0", "yes"},
    {"1.0", "===1.0.0", "no"},
    {"1.0+DOWN", "===1.0+down", "yes"},
    {"1.5", ">=1,<2,!=1.5.*", "no"},
    {"1.6", ">=1,<2,!=1.5.*", "yes"},
    {"1.0", "", "yes"},
    {"1.0", ">=1,", "yes"},
    {"3.10", ">=3.9", "yes"},
    {"3.10", "<3.9", "no"},
    {"1.0", "1.0", "invalid"},
    {"1.0", "=1.0", "invalid"},
    {"1.0", ">=1.*", "invalid"},
    {"1.0", "~=1", "invalid"},
    {"1.0", ">=1+l", "invalid"},
    {"1.0", "==1.0a1.*", "invalid"},
    {"1.0", "==1.0.* ,", "yes"},
    {"1.0", "=>1", "invalid"},
    {"1.0", "<1 >0", "invalid"},
    {"1.0", "~=1.*", "invalid"},
    {"1.0", "==1.dev1.*", "invalid"},
  };
  for (const SatisfiesVector& vector : vectors) {
    CAPTURE(vector.version, vector.specifiers);
    CHECK(answer_of(vector.version, vector.specifiers) == vector.answer);
  }
}

TEST_CASE("specifier sets are written in one way", "[version]")
{
  const std::vector<Vector> vectors = {
    {"", ""},
    {">=1,<2", "<2,>=1"},
    {"<2, >=1", "<2,>=1"},
    {" == 1.0 ", "==1.0"},
    {"==1.0,==1.0", "==1.0"},
    {"==1.0,==1.0.0", "==1.0"},
    {"~=1.4.2,!=1.4.5", "!=1.4.5,~=1.4.2"},
    {">=1,", ">=1"},
    {"===foo", "===foo"},
    {"== V1.0", "==V1.0"},
    {"==1.0.*", "==1.0.*"},
    {">1.0-1", ">1.0-1"},
    {"==1.0+CU118", "==1.0+CU118"},
    {">=1.0,>=1", ">=1"},
    {",", ""},
    {",>=1", ">=1"},
    {"~=1.0,~=1.0.0", "~=1.0,~=1.0.0"},
  };
  for (const Vector& vector : vectors) {
    CAPTURE(vector.text);
    CHECK(environment::canonical_specifiers(vector.text) == vector.printed);
  }
  CHECK_FALSE(environment::canonical_specifiers("1.0"));
  CHECK_FALSE(environment::canonical_specifiers(">=1 <2"));
  CHECK_FALSE(environment::canonical_specifiers(">=1.*"));
}
