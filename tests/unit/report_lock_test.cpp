// The locks that envlift writes, and that our readers find the same packages in them.
#include "report/lock.hpp"

#include "fakes/memory_files.hpp"
#include "input/input.hpp"
#include "plan_fixture.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <set>
#include <string>
#include <utility>
#include <vector>

using namespace envlift;
using Texts = std::vector<std::string>;

namespace {

const std::string k_md5(32, 'a');
const std::string k_sha256(64, 'b');
const std::string k_pypi = "https://files.pythonhosted.org/packages/aa/";

report::InstalledConda conda(const std::string& name, Texts depends = {})
{
  const std::string url = "https://conda.anaconda.org/conda-forge/linux-64/" + name + "-3.11.2-h0_0.conda";
  return {name, "3.11.2", "h0_0", "conda-forge", "linux-64", url, k_md5, k_sha256, std::move(depends)};
}

report::InstalledPip pip(const std::string& name, const std::string& url)
{
  report::InstalledPip package;
  package.name = name;
  package.version = "1.0";
  package.url = url;
  package.hashes = {{"md5", k_md5}, {"sha256", k_sha256}};
  return package;
}

report::InstalledPip wheel(const std::string& name, const std::string& folder = k_pypi)
{
  return pip(name, folder + name + "-1.0-py3-none-any.whl");
}

report::InstalledPip repository()
{
  report::InstalledPip package = pip("demo", "https://github.com/a/demo.git");
  package.hashes.clear();
  package.direct = true;
  package.vcs = "git";
  package.commit = std::string(40, 'c');
  package.subdirectory = "python";
  return package;
}

report::InstalledPip direct(const std::string& name)
{
  report::InstalledPip package = wheel(name, "https://host.example/");
  package.direct = true;
  return package;
}

report::InstalledPip local(const std::string& name, const std::string& path)
{
  report::InstalledPip package = pip(name, "");
  package.path = path;
  return package;
}

struct Project {
  environment::Environment environment;
  plan::Plan plan;
  report::LockSource source() const { return {"loose.txt", environment, plan}; }
};

Project conda_project()
{
  Project project{test::conda_environment(), {}};
  project.environment.variables = {{"EMPTY", ""}, {"GREETING", "it's \"quoted\": # \\ é"}};
  project.plan = test::make_plan(project.environment).plan;
  return project;
}

Project pip_project(environment::Environment environment = test::pip_environment())
{
  Project project{std::move(environment), {}};
  project.plan = test::make_plan(project.environment).plan;
  project.plan.base.python_minor = "3.11";
  return project;
}

input::ReadResult read_back(const std::string& name, const std::string& text,
                            std::map<std::string, std::string> others = {},
                            environment::Target target = {.python_minor = "3.11"})
{
  others[name] = text;
  input::ReadResult result = input::read_environment(name, fakes::MemoryFiles(std::move(others)), target);
  for (const auto& finding : result.diagnostics.all()) {
    CAPTURE(finding.code, finding.message);
    CHECK(finding.severity == diag::Severity::note);
  }
  return result;
}

// "name requirement hashes", and whether it is a file of an index.
Texts rows(const input::ReadResult& result)
{
  Texts texts;
  for (const auto& package : result.environment.pip) {
    texts.push_back(package.requirement + (package.from_index ? " (index)" : ""));
    for (const std::string& hash : package.hashes) {
      texts.back() += " " + hash;
    }
  }
  return texts;
}

std::string code_of(const Result<report::Lock>& lock)
{
  if (!lock) {
    CHECK_FALSE(lock.error().hint.empty());
  }
  return lock ? "" : lock.error().code;
}

}  // namespace

TEST_CASE("the builder's record is read", "[lock]")
{
  const auto installed = report::parse_installed(R"({"schema": 1, "layers": [], "installed": {
    "conda": [{"name": "a", "version": "1", "build": "0", "channel": "c", "subdir": "noarch", "url": "u", "md5": "m",
               "sha256": "", "depends": ["b"]}],
    "pip": [{"name": "d", "version": "2"},
            {"name": "e", "version": "3", "url": "v", "direct": true, "hashes": {"sha256": "s"}}]}})");
  REQUIRE(installed);
  CHECK(installed->conda.front().depends == Texts{"b"});
  CHECK(installed->pip.front().url.empty());
  CHECK(installed->pip.back().direct);
  CHECK(installed->pip.back().hashes.at("sha256") == "s");
  for (const char* text : {"", "{}", R"({"installed": 1})", R"({"installed": {"conda": [{}], "pip": []}})"}) {
    const auto refused = report::parse_installed(text);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == "EL1203");
  }
}

