#include "function/function.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

using namespace envlift;
using Paths = std::vector<std::string>;

namespace {

// What is left of files whose code root is the project.
Paths left(const Paths& paths, const environment::Environment& environment, const std::string& handler = "")
{
  std::vector<function::CodeFile> files;
  for (const std::string& path : paths) {
    files.push_back({path, false, path});
  }
  Paths rest;
  for (const auto& file : function::without_environment(std::move(files), environment, "", handler)) {
    rest.push_back(file.path);
  }
  return rest;
}

environment::Environment with_local(const std::string& path)
{
  environment::Environment environment;
  environment.pip.emplace_back().path = path;
  return environment;
}

}  // namespace

TEST_CASE("well-known environment files are no code", "[function]")
{
  for (const char* path : {"environment.yml", "environment.yaml", "requirements.txt", "requirements-dev.txt",
                           "conda-lock.yml", "conda-linux-64.lock", "pixi.toml", "pixi.lock", "uv.lock",
                           "poetry.lock", "Pipfile", "Pipfile.lock", "pylock.toml", "pylock.dev.toml"}) {
    CAPTURE(path);
    CHECK(function::is_environment_file(path));
  }
  // What a program may read, and what lies deeper, stays.
  for (const char* path : {"pyproject.toml", "setup.cfg", "data/requirements.txt", "requirements/base.txt",
                           "app/environment.yml", "requirements.py", "conda-x.txt", "config.yml"}) {
    CAPTURE(path);
    CHECK_FALSE(function::is_environment_file(path));
  }
}

TEST_CASE("files that the environment was read from are no code", "[function]")
{
  environment::Environment environment;
  environment.sources = {{"./deps.txt", "pip-requirements"}, {"reqs/limits.txt", "pip-requirements"}};
  CHECK(left({"app.py", "deps.txt", "reqs/limits.txt", "reqs/other.txt"}, environment) ==
        Paths{"app.py", "reqs/other.txt"});
}

TEST_CASE("local packages that are installed are no code", "[function]")
{
  CHECK(left({"app.py", "pkg/p.py", "pkg2/p.py"}, with_local("pkg")) == Paths{"app.py", "pkg2/p.py"});
  CHECK(left({"app.py", "w/a.whl", "w/b.whl"}, with_local("w/a.whl")) == Paths{"app.py", "w/b.whl"});
  CHECK(left({"app.py", "pkg/p.py"}, with_local(".")) == Paths{"app.py", "pkg/p.py"});
}

TEST_CASE("a local package with the handler is code as well", "[function]")
{
  const Paths files = {"pkg/api.py", "pkg/setup.py"};
  CHECK(left(files, with_local("pkg"), "pkg.api.handler") == files);
  CHECK(left(files, with_local("pkg"), "pkg/api.handler") == files);
  CHECK(left(files, with_local("pkg"), "api.handler").empty());
  CHECK(left(files, with_local("pkg"), "handler").empty());
}
