// BuildKit's plain progress as docker 20.10 and 23 print it.
#include "engine/build_progress.hpp"

#include "base/text.hpp"
#include "fakes/talk.hpp"

#include <catch2/catch.hpp>

using namespace envlift;
using Lines = std::vector<std::string>;

namespace {

// Two stages at once; the second fails and takes the first with it.
constexpr const char* k_parallel = R"(#1 [internal] load build definition from Dockerfile
#1 sha256:8558cbb8c51e879cf5a05da52e8a01c87d6c5f8c35008733547fa01be37aab8c
#1 transferring dockerfile: 286B done
#1 DONE 0.0s

#4 [b 1/2] FROM docker.io/library/base
#4 sha256:749ec81a4968c4380d28583534c01e85be4c3ed3f0b1e4041e67f2a2d1db26e6
#4 CACHED

#5 [a 2/2] RUN ["make", "a"]
#5 sha256:9caa66c0bc924823e7cf8cb1ffb7630ade85ada43a99d8c34989c8a15352c186
#5 0.391 a1
#5 ...

#7 [b 2/2] RUN ["make", "b"]
#7 sha256:4c476974309859876f4cfbbac76524246d9be19ac165f29a774b1ee598f09ebc
#7 0.369 b1
#7 1.374 b2
#7 ERROR: executor failed running [make b]: exit code: 3

#5 [a 2/2] RUN ["make", "a"]
#5 sha256:9caa66c0bc924823e7cf8cb1ffb7630ade85ada43a99d8c34989c8a15352c186
#5 CANCELED
------
 > [b 2/2] RUN ["make", "b"]:
#7 0.369 b1
#7 1.374 b2
------
executor failed running [make b]: exit code: 3
)";

struct Played {
  fakes::Talk talk;
  engine::BuildProgress progress{talk};

  explicit Played(std::string_view transcript)
  {
    for (const std::string_view line : text::lines(transcript)) {
      if (!line.empty()) {
        progress.line(line);
      }
    }
  }
};

}  // namespace

TEST_CASE("one step is shown at a time, from its first output to its end")
{
  Played played(k_parallel);
  played.progress.finish(false);
  CHECK(played.talk.said == Lines{"begin: [a 2/2] RUN [\"make\", \"a\"]", "move: a1", "end: canceled"});
}

TEST_CASE("the failing step's own lines are kept, once, and not those of its neighbours")
{
  const Played played(k_parallel);
  CHECK(played.progress.last_lines() == Lines{"b1", "b2", "executor failed running [make b]: exit code: 3"});
}

TEST_CASE("the frames of newer clients are left out as well")
{
  const Played played(R"(#5 [2/2] RUN false
#5 0.243 hello
#5 ERROR: process "/bin/sh -c false" did not complete successfully: exit code: 1
------
 > [2/2] RUN false:
0.243 hello
------
Dockerfile:2
--------------------
   1 |     FROM base
   2 | >>> RUN false
--------------------
ERROR: failed to solve: process "/bin/sh -c false" did not complete successfully: exit code: 1
)");
  const Lines lines = played.progress.last_lines();
  CHECK(lines.front() == "hello");
  CHECK(lines.back() ==
        "ERROR: failed to solve: process \"/bin/sh -c false\" did not complete successfully: exit code: 1");
  CHECK(std::ranges::count(lines, "hello") == 1);
}

TEST_CASE("what the cache answers is silent")
{
  Played played("#6 [2/3] COPY a /\n#6 CACHED\n#7 [3/3] RUN [\"x\"]\n#7 sha256:e60c2f\n#7 CACHED\n");
  played.progress.finish(true);
  CHECK(played.talk.said.empty());
  CHECK(played.talk.details == Lines{"#6 [2/3] COPY a /", "#6 CACHED", "#7 [3/3] RUN [\"x\"]",
                                     "#7 sha256:e60c2f", "[3/3] RUN [\"x\"]: cached"});
}

TEST_CASE("what is not shown is a detail all the same, so that the log has it")
{
  const Played played("#5 [1/2] RUN x\n#5 0.1 one\n#5 ERROR: exit code: 7\n------\n > [1/2] RUN "
                      "x:\n------\na client's warning\n");
  CHECK(played.talk.details ==
        Lines{"#5 [1/2] RUN x", "#5 ERROR: exit code: 7", " > [1/2] RUN x:", "a client's warning"});
}

TEST_CASE("a cached step of the builder says nothing")
{
  const Played played(
      "#7 [builder  5/12] RUN --mount=type=cache,target=/var/cache/envlift "
      "[\"/var/lang/bin/python3.11\", \"/build/envlift/build.py\", \"environment\"]\n#7 CACHED\n");
  CHECK(played.talk.said.empty());
}

TEST_CASE("the kept lines are the steps' own, without numbers and frames, and the client's last one")
{
  Played played(
      "#7 [builder 5/12] RUN x\n#7 0.5 one\n#7 ERROR: exit code: 1\n------\n > [builder 5/12] RUN x:\n"
      "again\n------\nlast\n");
  played.progress.finish(false);
  CHECK(played.progress.last_lines() == Lines{"one", "last"});
}

TEST_CASE("the builder's steps go by their names, from their first sign of life")
{
  Played played("#7 [builder 3/9] RUN --mount=type=cache,target=/c [\"/var/lang/bin/python3.11\", "
                "\"/build/envlift/build.py\", \"environment\"]\n#7 12.5 envlift: creating\n#7 DONE 13.0s\n");
  CHECK(played.talk.said == Lines{"begin: builder: environment", "move: envlift: creating", "end: done"});
}

TEST_CASE("what the builder warns of is said, though the build goes on")
{
  Played played("#7 [builder 3/9] RUN [\"python3\", \"/build/envlift/build.py\", \"finish\"]\n"
                "#7 12.5 envlift: warning: `keep` names no/such, and the environment has no such file\n#7 "
                "DONE 13.0s\n");
  CHECK(std::ranges::count(played.talk.said,
                           "say: warning: `keep` names no/such, and the environment has no such file") == 1);
}

TEST_CASE("a build that ends in the middle of a step ends the step")
{
  Played played("#7 [3/3] RUN [\"x\"]\n#7 0.3 one\n");
  played.progress.finish(false);
  CHECK(played.talk.said.back() == "end: failed");
}

TEST_CASE("only the end of a long output is kept, and lines that are no progress do no harm")
{
  fakes::Talk talk;
  engine::BuildProgress progress(talk);
  progress.line("#7 [3/3] RUN [\"x\"]");
  for (int i = 0; i < 1000; ++i) {
    progress.line("#7 0.5 line " + std::to_string(i));
  }
  for (const char* odd : {"#", "#7", "# 7", "#x y", "##", " ", "#7 DONE", "#99 DONE 1s", "#99 0.1 x"}) {
    progress.line(odd);
  }
  const Lines lines = progress.last_lines();
  CHECK(lines.size() <= 200);
  CHECK(std::ranges::find(lines, "line 999") != lines.end());
  CHECK(std::ranges::find(lines, "line 500") == lines.end());
}
