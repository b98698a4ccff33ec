#include "render/render.hpp"

#include "base/text.hpp"
#include "plan_fixture.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <set>

using namespace envlift;
using test::make_plan;
using Words = std::vector<std::string>;

namespace {

render::Context context_of(const plan::Plan& plan)
{
  auto context = render::context(plan, &render::builtin_template);
  INFO((context ? "" : context.error().message));
  REQUIRE(context);
  return *context;
}

std::string text_of(const render::Context& context, const std::string& path)
{
  const auto file = std::ranges::find(context.files, path, &render::File::path);
  return file == context.files.end() ? "(no such file)" : file->bytes;
}

}  // namespace

TEST_CASE("the context holds all files, sorted", "[render]")
{
  auto environment = test::conda_environment();
  environment.pip = {test::local_package("pkg")};
  const function::Function function{"app.handler", {{"z.py", false, "z.py"}, {"app.py", false, "app.py"}}};
  const render::Context context = context_of(make_plan(environment, {}, function).plan);
  CHECK(std::ranges::is_sorted(context.files, {}, &render::File::path));
  for (const char* path : {"Dockerfile", ".dockerignore", "envlift/build.py", "envlift/installer.json",
                           "envlift/environment.json", "envlift/launcher.sh", "envlift/bootstrap.py",
                           "environment/environment.yml"}) {
    INFO(path);
    CHECK(text_of(context, path) != "(no such file)");
  }
  REQUIRE(context.project_files.size() == 2);
  CHECK(context.project_files.front().path == "code/app.py");
  REQUIRE(context.project_folders.size() == 1);
  CHECK(context.project_folders.front().path == "environment/local/1");
}

TEST_CASE("the same plan gives the same bytes", "[render]")
{
  const plan::Plan plan = make_plan(test::conda_environment()).plan;
  const render::Context first = context_of(plan);
  const render::Context second = context_of(plan);
  CHECK(std::ranges::equal(first.files, second.files, [](const render::File& a, const render::File& b) {
    return a.path == b.path && a.bytes == b.bytes && a.executable == b.executable;
  }));
}

TEST_CASE(".dockerignore hides no file that the Dockerfile copies", "[render]")
{
  const std::string text = text_of(context_of(make_plan(test::conda_environment()).plan), ".dockerignore");
  const std::set<std::string_view> beside_the_content = {".dockerignore", ".envlift-context", "Dockerfile"};
  for (const std::string_view pattern : text::lines(text)) {
    INFO(pattern);
    CHECK(beside_the_content.contains(pattern));
  }
}

TEST_CASE("a path that leaves the context is refused", "[render]")
{
  for (const char* path : {"../x", "code/../../x", "/etc/x", "", "code//x", "./x"}) {
    INFO(path);
    plan::Plan plan = make_plan(test::conda_environment()).plan;
    plan.context.push_back(plan::ProjectFile{path, "x", false});
    const auto context = render::context(plan, &render::builtin_template);
    REQUIRE_FALSE(context);
    CHECK(context.error().code == "EL0714");
  }
}

TEST_CASE("every built-in template is used, and filled exactly, by the plans", "[render]")
{
  // The pages' own tests fill the latter two.
  std::set<std::string> used = {"Dockerfile.mustache", "report.html.mustache", "init.html.mustache"};
  for (const auto& [environment, strategy] :
       {std::pair(test::conda_environment(), ""), std::pair(test::pip_environment(), ""),
        std::pair(test::pip_environment(), "os-only"), std::pair(test::pip_environment(), "custom")}) {
    settings::Settings settings;
    settings.base = strategy == std::string("custom") ? "python:3.12-slim" : "";
    settings.ca_bundle = "/ca.pem";
    settings.strategy = strategy;
    const plan::Plan plan = make_plan(environment, settings).plan;
    context_of(plan);
    for (const plan::ContextEntry& entry : plan.context) {
      if (const auto* file = std::get_if<plan::TemplateFile>(&entry)) {
        used.insert(file->name);
      }
    }
  }
  used.insert("tracer.py");   // of no context: `--slim trace` puts it into an image itself
  const Words names = render::builtin_template_names();
  CHECK(used == std::set<std::string>(names.begin(), names.end()));
}

TEST_CASE("built-in templates are the files' bytes", "[render]")
{
  for (const std::string& name : render::builtin_template_names()) {
    INFO(name);
    std::ifstream file(std::string(ENVLIFT_SOURCE_DIR) + "/templates/" + name, std::ios::binary);
    const std::string bytes((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
    CHECK_FALSE(bytes.empty());
    CHECK(render::builtin_template(name) == bytes);
  }
  CHECK_FALSE(render::builtin_template("no-such-template"));
}

TEST_CASE("the launcher starts the environment's interpreter", "[render]")
{
  const auto swap = context_of(make_plan(test::conda_environment()).plan);
  CHECK(text_of(swap, "envlift/launcher.sh").find("exec '/opt/env/bin/python3.11' \"$@\"") !=
        std::string::npos);
  const auto native = context_of(make_plan(test::pip_environment()).plan);
  CHECK(text_of(native, "envlift/launcher.sh").find("exec '/opt/env/bin/python3.13' \"$@\"") !=
        std::string::npos);
}

TEST_CASE("the build's arguments", "[render]")
{
  settings::Settings settings;
  CHECK(render::build_arguments(make_plan(test::conda_environment(), settings).plan) ==
        Words{"--platform", "linux/amd64", "--tag", "app:latest"});
  settings.arch = "arm64";
  settings.build_network = "host";
  settings.ca_bundle = "/etc/ca, \"mine\".pem";
  CHECK(render::build_arguments(make_plan(test::conda_environment(), settings).plan) ==
        Words{"--platform", "linux/arm64", "--network", "host", "--secret",
              "id=ca_bundle,\"src=/etc/ca, \"\"mine\"\".pem\"", "--tag", "app:latest"});
}

TEST_CASE("the printed line can be pasted", "[render]")
{
  settings::Settings settings;
  settings.ca_bundle = "/home/it's me/ca.pem";
  CHECK(render::build_command_line(make_plan(test::conda_environment(), settings).plan, "out dir") ==
        "DOCKER_BUILDKIT=1 BUILDX_NO_DEFAULT_ATTESTATIONS=1 docker build --platform linux/amd64 --secret "
        "'id=ca_bundle,src=/home/it'\\''s me/ca.pem' --tag app:latest 'out dir'");
}
