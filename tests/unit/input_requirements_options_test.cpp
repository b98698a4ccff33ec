#include "fakes/memory_files.hpp"
#include "input/input.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

using namespace envlift;
using Texts = std::vector<std::string>;

TEST_CASE("a folder of --find-links is carried along when the project has it", "[requirements]")
{
  const fakes::MemoryFiles files({{"requirements.txt", "-r req/more.txt\n-f wheels\n"},
                                  {"req/more.txt", "--find-links ./links\n--find-links=wheels/\n-f ../..\n"
                                                   "-f absent\n-f file:///srv/wheels\na\n"},
                                  {"req/links/a-1-py3-none-any.whl", ""},
                                  {"wheels/b-1-py3-none-any.whl", ""}});
  const auto result = input::read_environment("requirements.txt", files, {});
  std::vector<std::string> folders;
  for (const auto& option : result.environment.pip_options) {
    folders.push_back(option.option + " " + option.value);
  }
  CHECK(folders == Texts{"--find-links req/links", "--find-links wheels", "--find-links wheels"});
  Texts messages;
  for (const diag::Diagnostic& finding : result.diagnostics.all()) {
    CHECK(finding.code == "EL0303");
    messages.push_back(finding.message);
  }
  CHECK(messages == Texts{"`../..` lies outside of the project", "there is no folder `absent`",
                          "file:///srv/wheels is not there when the image is built"});
}