TEST_CASE("conda-lock.yml reads back as what was installed", "[lock]")
{
  const Project project = conda_project();
  const report::Installed installed{
    {conda("openssl"), conda("python", {"openssl >=3", "__glibc >=2.17"})},
    {wheel("tabulate"), wheel("private", "https://host.example/simple/"), direct("named"), repository()}};
  const auto lock = report::lock(installed, project.source());
  REQUIRE(lock);
  CHECK(report::lock_name(project.plan) == "conda-lock.yml");
  CHECK(std::pair(lock->conda, lock->pip) == std::pair<std::size_t, std::size_t>(2, 4));
  CHECK(lock->unhashed.empty());

  const auto result = read_back("conda-lock.yml", lock->text);
  const environment::Environment& read = result.environment;
  CHECK(read.conda_locked);
  CHECK(read.pip_locked);
  CHECK(read.channels == project.environment.channels);
  CHECK(read.variables == project.environment.variables);
  REQUIRE(read.conda.size() == 2);
  CHECK(read.conda[1].url == installed.conda[1].url);
  CHECK(read.conda[1].md5 == k_md5);
  CHECK(read.conda[1].sha256 == k_sha256);
  CHECK(rows(result) ==
        Texts{"tabulate==1.0 sha256:" + k_sha256,
              "private @ https://host.example/simple/private-1.0-py3-none-any.whl (index) sha256:" + k_sha256,
              "named @ https://host.example/named-1.0-py3-none-any.whl sha256:" + k_sha256,
              "demo @ git+https://github.com/a/demo.git@" + std::string(40, 'c') + "#subdirectory=python"});
}

TEST_CASE("a package of conda's stands behind what it depends on", "[lock]")
{
  const auto lock = report::lock(
      {{conda("aa", {"bb"}), conda("bb", {"cc >1", "python"}), conda("cc", {"aa"}), conda("python")}, {}},
      conda_project().source());
  REQUIRE(lock);
  Texts names;
  for (const auto& package : read_back("conda-lock.yml", lock->text).environment.conda) {
    names.push_back(package.name);
  }
  CHECK(names == Texts{"cc", "python", "bb", "aa"});
}

TEST_CASE("what an old pip did not tell is locked by name and version, and said", "[lock]")
{
  report::InstalledPip unknown = pip("tabulate", "");
  unknown.hashes.clear();
  const auto lock = report::lock({{conda("python")}, {unknown}}, conda_project().source());
  REQUIRE(lock);
  CHECK(lock->unhashed == Texts{"tabulate"});
  CHECK(rows(read_back("conda-lock.yml", lock->text)) == Texts{"tabulate==1.0"});
  CHECK(code_of(report::lock({{}, {unknown}}, pip_project().source())) == "EL1202");
}

TEST_CASE("pylock.toml reads back as what was installed", "[lock]")
{
  const Project project = pip_project();
  const report::Installed installed{{},
                                    {wheel("tabulate"), wheel("private", "https://host.example/simple/"),
                                     direct("named"), repository(),
                                     pip("source", k_pypi + "source-1.0.tar.gz")}};
  const auto lock = report::lock(installed, project.source());
  REQUIRE(lock);
  CHECK(report::lock_name(project.plan) == "pylock.toml");
  CHECK(lock->pip == 5);

  const auto result = read_back("pylock.toml", lock->text);
  CHECK(result.environment.pip_locked);
  CHECK_FALSE(result.environment.uses_conda);
  CHECK(result.environment.python == "==3.11.*");
  CHECK(result.environment.pip_options.empty());
  CHECK(rows(result) ==
        Texts{"tabulate==1.0 sha256:" + k_sha256,
              "private @ https://host.example/simple/private-1.0-py3-none-any.whl (index) sha256:" + k_sha256,
              "named @ https://host.example/named-1.0-py3-none-any.whl sha256:" + k_sha256,
              "demo @ git+https://github.com/a/demo.git@" + std::string(40, 'c') + "#subdirectory=python",
              "source==1.0 sha256:" + k_sha256});
}

