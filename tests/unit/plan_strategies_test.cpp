#include "plan/assembly.hpp"
#include "plan/strategies.hpp"

#include "plan_fixture.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>

using namespace envlift;
using test::make_plan;
using Words = std::vector<std::string>;

namespace {

// The steps of all stages but the final one.
std::vector<plan::Step> building_steps(const plan::Plan& plan)
{
  std::vector<plan::Step> steps;
  for (std::size_t i = 0; i + 1 < plan.stages.size(); ++i) {
    std::ranges::copy(plan.stages[i].steps, std::back_inserter(steps));
  }
  return steps;
}

// The arguments of the builder's runs, in order.
Words builder_steps(const plan::Plan& plan)
{
  Words steps;
  for (const plan::Step& step : building_steps(plan)) {
    if (const auto* run = std::get_if<plan::Run>(&step.instruction)) {
      steps.push_back(run->argv.back());
    }
  }
  return steps;
}

Words secret_ids(const plan::Run& run)
{
  Words ids;
  for (const plan::Mount& mount : run.mounts) {
    if (const auto* secret = std::get_if<plan::SecretMount>(&mount)) {
      ids.push_back(secret->id);
    }
  }
  return ids;
}

// What the stages copy from the context.
Words copied(const plan::Plan& plan)
{
  Words sources;
  for (const plan::Step& step : building_steps(plan)) {
    if (const auto* copy = std::get_if<plan::Copy>(&step.instruction)) {
      sources.insert(sources.end(), copy->sources.begin(), copy->sources.end());
    }
  }
  return sources;
}

settings::Settings with_strategy(const std::string& name)
{
  settings::Settings settings;
  settings.strategy = name;
  return settings;
}

std::string path_of(const plan::ContextEntry& entry)
{
  return std::visit([](const auto& one) { return one.path; }, entry);
}

template <typename Wanted>
const Wanted* last(const plan::Stage& stage)
{
  const Wanted* found = nullptr;
  for (const plan::Step& step : stage.steps) {
    if (const auto* one = std::get_if<Wanted>(&step.instruction)) {
      found = one;
    }
  }
  return found;
}

}  // namespace

TEST_CASE("every strategy is found by its name", "[plan]")
{
  for (const plan::StrategyInfo& info : plan::strategies()) {
    REQUIRE(plan::find_strategy(info.name) == &info);
    CHECK(plan::to_string(info.strategy) == info.name);
  }
  CHECK(plan::find_strategy("") == nullptr);
}

TEST_CASE("the builder works from what changes least to what changes most", "[plan]")
{
  CHECK(builder_steps(make_plan(test::conda_environment()).plan) ==
        Words{"installer", "environment", "finish", "code"});
  CHECK(builder_steps(make_plan(test::pip_environment()).plan) == Words{"environment", "finish", "code"});
}

TEST_CASE("the builder copies every file of the context, and the context has all that it copies", "[plan]")
{
  const auto environment = GENERATE(test::conda_environment(), test::pip_environment());
  const plan::Plan plan = make_plan(environment, with_strategy(GENERATE("", "os-only"))).plan;
  const Words sources = copied(plan);
  for (const plan::ContextEntry& entry : plan.context) {
    const std::string path = path_of(entry);
    INFO(path);
    CHECK(std::ranges::any_of(sources, [&](const std::string& source) {
      return source == path || (source.ends_with('/') && path.starts_with(source));
    }));
  }
  for (const std::string& source : sources) {
    INFO(source);
    CHECK(std::ranges::any_of(plan.context, [&](const auto& entry) {
      return source == path_of(entry) || (source.ends_with('/') && path_of(entry).starts_with(source));
    }));
  }
}

