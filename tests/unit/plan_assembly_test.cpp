// The forms of a plan that export what an image is put together from.
#include "plan/assembly.hpp"

#include "plan_fixture.hpp"
#include "render/render.hpp"

#include <algorithm>

#include <catch2/catch.hpp>

using namespace envlift;
using test::make_plan;
using Words = std::vector<std::string>;

namespace {

plan::Plan planned()
{
  return make_plan(test::conda_environment()).plan;
}

bool has_code(const plan::Plan& plan)
{
  return !plan::code_files(plan).empty();
}

}  // namespace

TEST_CASE("an export of layers builds the environment as the image does, splits it, and knows no code", "[plan]")
{
  const plan::Plan whole = planned();
  const plan::Plan layers = plan::layers_export(whole);
  REQUIRE(layers.stages.size() == 2);
  const auto& steps = layers.stages.front().steps;
  REQUIRE(steps.size() == whole.stages.front().steps.size() + 2);
  CHECK(std::get<plan::Copy>(steps[steps.size() - 2].instruction).sources == Words{plan::k_known_layers});
  CHECK(std::get<plan::Run>(steps.back().instruction).argv.back() == "layers");
  CHECK(layers.stages.back().name == plan::k_export_stage);
  CHECK(layers.stages.back().base == "scratch");
  CHECK(std::get<plan::Copy>(layers.stages.back().steps.front().instruction).sources ==
        Words{"/build/layers/"});
  CHECK(std::get<plan::TextFile>(layers.context.back()).text == "[]\n");
  CHECK_FALSE(has_code(layers));
  CHECK(has_code(whole));
  CHECK(layers.tag.empty());
  const auto arguments = render::build_arguments(layers);
  CHECK(std::ranges::find(arguments, "--tag") == arguments.end());
}

TEST_CASE("an export of code compiles it after the environment", "[plan]")
{
  const plan::Plan code = plan::code_export(planned());
  REQUIRE(code.stages.size() == 3);
  CHECK(code.stages[1].base == "builder");
  CHECK(std::get<plan::Copy>(code.stages[2].steps.front().instruction).from_stage == code.stages[1].name);
  CHECK(has_code(code));
}

TEST_CASE("the configuration is the final stage's", "[plan]")
{
  const plan::ImageConfig config = plan::image_config(planned());
  CHECK(config.entrypoint == Words{"/lambda-entrypoint.sh"});
  CHECK(config.cmd == Words{"app.handler"});
  CHECK(std::ranges::find(config.env, std::pair<std::string, std::string>{"HOME", "/tmp"}) != config.env.end());
}

TEST_CASE("the code's files are at their paths in the function's folder", "[plan]")
{
  const auto files = plan::code_files(planned());
  REQUIRE(files.size() == 1);
  CHECK(files.front().path == "app.py");
  CHECK(files.front().source == "src/app.py");
}
