#include "plan/planner.hpp"

#include "plan_fixture.hpp"

#include <catch2/catch.hpp>

using namespace envlift;
using test::make_plan;
using Codes = std::vector<std::string>;

TEST_CASE("a conda environment is swapped into AWS's base of its Python", "[plan]")
{
  const auto planned = make_plan(test::conda_environment("=3.11"));
  CHECK(planned.codes().empty());
  CHECK(planned.plan.strategy == plan::Strategy::swap);
  CHECK(planned.plan.base.reference == "public.ecr.aws/lambda/python:3.11");
  CHECK(planned.plan.base.glibc == "2.26");
  CHECK(planned.plan.handler == "app.handler");
  CHECK(planned.plan.tag == "app:latest");
  CHECK(planned.text("envlift/installer.json").find("Miniconda3-py311_24.9.2-0-Linux-x86_64.sh") !=
        std::string::npos);
}

TEST_CASE("a pip environment runs on the base's own Python", "[plan]")
{
  const auto planned = make_plan(test::pip_environment());
  CHECK(planned.codes().empty());
  CHECK(planned.plan.strategy == plan::Strategy::native);
  CHECK(planned.text("envlift/installer.json").empty());
  CHECK(planned.text("environment/requirements.txt") == "requests==2.32.3\n");
}

TEST_CASE("what the finish does is in its file and explained, with the way to switch it off", "[plan]")
{
  const auto planned = make_plan(test::pip_environment());
  CHECK(planned.text("envlift/finish.json") ==
        "{\n  \"prune\": true,\n  \"keep\": [],\n  \"strip\": true,\n  \"debug_ranges\": false\n}\n");
  const auto note = [](const plan::Plan& plan, std::string_view topic) {
    std::string text;
    for (const plan::Note& one : plan.notes) {
      text += one.topic == topic ? one.text : "";
    }
    return text;
  };
  CHECK(note(planned.plan, "prune").find("`--no-prune`") != std::string::npos);
  CHECK(note(planned.plan, "strip").find("`--no-strip`") != std::string::npos);
  CHECK(note(planned.plan, "duplicates").find("`--keep duplicates`") != std::string::npos);
  CHECK(note(planned.plan, "bytecode").find("`--debug-ranges`") != std::string::npos);

  settings::Settings settings;
  settings.no_prune = settings.no_strip = settings.debug_ranges = true;
  settings.keep = {"duplicates", "tests:numpy"};
  const auto other = make_plan(test::pip_environment(), settings);
  CHECK(other.text("envlift/finish.json").find("\"prune\": false") != std::string::npos);
  CHECK(other.text("envlift/finish.json").find("\"tests:numpy\"") != std::string::npos);
  for (const char* topic : {"prune", "strip", "duplicates", "bytecode"}) {
    CHECK(note(other.plan, topic).find("(as set)") != std::string::npos);
  }
  // Another choice reuses what was installed.
  CHECK(other.text("envlift/environment.json") == planned.text("envlift/environment.json"));
}

TEST_CASE("the strategy can be set where it fits", "[plan]")
{
  settings::Settings settings;
  settings.strategy = "native";
  CHECK(make_plan(test::conda_environment(), settings).codes() == Codes{"EL0706"});
  settings.strategy = "teleport";
  CHECK(make_plan(test::conda_environment(), settings).codes() == Codes{"EL0706"});
  settings.strategy = "swap";
  const auto planned = make_plan(test::pip_environment(), settings);
  CHECK(planned.codes().empty());
  CHECK(planned.text("environment/environment.yml")
            .starts_with("channels:\n  - \"conda-forge\"\n  - \"nodefaults\"\n"));
}

TEST_CASE("{python} in the base stands for the minor, a tag's minor must be the environment's", "[plan]")
{
  settings::Settings settings;
  settings.base = "mirror/lambda-python:{python}";
  CHECK(make_plan(test::conda_environment(), settings).plan.base.reference == "mirror/lambda-python:3.11");
  settings.base = "mirror/lambda-python:3.12";
  settings.origin["base"] = {.file = "--base"};
  const auto planned = make_plan(test::conda_environment(), settings);
  REQUIRE(planned.codes() == Codes{"EL0704"});
  CHECK(planned.diagnostics.all().front().span.file == "--base");
}

TEST_CASE("a Python that contradicts the environment or that no base has is an error", "[plan]")
{
  settings::Settings settings;
  settings.python = "3.12";
  CHECK(make_plan(test::conda_environment("=3.11"), settings).codes() == Codes{"EL0703"});
  CHECK(make_plan(test::conda_environment(">=3.11"), settings).codes().empty());
  const auto none = make_plan(test::conda_environment("=3.7"));
  CHECK(none.codes() == Codes{"EL0702"});
  CHECK(none.plan.stages.empty());
}