TEST_CASE("each step gets the secrets that it needs", "[plan]")
{
  settings::Settings settings;
  settings.ca_bundle = "/ca.pem";
  settings.pip_config = "/pip.conf";
  const plan::Plan plan = make_plan(test::conda_environment(), settings).plan;
  for (const plan::Step& step : plan.stages.front().steps) {
    if (const auto* run = std::get_if<plan::Run>(&step.instruction)) {
      INFO(run->argv.back());
      const Words expected = run->argv.back() == "installer"     ? Words{"ca_bundle"}
                             : run->argv.back() == "environment" ? Words{"ca_bundle", "pip_config"}
                                                                 : Words{};
      CHECK(secret_ids(*run) == expected);
    }
  }
}

TEST_CASE("the final image starts the base's entry script with the handler, the code lies on top", "[plan]")
{
  const plan::Plan plan = make_plan(test::conda_environment()).plan;
  REQUIRE(plan.stages.size() == 3);
  const plan::Stage& image = plan.stages.back();
  CHECK(image.name.empty());
  REQUIRE(last<plan::Entrypoint>(image) != nullptr);
  CHECK(last<plan::Entrypoint>(image)->argv == Words{"/lambda-entrypoint.sh"});
  REQUIRE(last<plan::Cmd>(image) != nullptr);
  CHECK(last<plan::Cmd>(image)->argv == Words{"app.handler"});
  REQUIRE(last<plan::Copy>(image) != nullptr);
  CHECK(last<plan::Copy>(image)->destination == "/var/task/");
  CHECK(last<plan::Run>(image) == nullptr);
  REQUIRE(last<plan::Env>(image) != nullptr);
  const auto& variables = last<plan::Env>(image)->variables;
  CHECK(std::ranges::find(variables, std::pair<std::string, std::string>{"HOME", "/tmp"}) != variables.end());
}

TEST_CASE("os-only builds in AWS's Python base and stands on the one of the same Linux without", "[plan]")
{
  const auto environment = GENERATE(test::conda_environment("=3.11"), test::conda_environment("=3.12"));
  const auto planned = make_plan(environment, with_strategy("os-only"));
  CHECK(planned.codes().empty());
  const plan::Plan& plan = planned.plan;
  const bool is_al2 = plan.base.python_minor == "3.11";
  CHECK(plan.stages.front().base == "public.ecr.aws/lambda/python:" + plan.base.python_minor);
  CHECK(plan.stages.back().base ==
        (is_al2 ? "public.ecr.aws/lambda/provided:al2" : "public.ecr.aws/lambda/provided:al2023"));
  CHECK(builder_steps(plan) == Words{"installer", "environment", "finish", "code"});
  const auto& variables = last<plan::Env>(plan.stages.back())->variables;
  CHECK(variables.back() ==
        std::pair<std::string, std::string>{"PATH", "/var/lang/bin:/usr/local/bin:/usr/bin/:/bin:/opt/bin"});
  CHECK(last<plan::Entrypoint>(plan.stages.back())->argv == Words{"/lambda-entrypoint.sh"});
  CHECK(planned.notes_say("base", is_al2 ? "51.9 MB compressed, 86.2 MB less than"
                                         : "26.3 MB compressed, 91.0 MB less than"));
}

TEST_CASE("os-only gives pip's packages a Python of conda's", "[plan]")
{
  const auto planned = make_plan(test::pip_environment(), with_strategy("os-only"));
  CHECK(planned.codes().empty());
  CHECK(planned.text("environment/environment.yml").find("\"python=3.13\"") != std::string::npos);
  CHECK(nlohmann::json::parse(planned.text("envlift/environment.json")).at("strategy") == "os-only");
}

TEST_CASE("the base of os-only can be set, and does not choose the Python", "[plan]")
{
  settings::Settings settings = with_strategy("os-only");
  settings.base = "mirror/python:{python}";
  settings.os_base = "mirror/provided:{os}";
  const plan::Plan plan = make_plan(test::conda_environment("=3.12"), settings).plan;
  CHECK(plan.base.builder == "mirror/python:3.12");
  CHECK(plan.base.reference == "mirror/provided:al2023");
  settings.os_base = "mirror/provided:x y";
  CHECK(make_plan(test::conda_environment("=3.12"), settings).codes() == Words{"EL0708"});
}

