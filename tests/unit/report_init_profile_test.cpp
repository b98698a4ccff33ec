#include "lift/profile_image.hpp"
#include "report/init_profile.hpp"
#include "report/load_run.hpp"
#include "unit/golden.hpp"

#include <nlohmann/json.hpp>

using namespace envlift;
using Json = nlohmann::json;

namespace {

suite::InitProfile example()
{
  suite::InitProfile profile;
  profile.image = "orders:latest";
  profile.init_ms = 1100;
  profile.profiled_ms = 1240;
  profile.vcpus = 1;
  profile.interpreter_ms = 80;
  profile.client_ms = 60;
  profile.imports_ms = 1010;
  profile.module_ms = 90;
  profile.client = {{"awslambdaric.bootstrap", 40, 60, {{"json", 20, 20, {}}}}};
  profile.imports = {
    {"pandas", 500, 1000, {{"numpy", 300, 400, {{"numpy._core", 100, 100, {}}}}, {"pytz", 100, 100, {}}}},
    {"<script>alert('x')</script>", 10, 10, {}}};
  profile.budget_ms = 1000;
  return profile;
}

suite::LoadRun load()
{
  suite::LoadRun run;
  run.image = "orders:latest";
  run.concurrency = 2;
  run.memory_mb = 512;
  run.wall_ms = 2345.6;
  run.peak_bytes = 87'000'000;
  run.shots = {{suite::Verdict::ok, true, 812.3},
               {suite::Verdict::ok, true, 840},
               {suite::Verdict::timeout, false, 3000}};
  for (int i = 0; i < 40; ++i) {
    run.shots.push_back({suite::Verdict::ok, false, 3 + i / 8.0});
  }
  return run;
}

}   // namespace

TEST_CASE("a profile of an init is reported as it was looked at", "[report][golden]")
{
  check_golden("tests/golden/init-profile.txt", report::init_profile_text(example()));
  check_golden("tests/golden/init-profile.json", report::init_profile_json(example()));
  const auto page = lift::init_page(example(), {});
  REQUIRE(page);
  check_golden("tests/golden/init-profile.html", *page);
}

TEST_CASE("the page of an init needs no network and no script, and names cannot break out of it", "[report]")
{
  const auto page = lift::init_page(example(), {});
  REQUIRE(page);
  for (const char* loaded : {"src=", "url(", "@import", "href=", "<link", "<script"}) {
    INFO(loaded);
    CHECK(page->find(loaded) == std::string::npos);
  }
  CHECK(page->find("&lt;script&gt;") != std::string::npos);
  CHECK(lift::init_page({}, {}));   // nothing was measured: nothing is divided by
}

TEST_CASE("the packages of a profile add up to its imports", "[report]")
{
  double sum = 0;
  const Json json = Json::parse(report::init_profile_json(example()));
  for (const Json& package : json["packages"]) {
    sum += package["own_ms"].get<double>();
  }
  CHECK(sum == Approx(1010));
}

TEST_CASE("an init over its budget names its three most expensive imports")
{
  suite::InitProfile profile = example();
  const auto kept = lift::check_budget(profile);
  REQUIRE_FALSE(kept);
  CHECK(kept.error().code == "EL1019");
  CHECK(kept.error().exit == ExitCode::check_failed);
  CHECK(kept.error().message ==
        "the init took 1100 ms, and its budget is 1000 ms; its most expensive imports: pandas 500 ms, "
        "numpy 400 ms, pytz 100 ms");
  profile.budget_ms = 0;
  CHECK(lift::check_budget(profile));
}

TEST_CASE("a load is reported as it was looked at", "[report][golden]")
{
  check_golden("tests/golden/load.txt", report::load_run_text(load()));
  check_golden("tests/golden/load.json", report::load_run_json(load()));
}

TEST_CASE("what a load has not measured is said", "[report]")
{
  suite::LoadRun run = load();
  run.peak_bytes.reset();
  CHECK(report::load_run_text(run).find("memory: not measured") != std::string::npos);
  CHECK(Json::parse(report::load_run_json(run))["peak_memory_bytes"].is_null());
  run.shots = {{suite::Verdict::crashed, true, 5}};
  const Json json = Json::parse(report::load_run_json(run));
  CHECK(json["latency_ms"]["warm"]["p50"].is_null());
  CHECK(json["histogram"].empty());
  CHECK(json["verdicts"] == Json{{"crashed", 1}});
  CHECK(report::load_run_text(run).find("crashed: 1") != std::string::npos);
}