TEST_CASE("a lock is for one platform and one Python", "[lock]")
{
  const auto lock = report::lock({{}, {wheel("tabulate")}}, pip_project().source());
  REQUIRE(lock);
  for (const environment::Target& other : {environment::Target{.python_minor = "3.12"},
                                           environment::Target{.python_minor = "3.11", .arch = "arm64"}}) {
    const auto result =
        input::read_environment("pylock.toml", fakes::MemoryFiles({{"pylock.toml", lock->text}}), other);
    CHECK(result.diagnostics.has_errors());
  }
}

TEST_CASE("the parts that were asked for can be asked for again", "[lock]")
{
  const Project project = pip_project();
  report::LockSource source = project.source();
  source.groups = {"dev"};
  source.extras = {"plot"};
  const auto lock = report::lock({{}, {wheel("tabulate")}}, source);
  REQUIRE(lock);
  const environment::Target target{.python_minor = "3.11", .groups = {"dev"}, .extras = {"plot"}};
  CHECK(rows(read_back("pylock.toml", lock->text, {}, target)).size() == 1);
}

TEST_CASE("what lies in the project's folder is locked by its path", "[lock]")
{
  environment::Environment environment = test::pip_environment();
  environment.pip = {test::local_package("packages/mine"),
                     test::local_package("wheels/ours-1.0-py3-none-any.whl")};
  environment.pip_options = {{"--find-links", "links", {}}};
  const Project project = pip_project(environment);
  report::InstalledPip folder = local("mine", "local/1");
  folder.hashes.clear();
  folder.direct = true;
  report::InstalledPip file = local("ours", "local/2/ours-1.0-py3-none-any.whl");
  file.direct = true;
  const auto lock = report::lock({{}, {folder, file, local("found", "links/1/found-1.0-py3-none-any.whl")}},
                                 project.source());
  REQUIRE(lock);
  const auto result = read_back("pylock.toml", lock->text,
                                {{"packages/mine/setup.py", ""},
                                 {"wheels/ours-1.0-py3-none-any.whl", ""},
                                 {"links/found-1.0-py3-none-any.whl", ""}});
  REQUIRE(result.environment.pip.size() == 3);
  CHECK(result.environment.pip[0].path == "packages/mine");
  CHECK(result.environment.pip[1].path == "wheels/ours-1.0-py3-none-any.whl");
  CHECK(result.environment.pip[1].hashes == Texts{"sha256:" + k_sha256});
  CHECK(result.environment.pip[2].path == "links/found-1.0-py3-none-any.whl");
  CHECK(code_of(report::lock({{conda("python")}, {folder}}, conda_project().source())) == "EL1202");
}

TEST_CASE("what the next build cannot have, or nobody may read, is not locked", "[lock]")
{
  const Project conda_side = conda_project();
  const Project pip_side = pip_project();
  for (const char* url :
       {"https://ada:pw@host.example/a-1.0-py3-none-any.whl", "file:///tmp/a-1.0-py3-none-any.whl"}) {
    CAPTURE(url);
    const report::Installed installed{{}, {pip("a", url)}};
    CHECK(code_of(report::lock(installed, conda_side.source())) == "EL1202");
    CHECK(code_of(report::lock(installed, pip_side.source())) == "EL1202");
  }
  report::InstalledConda unknown = conda("python");
  unknown.url.clear();
  CHECK(code_of(report::lock({{unknown}, {}}, conda_side.source())) == "EL1202");
}

TEST_CASE("a user without a password stands in a repository's URL", "[lock]")
{
  report::InstalledPip package = repository();
  package.url = "ssh://git@github.com/a/demo.git";
  CHECK(code_of(report::lock({{}, {package}}, pip_project().source())).empty());
}

TEST_CASE("a lock of ours tells what it was made from, another one does not", "[lock]")
{
  Project project = pip_project();
  report::LockSource source = project.source();
  source.file = "a \"b\".\nrm: x\". ";
  const auto lock = report::lock({{}, {wheel("tabulate")}}, source);
  REQUIRE(lock);
  CHECK(report::locked_file(lock->text) == source.file);
  CHECK_FALSE(report::locked_base(lock->text));
  source.base_id = "sha256:" + std::string(64, 'b');
  const auto based = report::lock({{}, {wheel("tabulate")}}, source);
  REQUIRE(based);
  CHECK(report::locked_base(based->text) == source.base_id);
  CHECK(report::locked_file(based->text) == source.file);
  CHECK_FALSE(report::locked_file("lock-version = \"1.0\"\n"));
  CHECK_FALSE(report::locked_file(""));
  CHECK(read_back("pylock.toml", lock->text).environment.pip.size() == 1);
}