TEST_CASE("custom stands on the user's base and adds what starts Python for Lambda", "[plan]")
{
  settings::Settings settings = with_strategy("custom");
  CHECK(make_plan(test::pip_environment(), settings).codes() == Words{"EL0706"});
  settings.base = "debian-python:3.9";
  const auto planned = make_plan(test::pip_environment(), settings);
  CHECK(planned.codes().empty());
  const plan::Plan& plan = planned.plan;
  CHECK(plan.base.python_minor == "3.13");   // the tag's version is the base's own
  CHECK(plan.base.glibc.empty());
  CHECK(plan.stages.front().base == "debian-python:3.9");
  CHECK(plan.stages.back().base == "debian-python:3.9");
  CHECK(last<plan::User>(plan.stages.front())->name == "root");
  CHECK(last<plan::Run>(plan.stages.front())->argv == Words{"python3", "/build/envlift/build.py", "finish"});
  CHECK_FALSE(planned.text("envlift/environment.json").empty());
  const auto& variables = last<plan::Env>(plan.stages.back())->variables;
  const std::pair<std::string, std::string> task{"LAMBDA_TASK_ROOT", "/var/task"};
  CHECK(std::ranges::find(variables, task) != variables.end());
  CHECK(last<plan::Entrypoint>(plan.stages.back())->argv == Words{"/lambda-entrypoint.sh"});
  CHECK(plan::image_config(plan).working_folder == "/var/task");
}

TEST_CASE("a handler from a package needs no code layer", "[plan]")
{
  const plan::Plan plan = make_plan(test::conda_environment(), {}, {"package.handler", {}}).plan;
  CHECK(builder_steps(plan) == Words{"installer", "environment", "finish"});
  REQUIRE(last<plan::Copy>(plan.stages.back()) != nullptr);
  CHECK(last<plan::Copy>(plan.stages.back())->destination != "/var/task/");
}

TEST_CASE("environment.json tells the builder all it needs", "[plan]")
{
  auto environment = test::conda_environment("=3.9");
  environment.variables = {{"GREETING", "it's \"quoted\""}};
  settings::Settings settings;
  settings.channel_alias = "http://mirror";
  settings.accept_tos = {"defaults"};
  const auto json = nlohmann::json::parse(make_plan(environment, settings).text("envlift/environment.json"));
  CHECK(json.at("strategy") == "swap");
  CHECK(json.at("python") == "3.9");
  CHECK(json.at("prefix") == "/opt/env");
  CHECK(json.at("conda") == nlohmann::json{{"file", "environment.yml"}, {"explicit", false}});
  CHECK(json.at("pip").is_null());
  CHECK(json.at("runtime_client") == "awslambdaric==4.0.4");
  CHECK(json.at("channel_alias") == "http://mirror");
  CHECK(json.at("accept_tos") == nlohmann::json{"defaults"});
  CHECK(json.at("variables").at("GREETING") == "it's \"quoted\"");
  CHECK(json.at("base_bin") == "/var/lang/bin");

  const auto native =
      nlohmann::json::parse(make_plan(test::pip_environment()).text("envlift/environment.json"));
  CHECK(native.at("conda").is_null());
  CHECK(native.at("pip") == nlohmann::json{{"files", {"requirements.txt"}}, {"locked", false}});
  CHECK(native.at("channel_alias").is_null());
}

TEST_CASE("the installer is the one of the architecture", "[plan]")
{
  settings::Settings settings;
  settings.arch = "arm64";
  const auto json = nlohmann::json::parse(
      make_plan(test::conda_environment("=3.12"), settings).text("envlift/installer.json"));
  CHECK(json.at("url") == "https://repo.anaconda.com/miniconda/Miniconda3-py312_25.9.1-3-Linux-aarch64.sh");
  CHECK(json.at("sha256") == "8c5c1d38011fed8053d7bdaaf7fab372c3f71dbb77791e07692fb8059b7828bd");
  CHECK(json.at("prefix") == "/opt/conda");
}
