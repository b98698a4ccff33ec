#include "fakes/memory_files.hpp"
#include "input/input.hpp"
#include "input_fixture.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

using namespace envlift;
using test::specs;
using test::Texts;

namespace {

const std::string k_head = "# This file may be used to create an environment using:\n"
                           "# $ conda create --name <env> --file <this file>\n";

input::ReadResult read(const std::string& text, const environment::Target& target = {})
{
  return input::read_environment("requirements.txt", fakes::MemoryFiles({{"requirements.txt", text}}), target);
}

Texts findings(const input::ReadResult& result)
{
  return test::findings(result, test::Place::column, test::Notes::with);
}

}  // namespace

TEST_CASE("what conda list --export writes", "[conda-list]")
{
  const auto result = read(k_head + "# platform: linux-64\n# created-by: conda 25.1.1\n_libgcc_mutex=0.1=conda_forge\n"
                                    "python=3.11.5=hab00c5b_0_cpython\nRequests=2.32.3=pypi_0\nmytool=0.1=dev_0\n");
  CHECK(findings(result).empty());
  CHECK(result.environment.sources.at(0).format == "conda-list");
  CHECK(result.environment.uses_conda);
  CHECK_FALSE(result.environment.conda_locked);
  CHECK(specs(result) == Texts{"_libgcc_mutex==0.1=conda_forge", "python==3.11.5=hab00c5b_0_cpython",
                               "pip Requests==2.32.3"});
  CHECK(result.environment.pip[0].name == "requests");
  CHECK(result.environment.python_span.line == 6);
  REQUIRE(result.environment.dropped.size() == 1);
  CHECK(result.environment.dropped[0].name == "mytool");
  CHECK(result.environment.dropped[0].span.line == 8);
}

TEST_CASE("a list of another platform keeps its versions", "[conda-list]")
{
  const auto result = read(k_head + "# platform: win-64\npython=3.11.5=h2628c8c_0_cpython\nucrt=10.0=h57928b3_0\n"
                                    "zlib=1.2.13=hcfcfb64_5\n");
  CHECK(specs(result) == Texts{"python==3.11.5", "zlib==1.2.13"});
  CHECK(findings(result) == Texts{"EL0250 3:1", "EL0401 5:1", "EL0216 4:1"});
  CHECK(specs(read(k_head + "# platform: linux-64\nzlib=1.2.13=hcfcfb64_5\n", {.arch = "arm64"})) ==
        Texts{"zlib==1.2.13"});
}

TEST_CASE("a list of another platform is said to be one", "[conda-list]")
{
  const auto result = read(k_head + "# platform: osx-64\nnumpy=1.26\n# platform: win-64\n");
  CHECK(findings(result) == Texts{"EL0250 3:1"});
  CHECK(result.diagnostics.all()[0].message == "the list is of osx-64, and its versions are looked for on linux-64");
  CHECK(findings(read(k_head + "# platform: linux-64\nnumpy=1.26\n")).empty());
}

TEST_CASE("specs of a list in any form", "[conda-list]")
{
  const auto result = read(k_head + "numpy >=1.20,<2  # why\n\n  conda-forge::scipy=1.10\nbad==\n");
  CHECK(specs(result) == Texts{"numpy[version='>=1.20,<2']", "conda-forge::scipy=1.10"});
  CHECK(findings(result).size() == 1);
  CHECK(findings(result)[0].substr(0, 8) == "EL0206 6");
  CHECK(findings(read(k_head + "a=1=dev_0\n")) == Texts{"EL0104 0:0"});
}

TEST_CASE("a list is told from requirements", "[conda-list]")
{
  const auto format = [](const std::string& text) { return read(text).environment.sources.at(0).format; };
  CHECK(format("# c\nnumpy=1.26=py311h1_0\n") == "conda-list");
  CHECK(format(k_head + "numpy\n") == "conda-list");
  CHECK(format("numpy==1.26\n") == "pip-requirements");
  CHECK(format("numpy===1.26\n") == "pip-requirements");
  CHECK(format("a @ https://h/?x=1=2\n") == "pip-requirements");
  CHECK(format("-r a=b=c\n") == "pip-requirements");
  CHECK(format("--hash=a=b\n") == "pip-requirements");
}
