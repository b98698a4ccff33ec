#include "fakes/memory_files.hpp"
#include "input/input.hpp"
#include "input_fixture.hpp"

#include <catch2/catch.hpp>

#include <map>
#include <string>
#include <vector>

using namespace envlift;
using fakes::MemoryFiles;
using Contents = std::map<std::string, std::string>;
using test::reason_of;
using test::requirements;
using test::Texts;

namespace {

const std::string k_hash = "sha256:" + std::string(64, 'a');

environment::Target target_with(Texts groups, Texts extras, const std::string& python = "3.11")
{
  return {.python_minor = python, .arch = "x86_64", .groups = std::move(groups), .extras = std::move(extras)};
}

input::ReadResult read(const std::string& text, const environment::Target& target = target_with({}, {}),
                       Contents others = {})
{
  others["poetry.lock"] = text;
  return input::read_environment("poetry.lock", MemoryFiles(std::move(others)), target);
}

// Codes of errors and warnings; none is without advice.
Texts codes(const input::ReadResult& result)
{
  return test::findings(result, test::Place::none, test::Notes::without);
}

std::string package(const std::string& name, const std::string& version, const std::string& rows = "",
                    const std::string& tables = "")
{
  return "[[package]]\nname = \"" + name + "\"\nversion = \"" + version +
         "\"\ndescription = \"\"\noptional = false\npython-versions = \">=3.8\"\n" + rows +
         "files = [\n    {file = \"" + name + "-" + version + "-py3-none-any.whl\", hash = \"" + k_hash +
         "\"},\n]\n" + tables + "\n";
}

std::string tail(const std::string& version, const std::string& extras = "")
{
  return (extras.empty() ? "" : "[extras]\n" + extras + "\n") + "[metadata]\nlock-version = \"" + version +
         "\"\npython-versions = \"^3.9\"\n";
}

}  // namespace

TEST_CASE("poetry.lock 2.1: groups and markers", "[poetry-lock]")
{
  const std::string text =
      package("a", "1.0", "groups = [\"main\"]\n") +
      package("Both_Groups", "1.0",
              "groups = [\"main\", \"dev\"]\nmarkers = {main = \"sys_platform == 'win32'\"}\n") +
      package("d", "1.0", "groups = [\"dev\"]\n") +
      package("w", "1.0", "groups = [\"main\"]\nmarkers = \"sys_platform == 'win32'\"\n") +
      package("e", "1.0", "groups = [\"main\"]\nmarkers = \"extra == \\\"aws\\\"\"\n") +
      package("n", "1", "groups = [\"main\"]\nmarkers = \"python_full_version < '3.11.4'\"\n") +
      package("n", "2", "groups = [\"main\"]\nmarkers = \"python_full_version >= '3.11.4'\"\n") +
      tail("2.1", "aws = [\"e\"]");
  const auto result = read(text);
  CHECK(codes(result) == Texts{"EL0317", "EL0317", "EL0351"});
  CHECK(requirements(result) == Texts{"a==1.0", "n==2"});
  CHECK(result.environment.pip_locked);
  CHECK(result.environment.pip[0].hashes == Texts{k_hash});
  CHECK(result.environment.python == ">=3.9,<4.0");
  CHECK(reason_of(result, "d") == "belongs to the group `dev`, which is not asked for");
  CHECK(reason_of(result, "e") == "belongs to the extra `aws`, which is not asked for");
  CHECK(reason_of(result, "w") ==
        "its marker is false for Python 3.11 on Linux x86_64: sys_platform == 'win32'");
  CHECK(requirements(read(text, target_with({"dev"}, {"AWS"}, "3.12"))) ==
        Texts{"a==1.0", "both-groups==1.0", "d==1.0", "e==1.0", "n==2"});
  CHECK(codes(read(text, target_with({"x"}, {}, "3.12"))) == Texts{"EL0410"});
  CHECK(codes(read(text, target_with({}, {}, "3.8"))) == Texts{"EL0414"});
}

