// The parts of an init, from a log with times; and the runs that they come from.
#include "base/text.hpp"
#include "invoke/init_times.hpp"
#include "invoke/profile.hpp"

#include "fakes/engine.hpp"
#include "fakes/http.hpp"

#include <catch2/catch.hpp>
#include <fmt/format.h>

using namespace envlift;

namespace {

const std::string k_log = R"(2026-11-21T23:59:59.800000000Z START RequestId: 1 Version: $LATEST
2026-11-21T23:59:59.900000000Z 21 Nov 2026 23:59:59,900 [INFO] (rapid) INIT START(type: on-demand, phase: init)
2026-11-21T23:59:59.950000000Z import time: self [us] | cumulative | imported package
2026-11-21T23:59:59.960000000Z import time:      1000 |       1000 |   encodings
2026-11-21T23:59:59.980000000Z import time:      2000 |       3000 | site
2026-11-21T23:59:59.990000000Z import time:      4000 |       4000 |   json
2026-11-22T00:00:00.030000000Z import time:      9000 |      13000 | awslambdaric.bootstrap
2026-11-22T00:00:00.130000000Z import time:    100000 |     100000 |   numpy
2026-11-22T00:00:00.230000000Z import time:    100000 |     200000 | pandas
2026-11-22T00:00:00.240000000Z the function's own line
2026-11-22T00:00:00.280000000Z 22 Nov 2026 00:00:00,280 [INFO] (rapid) INIT RTDONE(status: success)
2026-11-22T00:00:00.290000000Z import time:       500 |        500 | lazily
2026-11-22T00:00:00.300000000Z REPORT RequestId: 1
)";

const std::string k_plain = "(rapid) INIT REPORT(durationMs: 250.5)\n"
                            "(rapid) INVOKE RTDONE(status: success, duration: 1.0ms)\nREPORT RequestId: 1\n";

invoke::Target target()
{
  return {.image = "x:1"};
}

auto answers(int status, const std::string& body)
{
  return [=](const sys::HttpRequest& asked) {
    return sys::HttpResponse{asked.method == "GET" ? 404 : status, body};
  };
}

}   // namespace

TEST_CASE("an init is split at the end of site, at that of the client, and by its imports")
{
  const auto profile = invoke::init_times(k_log);
  REQUIRE(profile);
  CHECK(profile->profiled_ms == Approx(380));
  CHECK(profile->interpreter_ms == Approx(80));
  CHECK(profile->client_ms == Approx(50));
  CHECK(profile->imports_ms == Approx(200));
  CHECK(profile->module_ms == Approx(50));
  REQUIRE(profile->imports.size() == 1);   // not the interpreter's, and not what was imported after the init
  CHECK(profile->imports[0].imports[0].name == "numpy");
  REQUIRE(profile->client.size() == 1);
  CHECK(profile->client[0].imports[0].name == "json");
  CHECK(profile->left_out == 0);
}

TEST_CASE(
    "lines that the engine noted late do not make a part longer than the init or shorter than its imports")
{
  const std::string early = "2026-11-21T23:59:59.9";
  const std::string late = "2026-11-22T00:00:00.2";
  for (const char* measured : {"216.5", "300", "5000"}) {
    const std::string log = text::replace_all(k_log, early, late) + late +
                            fmt::format("9Z (rapid) INIT REPORT(durationMs: {})\n", measured);
    const auto profile = invoke::init_times(log);
    REQUIRE(profile);
    CHECK(profile->imports_ms == Approx(200));
    CHECK(profile->interpreter_ms >= 3);
    CHECK(profile->client_ms >= 13);
    CHECK(profile->module_ms >= 0);
    CHECK(profile->interpreter_ms + profile->client_ms + profile->imports_ms + profile->module_ms ==
          Approx(profile->profiled_ms));
  }
}

TEST_CASE("a log without imports, without an end of its init or without times has no parts")
{
  for (const std::string_view kept : {"import time", "INIT RTDONE", "INIT START"}) {
    std::string log;
    for (const std::string_view line : text::lines(k_log)) {
      log += line.find(kept) == std::string_view::npos ? std::string(line) + "\n" : "";
    }
    INFO(kept);
    CHECK_FALSE(invoke::init_times(log));
  }
  CHECK_FALSE(invoke::init_times(""));
  CHECK_FALSE(invoke::init_times(text::replace_all(k_log, "Z ", "Z")));
  CHECK_FALSE(invoke::init_times(text::replace_all(k_log, "2026-", "x")));
}

TEST_CASE("an image is started with import times once, and without them for its init's time")
{
  fakes::World world;
  world.log = k_plain;
  world.timed_log = k_log;
  fakes::Engine engine(world);
  fakes::Http http(answers(200, "1"));
  const auto profile = invoke::profile_init(engine, http, target(), {});
  REQUIRE(profile);
  CHECK(profile->init_ms == Approx(250.5));
  CHECK(profile->profiled_ms == Approx(380));
  CHECK(profile->vcpus == 1);
  REQUIRE(world.started.size() == 3);
  CHECK(world.started[0].environment.count("PYTHONPROFILEIMPORTTIME") == 0);
  CHECK(world.started[1].environment.at("PYTHONPROFILEIMPORTTIME") == "1");
  CHECK(world.started[2].environment.count("PYTHONPROFILEIMPORTTIME") == 0);
  CHECK(world.removed == 3);
}

TEST_CASE("a runtime that tells no import times is named")
{
  fakes::World world;
  world.log = k_plain;
  fakes::Engine engine(world);
  fakes::Http http(answers(200, "1"));
  const auto profile = invoke::profile_init(engine, http, target(), {});
  REQUIRE_FALSE(profile);
  CHECK(profile.error().code == "EL1020");
  CHECK(profile.error().exit == ExitCode::check_failed);
}

TEST_CASE("an init that fails is a failure, a handler that fails is none")
{
  fakes::World world;
  world.log = k_plain;
  world.timed_log = k_log;
  SECTION("the import")
  {
    fakes::Engine engine(world);
    fakes::Http http(answers(502, R"({"errorType":"Runtime.ImportModuleError","errorMessage":"no module"})"));
    const auto profile = invoke::profile_init(engine, http, target(), {});
    REQUIRE_FALSE(profile);
    CHECK(profile.error().code == "EL1003");
  }
  SECTION("the handler")
  {
    world.log = "[ERROR] ValueError: no rows\n" + k_plain;
    fakes::Engine engine(world);
    fakes::Http http(answers(200, R"({"errorType":"ValueError","errorMessage":"no rows","stackTrace":[]})"));
    CHECK(invoke::profile_init(engine, http, target(), {}));
  }
}