TEST_CASE("a deprecated runtime warns, unless the user names the base", "[plan]")
{
  CHECK(make_plan(test::conda_environment("=3.8")).codes() == Codes{"EL0705"});
  settings::Settings settings;
  settings.base = "mirror/lambda-python:{python}";
  CHECK(make_plan(test::conda_environment("=3.8"), settings).codes().empty());
}

TEST_CASE("a Python that cannot be is said before a solver says it", "[plan]")
{
  CHECK(make_plan(test::conda_environment(">=3.9,<3.9"), {}).codes() == Codes{"EL0702"});
  settings::Settings settings;
  settings.python = "3.11";
  CHECK(make_plan(test::conda_environment(">=3.9,<3.9"), settings).codes() == Codes{"EL0703"});
  CHECK(make_plan(test::conda_environment(">=3.9,<3.12"), {}).plan.base.python_minor == "3.11");
}

TEST_CASE("Anaconda's channels need the user's consent", "[plan]")
{
  auto environment = test::conda_environment();
  settings::Settings settings;
  const auto codes = [&] { return make_plan(environment, settings).codes(); };

  SECTION("named or implicit")
  {
    environment.channels = GENERATE(Codes{"defaults"}, Codes{}, Codes{"https://repo.anaconda.com/pkgs/main"},
                                    Codes{"pkgs/r"}, Codes{"conda-forge", "defaults"}, Codes{"anaconda"});
    CHECK(codes() == Codes{"EL0707"});
    settings.accept_tos = {"defaults"};
    CHECK(codes().empty());
  }
  SECTION("without a single conda package too: Python itself comes from there")
  {
    environment.channels.clear();
    environment.conda.clear();
    CHECK(codes() == Codes{"EL0707"});
  }
  SECTION("consent to another channel is none")
  {
    environment.channels = {"defaults"};
    settings.accept_tos = {"https://host/other"};
    CHECK(codes() == Codes{"EL0707"});
  }
  SECTION("of one package")
  {
    environment.conda.back().channel = "defaults";
    CHECK(codes() == Codes{"EL0707"});
  }
  SECTION("not where `defaults` stands for other hosts")
  {
    settings.default_channels = {"http://mirror/main"};
    environment.channels = GENERATE(Codes{"defaults"}, Codes{});
    CHECK(codes().empty());
  }
  SECTION("a redirection to Anaconda is none")
  {
    settings.default_channels = {"https://repo.anaconda.com/pkgs/main"};
    environment.channels = {"defaults"};
    CHECK(codes() == Codes{"EL0707"});
  }
}

TEST_CASE("default channels are never added implicitly", "[plan]")
{
  const auto planned = make_plan(test::conda_environment());
  CHECK(planned.text("environment/environment.yml").find("  - \"nodefaults\"\n") != std::string::npos);
  CHECK(planned.notes_say("channels", "`nodefaults` keeps them out"));
}

TEST_CASE("locked packages for a newer glibc than the base's are named before the build", "[plan]")
{
  settings::Settings settings;
  environment::Environment environment = test::pip_environment();
  environment.pip[0].glibc_minor = 34;
  settings.python = "3.11";
  const auto planned = make_plan(environment, settings);
  CHECK(planned.codes() == Codes{"EL0716"});
  const diag::Diagnostic& finding = planned.diagnostics.all().front();
  CHECK(finding.message == "the lock's wheels of `requests` are for glibc 2.34, and Amazon Linux 2 has 2.26");
  CHECK(finding.hint.find("lock for Python 3.12 or later, whose base has glibc 2.34") == 0);

  const auto codes_for = [&](const std::string& python) {
    settings.python = python;
    return make_plan(environment, settings).codes();
  };
  CHECK(codes_for("3.12").empty());
  environment.pip[0].has_source = true;
  CHECK(codes_for("3.11") == Codes{"EL0717"});
  environment.pip[0].glibc_minor = 39;
  CHECK(codes_for("3.12") == Codes{"EL0717"});
  environment = test::conda_environment("=3.11");
  environment.conda[1].glibc_minor = 28;
  CHECK(codes_for("3.11") == Codes{"EL0716"});
  settings.base = "own/python-on-debian:3.11";   // its glibc is not known
  CHECK(codes_for("3.11").empty());
}

TEST_CASE("an installer that the base's glibc cannot run is an error before the build", "[plan]")
{
  settings::Settings settings;
  settings.installer_url = "https://host/Miniconda3-latest-Linux-x86_64.sh";
  settings.installer_sha256 = std::string(64, 'a');
  CHECK(make_plan(test::conda_environment("=3.11"), settings).codes() == Codes{"EL0713"});
  CHECK(make_plan(test::conda_environment("=3.12"), settings).codes().empty());
  settings.base = "own/python-on-debian:3.11";   // its glibc is not known
  const auto planned = make_plan(test::conda_environment("=3.11"), settings);
  CHECK(planned.codes().empty());
  CHECK(planned.text("envlift/installer.json").find(settings.installer_url) != std::string::npos);
}