// As `poetry install` has it, but for the groups of development.
TEST_CASE("the groups that poetry installs by default are those that are not optional", "[poetry-lock]")
{
  const std::string text =
      package("m", "1", "groups = [\"main\"]\n") + package("w", "1", "groups = [\"web\"]\n") +
      package("o", "1", "groups = [\"own\"]\n") + package("h", "1", "groups = [\"heavy\"]\n") +
      package("l", "1", "groups = [\"later\"]\n") + package("d", "1", "groups = [\"dev\"]\n") + tail("2.1");
  const Contents project = {{"pyproject.toml",
                             "[project]\nname = 'p'\ndependencies = ['m']\n"
                             "[dependency-groups]\nweb = ['w']\nHeavy = ['h']\ndev = ['d']\n"
                             "[tool.poetry.group.heavy]\noptional = true\n"
                             "[tool.poetry.group.own.dependencies]\no = '*'\n"
                             "[tool.poetry.group.later]\noptional = true\n"
                             "[tool.poetry.group.later.dependencies]\nl = '*'\n"
                             "[tool.uv]\ndefault-groups = ['heavy']\n"}};
  CHECK(requirements(read(text, target_with({}, {}), project)) == Texts{"m==1", "w==1", "o==1"});
  CHECK(requirements(read(text, target_with({"heavy", "later"}, {}), project)) ==
        Texts{"m==1", "w==1", "o==1", "h==1", "l==1"});
}

TEST_CASE("older poetry.lock: from the pyproject.toml beside it", "[poetry-lock]")
{
  const std::string packages = package("a", "1.0", "",
                                       "[package.dependencies]\nb = {version = \">=1\", extras = [\"x\"]}\nw "
                                       "= {version = \"*\", markers = \"sys_platform == 'win32'\"}\n") +
                               package("b", "1.5", "",
                                       "[package.dependencies]\nc = {version = \"*\", optional = true, "
                                       "markers = \"extra == 'x'\"}\ne = {version = \"*\", optional = true}\n"
                                       "[package.extras]\nx = [\"c (>=1)\"]\ny = [\"e\"]\n") +
                               package("c", "1.0") + package("d", "1.0") + package("e", "1.0") +
                               package("o", "1.0") + package("w", "1.0") + package("m", "1.0") +
                               package("m", "2.0");
  const Contents project = {
    {"pyproject.toml", "[tool.poetry]\n[tool.poetry.dependencies]\npython = '^3.9'\nA = '^1.0'\n"
                       "o = {version = '*', optional = true}\n"
                       "m = [{version = '<2', python = '<3.10'}, {version = '>=2', python = '>=3.10'}]\n"
                       "[tool.poetry.group.dev.dependencies]\nd = '*'\n"}};
  for (const std::string version : {"2.0", "1.1"}) {
    CAPTURE(version);
    const std::string text = packages + tail(version, "opt = [\"o\"]");
    const auto result = read(text, target_with({}, {}), project);
    CHECK(codes(result).empty());
    CHECK(requirements(result) == Texts{"a==1.0", "b==1.5", "c==1.0", "m==2.0"});
    CHECK(reason_of(result, "d") == "belongs to the group `dev`, which is not asked for");
    CHECK(reason_of(result, "o") == "belongs to the extra `opt`, which is not asked for");
    CHECK(reason_of(result, "e") == "nothing that is asked for needs it");
    CHECK(requirements(read(text, target_with({"dev"}, {"opt"}, "3.9"), project)) ==
          Texts{"a==1.0", "b==1.5", "c==1.0", "d==1.0", "o==1.0", "m==1.0"});
    CHECK(codes(read(text)) == Texts{"EL0352"});
  }
}

TEST_CASE("poetry.lock: hashes beside the packages", "[poetry-lock]")
{
  const std::string head = "[[package]]\nname = \"a\"\nversion = \"1\"\ncategory = \"main\"\noptional = "
                           "false\npython-versions = \"*\"\n";
  const Contents project = {{"pyproject.toml", "[tool.poetry.dependencies]\na = '*'\n"}};
  const auto files = read(head + tail("1.1") + "[metadata.files]\na = [{file = \"a-1.tar.gz\", hash = \"" +
                              k_hash + "\"}]\n",
                          target_with({}, {}), project);
  CHECK(files.environment.pip.at(0).hashes == Texts{k_hash});
  const auto hashes = read(head + tail("1.0") + "[metadata.hashes]\na = [\"" + k_hash.substr(7) + "\"]\n",
                           target_with({}, {}), project);
  CHECK(hashes.environment.pip.at(0).hashes == Texts{k_hash});
}

