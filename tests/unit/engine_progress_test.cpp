#include "engine/build_progress.hpp"
#include "engine/engine_words.hpp"
#include "fakes/recording_talk.hpp"

#include <catch2/catch.hpp>

using namespace envlift;
using Told = std::vector<std::string>;

namespace {

const std::string k_environment =
    R"(#7 [builder  5/12] RUN --mount=type=cache,target=/var/cache/envlift ["/var/lang/bin/python3.11", "/build/envlift/build.py", "environment"])";

}  // namespace

TEST_CASE("a step that runs is told from its first sign of life", "[engine]")
{
  RecordingTalk talk;
  engine::BuildProgress progress(talk);
  for (const std::string& line :
       {k_environment, std::string("#7 0.31 envlift: creating"), std::string("#7 DONE 3.2s")}) {
    progress.line(line);
  }
  CHECK(talk.told == Told{"begin builder: environment", "move envlift: creating", "end done"});
}

TEST_CASE("a cached step says nothing", "[engine]")
{
  RecordingTalk talk;
  engine::BuildProgress progress(talk);
  progress.line(k_environment);
  progress.line("#7 CACHED");
  CHECK(talk.told.empty());
}

TEST_CASE("the kept lines are the steps' own, without BuildKit's numbers and frames", "[engine]")
{
  RecordingTalk talk;
  engine::BuildProgress progress(talk);
  for (const char* line : {"#7 [builder 5/12] RUN x", "#7 0.5 one", "#7 ERROR: exit code: 1", "------",
                           " > [builder 5/12] RUN x:", "again", "------", "last"}) {
    progress.line(line);
  }
  progress.finish(false);
  CHECK(progress.last_lines() == Told{"one", "last"});
}

TEST_CASE("the most exact cause wins", "[engine]")
{
  const Error error =
      engine::build_failed({"PackagesNotFoundInChannelsError: nopkg",
                            "envlift: error: conda could not create the environment (exit 1)"});
  CHECK(error.code == "EL0904");
  CHECK(error.message.find("nopkg") != std::string::npos);
  CHECK(error.tail.size() == 2);
  const Error own = engine::build_failed(
      {"noise", "envlift: error: the environment has no Python 3.11, which the base image runs"});
  CHECK(own.code == "EL0901");
  CHECK(own.message == "the environment has no Python 3.11, which the base image runs");
}