TEST_CASE("a cloned requirement needs its program", "[plan]")
{
  auto environment = test::conda_environment();
  environment.pip.push_back(test::pip_package("x", "x @ git+https://host/x"));
  environment.pip.back().url = "git+https://host/x";
  CHECK(make_plan(environment).codes() == Codes{"EL0710"});
  environment.conda.push_back(test::conda_package("git", "git"));
  CHECK(make_plan(environment).codes().empty());
  environment.pip.back().url = "hg+https://host/x";
  CHECK(make_plan(environment).codes() == Codes{"EL0710"});
}

TEST_CASE("credentials never enter the plan", "[plan]")
{
  auto environment = test::conda_environment();
  SECTION("a variable")
  {
    environment.variables = {{"DATABASE", "postgres://user:secret-word@host/db"}};
  }
  SECTION("an index")
  {
    environment.pip = {test::pip_package("x", "x")};
    environment.pip_options = {
      {"--index-url", "https://user:secret-word@host/simple", {.file = "environment.yml", .line = 7}}};
  }
  SECTION("a requirement")
  {
    environment.pip = {test::pip_package("x", "x @ https://user:secret-word@host/x.whl")};
  }
  SECTION("a channel's token")
  {
    environment.channels = {"https://host/t/secret-word-123/main"};
  }
  const auto planned = make_plan(environment);
  REQUIRE(planned.codes() == Codes{"EL0709"});
  CHECK(planned.diagnostics.all().front().message.find("secret-word") == std::string::npos);
  CHECK_FALSE(planned.diagnostics.all().front().span.file.empty());
}

TEST_CASE("a place that conda or pip fills is no credential", "[plan]")
{
  auto environment = test::conda_environment();
  environment.channels = {"https://${USER}:${PASSWORD}@host/main"};
  CHECK(make_plan(environment).codes().empty());
}

TEST_CASE("texts that would end an instruction are refused where they were given", "[plan]")
{
  settings::Settings settings;
  settings.origin["base"] = {.file = "envlift.yaml", .line = 3};
  settings.base = GENERATE("x:3.11\nRUN evil", "x:3.11\\", "x:$(id)", "\"x\"", "x y");
  const auto planned = make_plan(test::conda_environment(), settings);
  REQUIRE(planned.codes() == Codes{"EL0708"});
  CHECK(planned.diagnostics.all().front().span.line == 3);
}

TEST_CASE("secrets are ids in the plan, their files stay outside", "[plan]")
{
  settings::Settings settings;
  settings.ca_bundle = "/home/someone/ca.pem";
  settings.condarc = "/home/someone/condarc";
  const auto planned = make_plan(test::conda_environment(), settings);
  REQUIRE(planned.plan.secrets.size() == 2);
  CHECK(planned.plan.secrets[0].id == "ca_bundle");
  CHECK(planned.plan.secrets[1].host_path == "/home/someone/condarc");
  for (const plan::Note& note : planned.plan.notes) {
    CHECK(note.text.find("/home/someone") == std::string::npos);
  }
}

TEST_CASE("the same input gives the same plan", "[plan]")
{
  auto environment = test::conda_environment();
  environment.variables = {{"B", "2"}, {"A", "1"}};
  const auto first = make_plan(environment);
  const auto second = make_plan(environment);
  CHECK(first.text("envlift/environment.json") == second.text("envlift/environment.json"));
  CHECK(first.plan.context.size() == second.plan.context.size());
}

TEST_CASE("the notes say what was decided", "[plan]")
{
  auto environment = test::conda_environment(">=3.9");
  environment.dropped = {{"pywin32", "Windows only", {}}};
  auto local = test::local_package("pkg");
  local.editable = true;
  environment.pip = {local};
  const auto planned = make_plan(environment);
  CHECK(planned.notes_say("strategy", "swap"));
  CHECK(planned.notes_say("python", "the newest that Lambda has"));
  CHECK(planned.notes_say("added", "python=3."));
  CHECK(planned.notes_say("added", "pip"));
  CHECK(planned.notes_say("base", "glibc 2.34"));
  CHECK(planned.notes_say("left out", "pywin32: Windows only"));
  CHECK(planned.notes_say("local", "pkg"));
  CHECK(planned.notes_say("runtime client", "awslambdaric=="));
  CHECK(planned.notes_say("order", "code"));
}

TEST_CASE("a lock brings its Python, and credentials reach the build as a netrc", "[plan]")
{
  auto environment = test::conda_environment("=3.11");
  environment.conda_locked = true;
  CHECK(make_plan(environment).codes().empty());
  std::erase_if(environment.conda, [](const auto& package) { return package.name == "python"; });
  CHECK(make_plan(environment).codes() == Codes{"EL0715"});

  auto pip = test::pip_environment();
  pip.credentials = {{"host", "me", Secret("s3cret")}};
  const auto planned = make_plan(pip);
  REQUIRE(planned.plan.secrets.size() == 1);
  CHECK(planned.plan.secrets[0].id == "netrc");
}