TEST_CASE("poetry.lock: sources", "[poetry-lock]")
{
  struct Row {
    std::string source;
    std::string due;
  };
  const std::vector<Row> rows = {
    {"type = \"git\"\nurl = \"https://github.com/o/a.git\"\nreference = \"main\"\nresolved_reference = "
     "\"0123abc\"\nsubdirectory = \"s\"\n",
     "a @ git+https://github.com/o/a.git@0123abc#subdirectory=s"},
    {"type = \"url\"\nurl = \"https://h/a-1.tar.gz\"\n", "a @ https://h/a-1.tar.gz"},
    {"type = \"directory\"\nurl = \"libs/a\"\n", "./libs/a"},
    {"type = \"file\"\nurl = \"libs/a-1.tar.gz\"\n", "./libs/a-1.tar.gz"},
    {"type = \"legacy\"\nurl = \"https://p/simple\"\nreference = \"p\"\n", "a==1"},
  };
  const Contents others = {{"libs/a/setup.py", ""}, {"libs/a-1.tar.gz", "x"}};
  for (const Row& row : rows) {
    CAPTURE(row.source);
    const auto result =
        read(package("a", "1", "groups = [\"main\"]\n", "\n[package.source]\n" + row.source) + tail("2.1"),
             target_with({}, {}), others);
    CHECK(codes(result).empty());
    CHECK(requirements(result) == Texts{row.due});
    CHECK(result.environment.pip_options.size() == (row.due == "a==1" ? 1 : 0));
  }
  CHECK(codes(read(package("a", "1", "groups = [\"main\"]\n",
                           "\n[package.source]\ntype = \"git\"\nurl = "
                           "\"git@github.com:o/a.git\"\nresolved_reference = \"0\"\n") +
                   tail("2.1"))) == Texts{"EL0309"});
}

TEST_CASE("poetry.lock: faults", "[poetry-lock]")
{
  CHECK(codes(read("package = []\n[metadata]\nlock-version = \"2.1\"\npython-versions = \"*\"\n")) == Texts{"EL0226"});
  CHECK(codes(read("package = []\n")) == Texts{"EL0119"});
  CHECK(codes(read("[metadata]\nlock-version = \"3.0\"\n")) == Texts{"EL0118"});
  CHECK(codes(read("[[package]]\nname = \"a\"\n[metadata]\nlock-version = \"2.1\"\n")) == Texts{"EL0119"});
  CHECK(codes(read("package = 3\n[metadata]\nlock-version = \"2.1\"\n")) == Texts{"EL0119"});
  CHECK(codes(read("[[package]\n")) == Texts{"EL0116"});
  const Contents project = {{"pyproject.toml", "[tool.poetry.dependencies]\na = '*'\n"}};
  CHECK(codes(read(tail("2.0"), target_with({}, {}), project)) == Texts{"EL0350"});
  // A lock that is older than the project's [project] does not know its dependencies.
  const Contents newer = {{"pyproject.toml", "[project]\ndependencies = ['a']\n[tool.poetry]\n"}};
  CHECK(codes(read(package("a", "1") + tail("2.0"), target_with({}, {}), newer)) == Texts{"EL0352"});
}

TEST_CASE("poetry.lock of poetry 0.12, which has no version, is read as 1.0", "[poetry-lock]")
{
  const Contents project = {{"pyproject.toml", "[tool.poetry.dependencies]\na = '*'\n"}};
  const std::string text =
      "[[package]]\nname = \"a\"\nversion = \"1\"\noptional = false\npython-versions = \"*\"\n"
      "[metadata]\ncontent-hash = \"x\"\npython-versions = \"^3.9\"\n[metadata.hashes]\na = [\"" +
      std::string(64, 'a') + "\"]\n";
  const auto result = read(text, target_with({}, {}), project);
  CHECK_FALSE(result.diagnostics.has_errors());
  CHECK(requirements(result) == Texts{"a==1"});
}

TEST_CASE("older poetry.lock: extras of extras, and versions by Python", "[poetry-lock]")
{
  const Contents project = {
    {"pyproject.toml", "[tool.poetry.dependencies]\nd = {version = '*', extras = ['all']}\ns = '*'\n"}};
  const std::string text = package("d", "1", "",
                                   "[package.dependencies]\nx = {version = \"*\", optional = "
                                   "true}\n[package.extras]\nall = [\"d[some]\"]\nsome = [\"x\"]\n") +
                           package("x", "1") + package("s", "1") +
                           "[[package]]\nname = \"s\"\nversion = \"2\"\noptional = false\npython-versions = "
                           "\">=3.11.5\"\nfiles = []\n" +
                           tail("2.0");
  CHECK(requirements(read(text, target_with({}, {}), project)) == Texts{"d==1", "x==1", "s==1"});
  CHECK(requirements(read(text, target_with({}, {}, "3.12"), project)) == Texts{"d==1", "x==1", "s==2"});
}
