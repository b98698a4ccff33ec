#include "plan/python_choice.hpp"

#include "plan/base_images.hpp"
#include "plan_fixture.hpp"

#include <catch2/catch.hpp>

using namespace envlift;

TEST_CASE("a constraint allows the minors of which some patch satisfies it", "[plan]")
{
  struct Row {
    const char* constraint;
    const char* allowed;
    const char* refused;
  };
  const auto row = GENERATE(values<Row>({
    {"3.11.*", "3.11", "3.12"},
    {"=3.11", "3.11", "3.1"},
    {"3.11", "3.11", "3.10"},
    {"==3.11.2", "3.11", "3.12"},
    {"3.11.2", "3.11", "3.12"},
    {"=3.11.2=hcf16a7b_0_cpython", "3.11", "3.12"},
    {"3.11.* *_cpython", "3.11", "3.12"},
    {">=3.9,<3.12", "3.11", "3.12"},
    {">= 3.9, < 3.12", "3.9", "3.8"},
    {"<3.12.1", "3.12", "3.13"},
    {"<3.12.0a0", "3.11", "3.12"},
    {"<=3.11", "3.11", "3.12"},
    {">3.11", "3.12", "3.10"},
    {"3.11.*|3.13.*", "3.13", "3.12"},
    {">=3.9,<3.11|==3.12.4", "3.12", "3.11"},
    {"!=3.12.*", "3.11", "3.12"},
    {"!=3.12.1", "3.12", "2.7"},
    {"~=3.11", "3.13", "3.10"},
    {"~=3.11.2", "3.11", "3.12"},
    {"3", "3.14", "2.7"},
    {"3.*", "3.8", "4.0"},
  }));
  INFO(row.constraint);
  CHECK(plan::allows_minor(row.constraint, row.allowed));
  if (std::string(row.constraint) != "!=3.12.1") {   // excludes no whole minor
    CHECK_FALSE(plan::allows_minor(row.constraint, row.refused));
  }
}

TEST_CASE("no constraint and `*` allow every minor", "[plan]")
{
  CHECK(plan::allows_minor("", "3.8"));
  CHECK(plan::allows_minor("*", "3.14"));
}

TEST_CASE("a constraint pins a minor when it leaves no other", "[plan]")
{
  CHECK(plan::pins_minor("=3.11", "3.11"));
  CHECK(plan::pins_minor("==3.11.4", "3.11"));
  CHECK(plan::pins_minor(">=3.11,<3.12", "3.11"));
  CHECK_FALSE(plan::pins_minor(">=3.11", "3.11"));
  CHECK_FALSE(plan::pins_minor("", "3.11"));
  CHECK_FALSE(plan::pins_minor("3.11.*|3.12.*", "3.12"));
}

TEST_CASE("a tag's minor is read from the tag alone", "[plan]")
{
  CHECK(plan::minor_of_tag("public.ecr.aws/lambda/python:3.11") == "3.11");
  CHECK(plan::minor_of_tag("host:5000/python:3.12-x86_64") == "3.12");
  CHECK(plan::minor_of_tag("python:3.12.1@sha256:0123") == "3.12");
  CHECK_FALSE(plan::minor_of_tag("host:5000/python"));
  CHECK_FALSE(plan::minor_of_tag("python:latest"));
  CHECK_FALSE(plan::minor_of_tag("python:{python}"));
  CHECK_FALSE(plan::minor_of_tag("python@sha256:0123456789abcdef"));
  CHECK_FALSE(plan::minor_of_tag(""));
}

TEST_CASE("the Python is the setting's, the base tag's, or the newest that the environment allows", "[plan]")
{
  settings::Settings settings;
  CHECK(plan::choose_python(test::conda_environment("=3.11"), settings) == "3.11");
  CHECK(plan::choose_python(test::conda_environment(">=3.9,<3.12"), settings) == "3.11");
  CHECK(plan::choose_python(test::conda_environment(""), settings) == plan::k_default_minor);

  settings.base = "mirror/lambda/python:3.10";
  CHECK(plan::choose_python(test::conda_environment(">=3.9"), settings) == "3.10");
  CHECK(plan::choose_python(test::conda_environment("=3.11"), settings) ==
        "3.11");   // make_plan reports the clash

  settings.python = "3.12";
  CHECK(plan::choose_python(test::conda_environment("=3.11"), settings) == "3.12");
}

TEST_CASE("a Python that no base has is returned as it is asked for", "[plan]")
{
  CHECK(plan::choose_python(test::conda_environment("=3.7"), {}) == "3.7");
  CHECK(plan::choose_python(test::conda_environment("==2.7.18"), {}) == "2.7");
}

TEST_CASE("inspect warns about a Python that no base has", "[plan]")
{
  diag::Diagnostics diagnostics;
  plan::check_python(test::conda_environment("=3.11"), {}, diagnostics);
  CHECK(diagnostics.all().empty());
  plan::check_python(test::conda_environment("=3.7"), {}, diagnostics);
  REQUIRE(diagnostics.all().size() == 1);
  CHECK(diagnostics.all().front().code == "EL0701");
  CHECK(diagnostics.all().front().severity == diag::Severity::warning);
}
