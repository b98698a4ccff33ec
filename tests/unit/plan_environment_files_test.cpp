#include "plan/environment_files.hpp"

#include "input/yaml.hpp"
#include "plan_fixture.hpp"

#include <catch2/catch.hpp>

using namespace envlift;
using test::local_package;
using test::pip_package;

namespace {

std::string text_of(const plan::EnvironmentFiles& files, const std::string& path)
{
  for (const plan::ContextEntry& entry : files.entries) {
    const auto* file = std::get_if<plan::TextFile>(&entry);
    if (file != nullptr && file->path == path) {
      return file->text;
    }
  }
  return "(no such file)";
}

std::string environment_yml(const environment::Environment& environment, const std::string& minor = "3.11")
{
  return text_of(plan::conda_files(environment, minor, {"conda-forge", "nodefaults"}),
                 "environment/environment.yml");
}

std::string requirements_txt(const environment::Environment& environment)
{
  return text_of(plan::pip_files(environment), "environment/requirements.txt");
}

}  // namespace

TEST_CASE("the conda file has channels, specs and pip, every text quoted", "[plan]")
{
  CHECK(environment_yml(test::conda_environment()) == "channels:\n"
                                                      "  - \"conda-forge\"\n"
                                                      "  - \"nodefaults\"\n"
                                                      "dependencies:\n"
                                                      "  - \"python=3.11\"\n"
                                                      "  - \"numpy=1.26\"\n"
                                                      "  - \"pip\"\n");
}

TEST_CASE("the Python minor is added where the environment allows others", "[plan]")
{
  CHECK(environment_yml(test::conda_environment(""), "3.13").find("dependencies:\n  - \"python=3.13\"\n") !=
        std::string::npos);
  const std::string open = environment_yml(test::conda_environment(">=3.9"), "3.12");
  CHECK(open.find("  - \"python=3.12\"\n") != std::string::npos);
  CHECK(open.find("  - \"python>=3.9\"\n") != std::string::npos);
}

TEST_CASE("pip is not added twice", "[plan]")
{
  auto environment = test::conda_environment();
  environment.conda.push_back(test::conda_package("pip", "pip=24.2"));
  const std::string yaml = environment_yml(environment);
  CHECK(yaml.find("\"pip=24.2\"") != std::string::npos);
  CHECK(yaml.find("\"pip\"") == std::string::npos);
}

TEST_CASE("nasty texts stay one YAML string each", "[plan]")
{
  auto environment = test::conda_environment();
  const std::string nasty = "a\"b: #c\\d\n- e";
  environment.conda.push_back(test::conda_package("x", nasty));
  environment.pip.push_back(pip_package("y", nasty));
  diag::Diagnostics diagnostics;
  const auto root = input::parse_yaml("environment.yml", environment_yml(environment), diagnostics);
  REQUIRE(root);
  REQUIRE(root->entries.size() == 2);
  const auto& dependencies = root->entries[1].value.items;
  REQUIRE(dependencies.size() == 5);
  CHECK(dependencies[2].scalar == nasty);
  REQUIRE(dependencies[4].entries.size() == 1);
  REQUIRE(dependencies[4].entries.front().value.items.size() == 1);
  CHECK(dependencies[4].entries.front().value.items.front().scalar == nasty);
}

TEST_CASE("requirements keep their hashes and settings, options stand first", "[plan]")
{
  auto environment = test::pip_environment();
  environment.pip_options = {{"--index-url", "https://host/simple", {}}, {"--prefer-binary", "", {}}};
  environment.pip.front().hashes = {"sha256:aa", "sha256:bb"};
  auto built = pip_package("cython-thing", "cython-thing==1");
  built.config_settings = {"--build-option=--flag", "name=a value"};
  environment.pip.push_back(built);
  CHECK(requirements_txt(environment) ==
        "--index-url https://host/simple\n"
        "--prefer-binary\n"
        "requests==2.32.3 --hash=sha256:aa --hash=sha256:bb\n"
        "cython-thing==1 --config-settings=--build-option=--flag --config-settings='name=a value'\n");
}

TEST_CASE("constraints lie in a file of their own", "[plan]")
{
  auto environment = test::pip_environment();
  environment.constraints = {{"urllib3<2", {}, {}}, {"idna==3.10", {"sha256:cc"}, {}}};
  const plan::EnvironmentFiles files = plan::pip_files(environment);
  CHECK(text_of(files, "environment/constraints.txt") == "urllib3<2\nidna==3.10 --hash=sha256:cc\n");
  CHECK(text_of(files, "environment/requirements.txt") == "-c constraints.txt\nrequests==2.32.3\n");
}

TEST_CASE("local projects are copied by number and are not editable", "[plan]")
{
  environment::Environment environment;
  auto editable = local_package("libs/pkg");
  editable.editable = true;
  editable.extras = {"cli", "web"};
  environment.pip = {editable, local_package("other/pkg"), local_package("wheels/x-1-py3-none-any.whl")};
  const plan::EnvironmentFiles files = plan::pip_files(environment);
  CHECK(text_of(files, "environment/requirements.txt") ==
        "./local/1[cli,web]\n./local/2\n./local/3/x-1-py3-none-any.whl\n");
  const auto* folder = std::get_if<plan::ProjectFolder>(&files.entries[0]);
  REQUIRE(folder != nullptr);
  CHECK(folder->path == "environment/local/1");
  CHECK(folder->source == "libs/pkg");
  const auto* wheel = std::get_if<plan::ProjectFile>(&files.entries[2]);
  REQUIRE(wheel != nullptr);
  CHECK(wheel->path == "environment/local/3/x-1-py3-none-any.whl");
  CHECK(wheel->source == "wheels/x-1-py3-none-any.whl");
}

TEST_CASE("every archive that pip takes is copied as a file", "[plan]")
{
  environment::Environment environment;
  environment.pip = {local_package("x-1.tar.xz"), local_package("x-1.ZIP"), local_package("x-1.tar")};
  const plan::EnvironmentFiles files = plan::pip_files(environment);
  CHECK(text_of(files, "environment/requirements.txt") ==
        "./local/1/x-1.tar.xz\n./local/2/x-1.ZIP\n./local/3/x-1.tar\n");
  CHECK(std::get_if<plan::ProjectFile>(&files.entries[0]) != nullptr);
}

TEST_CASE("a folder of links comes into the context, a URL stays", "[plan]")
{
  auto environment = test::pip_environment();
  environment.pip_options = {{"--find-links", "wheels", {}}, {"--find-links", "https://host/w/", {}}};
  const plan::EnvironmentFiles files = plan::pip_files(environment);
  CHECK(text_of(files, "environment/requirements.txt") ==
        "--find-links ./links/1\n--find-links https://host/w/\nrequests==2.32.3\n");
  const auto* folder = std::get_if<plan::ProjectFolder>(&files.entries[0]);
  REQUIRE(folder != nullptr);
  CHECK(folder->source == "wheels");
}

TEST_CASE("the pip section of a conda file is flattened", "[plan]")
{
  auto environment = test::conda_environment();
  environment.pip_options = {{"--prefer-binary", "", {}}};
  environment.pip = {pip_package("requests", "requests==2.32.3")};
  CHECK(environment_yml(environment)
            .ends_with("  - \"pip\"\n"
                       "  - pip:\n"
                       "    - \"--prefer-binary\"\n"
                       "    - \"requests==2.32.3\"\n"));
}

TEST_CASE("a lock of conda packages is an explicit list, with nothing added", "[plan]")
{
  environment::Environment environment;
  environment.uses_conda = true;
  environment.conda_locked = true;
  environment.conda = {test::conda_package("python", "python"), test::conda_package("zlib", "zlib")};
  environment.conda[0].url = "https://host/conda-forge/linux-64/python-3.11.5-h1_0.conda";
  environment.conda[0].sha256 = std::string(64, 'a');
  environment.conda[0].md5 = std::string(32, 'b');
  environment.conda[1].url = "https://host/conda-forge/linux-64/zlib-1.3-h1_0.tar.bz2";
  environment.conda[1].md5 = std::string(32, 'b');
  const plan::EnvironmentFiles files = plan::conda_files(environment, "3.11", {"conda-forge"});
  CHECK(files.conda == "explicit.txt");
  CHECK(files.pip.empty());
  CHECK(text_of(files, "environment/explicit.txt") ==
        "@EXPLICIT\nhttps://host/conda-forge/linux-64/python-3.11.5-h1_0.conda#" + std::string(64, 'a') +
            "\nhttps://host/conda-forge/linux-64/zlib-1.3-h1_0.tar.bz2#" + std::string(32, 'b') + "\n");
  CHECK_FALSE(plan::adds_python(environment, "3.11"));
  CHECK_FALSE(plan::adds_pip(environment));
}

TEST_CASE("what a lock cannot give a hash is installed apart", "[plan]")
{
  auto environment = test::pip_environment();
  environment.pip_locked = true;
  environment.pip[0].hashes = {"sha256:aa"};
  environment.pip.push_back(pip_package("tool", "tool @ git+https://host/tool@0123"));
  environment.pip_options = {{"--index-url", "https://host/simple", {}}};
  const plan::EnvironmentFiles files = plan::pip_files(environment);
  CHECK(files.pip == std::vector<std::string>{"requirements.txt", "unhashed.txt"});
  CHECK(text_of(files, "environment/requirements.txt") ==
        "--index-url https://host/simple\nrequests==2.32.3 --hash=sha256:aa\n");
  CHECK(text_of(files, "environment/unhashed.txt") ==
        "--index-url https://host/simple\ntool @ git+https://host/tool@0123\n");
}

TEST_CASE("locked requirements stay out of conda's file", "[plan]")
{
  auto environment = test::pip_environment();
  environment.pip_locked = true;
  const plan::EnvironmentFiles files = plan::conda_files(environment, "3.11", {"conda-forge"});
  CHECK(files.pip == std::vector<std::string>{"requirements.txt"});
  CHECK(text_of(files, "environment/environment.yml").find("- pip:") == std::string::npos);
}
