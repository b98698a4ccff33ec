#include "fakes/memory_files.hpp"
#include "input/input.hpp"
#include "input/poetry_constraint.hpp"
#include "input_fixture.hpp"

#include <catch2/catch.hpp>

#include <map>
#include <string>
#include <vector>

using namespace envlift;
using fakes::MemoryFiles;
using Contents = std::map<std::string, std::string>;
using test::requirements;
using test::Texts;

namespace {

environment::Target target_with(Texts groups, Texts extras)
{
  return {.python_minor = "3.11", .arch = "x86_64", .groups = std::move(groups), .extras = std::move(extras)};
}

input::ReadResult read(const std::string& text, const environment::Target& target = target_with({}, {}),
                       Contents others = {})
{
  others["pyproject.toml"] = text;
  return input::read_environment("pyproject.toml", MemoryFiles(std::move(others)), target);
}

// "CODE LINE" of errors and warnings; none is without advice.
Texts findings(const input::ReadResult& result)
{
  return test::findings(result, test::Place::line, test::Notes::without);
}

constexpr const char* k_project = R"([project]
name = "My_App"
requires-python = ">=3.9"
dependencies = ["requests[socks] >=2.31", "tomli; python_version < '3.11'"]
[project.optional-dependencies]
aws = ["boto3>1"]
All = ["my.app[aws,web]"]
web = ["flask"]
[dependency-groups]
dev = ["pytest", {include-group = "Lint"}]
lint = ["ruff"]
broken = [1]
cycle = [{include-group = "cycle"}]
absent = [{include-group = "no"}]
Twice = []
twice = []
)";

}  // namespace

TEST_CASE("PEP 621 dependencies", "[pyproject]")
{
  const auto result = read(k_project);
  CHECK(findings(result).empty());
  CHECK(requirements(result) == Texts{"requests[socks]>=2.31"});
  CHECK(result.environment.python == ">=3.9");
  CHECK(result.environment.python_span.line == 3);
  REQUIRE(result.environment.pip.size() == 1);
  CHECK(result.environment.pip[0].span.line == 4);
  CHECK(result.environment.pip[0].span.column == 17);
  CHECK_FALSE(result.environment.pip_locked);
  const auto& dropped = result.environment.dropped;
  REQUIRE(dropped.size() == 5);
  CHECK(dropped[0].name == "boto3");
  CHECK(dropped[0].reason == "belongs to the extra `aws`, which is not asked for");
  CHECK(dropped[2].reason == "belongs to the group `dev`, which is not asked for");
}

TEST_CASE("extras and groups that are asked for", "[pyproject]")
{
  CHECK(requirements(read(k_project, target_with({}, {"all"}))) ==
        Texts{"requests[socks]>=2.31", "boto3>1", "flask"});
  CHECK(requirements(read(k_project, target_with({"DEV"}, {}))) ==
        Texts{"requests[socks]>=2.31", "pytest", "ruff"});
  CHECK(findings(read(k_project, target_with({"broken"}, {}))) == Texts{"EL0341 12"});
  CHECK(findings(read(k_project, target_with({"cycle"}, {}))) == Texts{"EL0341 13"});
  CHECK(findings(read(k_project, target_with({"absent"}, {}))) == Texts{"EL0341 14"});
  CHECK(findings(read(k_project, target_with({"twice"}, {}))) == Texts{"EL0341 16"});
  const auto misspelt = read(k_project, target_with({"dve"}, {"nope"}));
  CHECK(findings(misspelt) == Texts{"EL0411 0", "EL0410 0"});
  CHECK(misspelt.diagnostics.all()[0].hint == "remove --extra nope: the file has `All`, `aws`, `web`");
  CHECK(misspelt.diagnostics.all()[1].hint ==
        "did you mean `dev`? the file has `absent`, `broken`, `cycle`, `dev`, `lint`, `Twice`, `twice`");
}

TEST_CASE("two spellings of one name are refused where it is asked for, and both are listed", "[pyproject]")
{
  const std::string extras =
      "[project]\nname='p'\nversion='1'\n[project.optional-dependencies]\na_b=['a']\na-b=['b']\n";
  const std::string groups = "[project]\nname='p'\nversion='1'\n[dependency-groups]\nfoo=['a']\nFoo=['b']\n";
  const auto of_extras = read(extras, target_with({}, {"a-b"}));
  CHECK(findings(of_extras) == Texts{"EL0341 5"});
  CHECK(requirements(of_extras).empty());
  for (const auto& [text, names] : {std::pair(extras, "the extras `a-b`, `a_b` are not installed"),
                                    std::pair(groups, "the groups `Foo`, `foo` are not installed")}) {
    const auto result = read(text);
    REQUIRE_FALSE(result.diagnostics.all().empty());
    CHECK(result.diagnostics.all()[0].code == "EL0415");
    CHECK(result.diagnostics.all()[0].message == names);
    CHECK(result.environment.dropped.size() == 2);
  }
}

TEST_CASE("groups and extras that name many others", "[pyproject]")
{
  std::string doubling = "[dependency-groups]\ng0 = []\n";
  std::string chain = "[project]\nname='p'\n[project.optional-dependencies]\n";
  for (int i = 1; i < 40; ++i) {
    const std::string include = "{include-group='g" + std::to_string(i - 1) + "'}";
    doubling += "g" + std::to_string(i) + " = [" + include + ", " + include + "]\n";
  }
  for (int i = 0; i < 20'000; ++i) {
    chain += "x" + std::to_string(i) + " = ['p[x" + std::to_string(i + 1) + "]']\n";
  }
  const auto result = read(doubling, target_with({"g39"}, {}));
  REQUIRE_FALSE(result.diagnostics.all().empty());
  CHECK(result.diagnostics.all()[0].code == "EL0341");
  CHECK(requirements(read(chain + "x20000 = ['a']\n", target_with({}, {"x0"}))) == Texts{"a"});
}

TEST_CASE("dynamic dependencies", "[pyproject]")
{
  const std::string head = "[project]\nname='p'\ndynamic=['dependencies']\n";
  CHECK(findings(read(head)) == Texts{"EL0340 3"});
  // [tool.poetry.dependencies] is what is dynamic, also where it holds nothing but Python.
  CHECK_FALSE(read(head + "[tool.poetry.dependencies]\npython = '^3.11'\n").diagnostics.has_errors());
  const auto result = read(head + "[tool.setuptools.dynamic]\ndependencies = {file = ['r/base.txt']}\n",
                           target_with({}, {}), {{"r/base.txt", "flask\n"}});
  CHECK(findings(result).empty());
  CHECK(requirements(result) == Texts{"flask"});
  CHECK(requirements(read(head + "[tool.poetry.dependencies]\na='^1'\n")) == Texts{"a<2,>=1"});
}

TEST_CASE("texts that would become options are refused", "[pyproject]")
{
  const auto of = [](const std::string& item) {
    return findings(read("[project]\ndependencies=[" + item + "]\n"));
  };
  CHECK(of("'a --index-url https://h'") == Texts{"EL0301 2"});
  CHECK(of("\"a\\n--index-url https://h\"") == Texts{"EL0301 2"});
  CHECK(of("'-r other.txt'") == Texts{"EL0301 2"});
  CHECK(of("'a @ file:///x'") == Texts{"EL0307 2"});
  CHECK(of("3") == Texts{"EL0119 2"});
  CHECK(findings(read("[tool.poetry.dependencies]\na={git=\"https://h/r\\n--pre\"}\n")) == Texts{"EL0301 2"});
  CHECK(findings(read("[tool.poetry.dependencies]\na={path=\"./x\\n--pre\"}\n")) == Texts{"EL0307 2"});
}

TEST_CASE("poetry's dependencies", "[pyproject]")
{
  const auto of = [](const std::string& rows, const environment::Target& target) {
    return read("[tool.poetry]\nname='p'\n[tool.poetry.dependencies]\npython = '^3.9'\n" + rows, target);
  };
  const auto main = target_with({}, {});
  CHECK(of("a='^1.2'\n", main).environment.python == ">=3.9,<4.0");
  struct Row {
    std::string entry;
    Texts due;
  };
  const std::vector<Row> rows = {
    {"a = '^1.2'", {"a<2.0,>=1.2"}},
    {"a = {version='~1.2', extras=['x']}", {"a[x]<1.3,>=1.2"}},
    {"a = {version='*', python='<3.10'}", {}},
    {"a = {version='*', python='~3.11'}", {R"(a; python_version >= "3.11" and python_version < "3.12")"}},
    {"a = {version='*', platform='win32'}", {}},
    {"a = {version='*', platform='linux || darwin'}",
     {R"(a; sys_platform == "linux" or sys_platform == "darwin")"}},
    {"a = [{version='<2', python='<3.10'}, {version='>=2', python='>=3.10'}]",
     {R"(a>=2; python_version >= "3.10")"}},
    {"a = {git='https://h/o/r.git', tag='v1', subdirectory='s'}",
     {"a @ git+https://h/o/r.git@v1#subdirectory=s"}},
    {"a = {url='https://h/a-1.0.tar.gz'}", {"a @ https://h/a-1.0.tar.gz"}},
  };
  for (const Row& row : rows) {
    CAPTURE(row.entry);
    const auto result = of(row.entry, main);
    CHECK(findings(result).empty());
    CHECK(requirements(result) == row.due);
  }
  CHECK(requirements(of("a = {version='*', optional=true}", main)).empty());
  const std::string optional =
      "a = {version='*', optional=true}\nb='*'\n[tool.poetry.extras]\nx=['a', 'b']\n";
  CHECK(requirements(of(optional, target_with({}, {"x"}))) == Texts{"b", "a"});
  const std::string groups =
      "[tool.poetry.group.test.dependencies]\npytest='^7'\n[tool.poetry.dev-dependencies]\nruff='*'\n";
  CHECK(requirements(of(groups, main)).empty());
  CHECK(requirements(of(groups, target_with({"test", "dev"}, {}))) == Texts{"ruff", "pytest<8,>=7"});
  CHECK(findings(of("a='^x'\n", main)) == Texts{"EL0342 5"});
  CHECK(findings(of("a='1.2 || 1.4'\n", main)) == Texts{"EL0343 5"});
  CHECK(findings(of("a={version='^1',allow-prereleases=true}\n", main)) == Texts{"EL0345 5"});
  CHECK(findings(of("a={verison='^1'}\n", main)) == Texts{"EL0356 5"});
  CHECK(of("a={verison='^1'}\n", main).diagnostics.all().at(0).hint == "did you mean `version`?");
  CHECK(findings(of("a={version='1',source='no'}\n", main)) == Texts{"EL0344 5"});
}

TEST_CASE("poetry's constraints", "[pyproject]")
{
  struct Row {
    std::string text;
    std::string due;   // "-": no constraint; "||": no PEP 440
  };
  // What Dependency.to_pep_508 of poetry-core 2.5 gives, in our order; unions where ranges meet, too.
  const std::vector<Row> rows = {
    {"^0.2.3", "<0.3.0,>=0.2.3"},
    {"^0.0", "<0.1,>=0.0"},
    {"^0.0.3", "<0.0.4,>=0.0.3"},
    {"^0", "<1,>=0"},
    {"<=1.2.0||~1.1", "<=1.2.0"},   // both end there, and one of them takes it
    {"~1.1 || <=1.2.0", "<=1.2.0"},
    {"~1", "<2,>=1"},
    {"~1.2.3", "<1.3.0,>=1.2.3"},
    {"1.*", "==1.*"},
    {"1.2", "==1.2"},
    {"=1.2", "==1.2"},
    {"!=1.2.*", "!=1.2.*"},
    {"~=1.4.2", "<1.5.0,>=1.4.2"},
    {"*", ""},
    {">=1 <2", "<2,>=1"},
    {">= 1.0, < 2", "<2,>=1.0"},
    {"^1.2.3rc1", "<2.0.0,>=1.2.3rc1"},
    {"^1!2.3", "<1!3.0,>=1!2.3"},
    {"dev", "==0.0.dev0"},
    {"^1.0 || ^2.0", "<3.0,>=1.0"},
    {"^1.0|^3.0", "!=2.*,<4.0,>=1.0"},
    {"<1.2 || >=1.3", "!=1.2.*"},
    {"1.2 || 1.4", "||"},
    {"1.2.x", "-"},
    {"", "-"},
    {"1.0 - 2.0", "-"},
    {"<1 || !=2", "||"},
    {"* || ^1", ""},
    {"<1.1|<2.0", "<2.0"},
    {">3|==3", ">=3"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.text);
    const auto constraint = input::parse_poetry_constraint(row.text);
    CHECK((constraint ? constraint->specifiers().value_or("||") : "-") == row.due);
  }
}

TEST_CASE("uv's sources and indexes", "[pyproject]")
{
  const auto of = [](const std::string& rows, Contents others = {}) {
    return read("[project]\nname='p'\ndependencies=['a>1']\n" + rows, target_with({}, {}), std::move(others));
  };
  CHECK(requirements(of("[tool.uv.sources]\na={git='https://h/r', rev='abc'}\n")) ==
        Texts{"a @ git+https://h/r@abc"});
  const auto path = of("[tool.uv.sources]\nA={path='libs/a', editable=true}\n", {{"libs/a/setup.py", ""}});
  REQUIRE(path.environment.pip.size() == 1);
  CHECK(path.environment.pip[0].path == "libs/a");
  CHECK(path.environment.pip[0].name == "a");
  const std::string members =
      "[tool.uv.sources]\na={workspace=true}\n[tool.uv.workspace]\nmembers=['libs/*']\n";
  CHECK(of(members, {{"libs/one/pyproject.toml", "[project]\nname='A'\n"}}).environment.pip.at(0).path ==
        "libs/one");
  CHECK(findings(of(members)) == Texts{"EL0344 3"});
  CHECK(requirements(of("[tool.uv.sources]\na=[{git='https://h/w', marker=\"sys_platform=='win32'\"},"
                        "{git='https://h/l', marker=\"sys_platform=='linux'\"}]\n")) ==
        Texts{"a @ git+https://h/l"});
  const auto index = of(
      "[tool.uv.sources]\na={index='i'}\n[[tool.uv.index]]\nname='i'\nurl='https://h/simple'\nexplicit=true\n"
      "[[tool.uv.index]]\nname='unused'\nurl='https://u/simple'\nexplicit=true\n");
  CHECK(findings(index) == Texts{"EL0346 8"});
  REQUIRE(index.environment.pip_options.size() == 1);
  CHECK(index.environment.pip_options[0].option == "--extra-index-url");
  CHECK(index.environment.pip_options[0].value == "https://h/simple");
  CHECK(findings(of("[[tool.uv.index]]\nname='i'\nurl='https://secret@h/simple'\n")) == Texts{"EL0306 6"});
  const auto options = [](const input::ReadResult& result) {
    Texts texts;
    for (const auto& option : result.environment.pip_options) {
      texts.push_back(option.option + " " + option.value);
    }
    return texts;
  };
  const auto flat = of("[tool.uv]\nfind-links=['https://h/files', 'wheels']\n"
                       "[[tool.uv.index]]\nurl='https://f/x.html'\nformat='flat'\n",
                       {{"wheels/a-2-py3-none-any.whl", ""}});
  CHECK(findings(flat).empty());
  CHECK(options(flat) ==
        Texts{"--find-links https://f/x.html", "--find-links https://h/files", "--find-links wheels"});
  CHECK(options(of("[[tool.uv.index]]\nurl='https://f/'\nformat='flat'\ndefault=true\n")) ==
        Texts{"--no-index ", "--find-links https://f/"});
  CHECK(options(of("[tool.uv]\nno-index=true\n")) == Texts{"--no-index "});
  CHECK(findings(of("[tool.uv]\nfind-links=['/home/me/wheels']\n")) == Texts{"EL0303 5"});
  CHECK(findings(of("[tool.uv]\nfind-links=['absent']\n")) == Texts{"EL0303 5"});
  CHECK(findings(of("[tool.uv]\noverride-dependencies=['b==1']\n")) == Texts{"EL0347 5"});
}

TEST_CASE("a pyproject.toml of tool settings alone is no environment file", "[pyproject]")
{
  CHECK(findings(read("[tool.black]\nline-length = 100\n")) == Texts{"EL0108 0"});
  CHECK(findings(read("[project\n")) == Texts{"EL0108 0"});
  CHECK(findings(read("[project]\na = \n")) == Texts{"EL0116 2"});
  CHECK(input::find_environment_file(MemoryFiles(Contents{{"pyproject.toml", "[tool.ruff]\n"}})) ==
        std::nullopt);
  CHECK(input::find_environment_file(MemoryFiles(Contents{{"pyproject.toml", "[project]\n"}})) ==
        "pyproject.toml");
}

TEST_CASE("misspelt keys of a pyproject.toml are named", "[pyproject]")
{
  const auto result = read("[project]\nname = 'x'\ndependancies = ['a']\ndependencies = ['b']\n[tool.uv]\nindx-url = 'x'\n"
                           "[[tool.uv.index]]\nurl = 'https://h'\nexplict = true\n[tool.uv.sources]\nb = { url = 'https://h/b.zip', marke = 'x' }\n"
                           "[tool.poetry]\nscript = 1\n[tool.poetry.group.dev]\noptionl = true\n"
                           "[dependancy-groups]\n");
  CHECK(findings(result) == Texts{"EL0356 16", "EL0356 3", "EL0356 6", "EL0356 9", "EL0356 11", "EL0356 13", "EL0356 15"});
  CHECK(result.diagnostics.all().at(1).message == "`dependancies` of `[project]` is not known and not read");
  CHECK(result.diagnostics.all().at(1).hint == "did you mean `dependencies`?");
}

TEST_CASE("real keys and other tools' tables are no misspelt ones", "[pyproject]")
{
  CHECK(findings(read("[build-system]\nrequires = []\n[project]\nname = 'x'\nversion = '1'\ndescription = ''\nreadme = 'r'\n"
                      "license = 'MIT'\nlicense-files = []\nauthors = []\nmaintainers = []\nkeywords = []\nclassifiers = []\n"
                      "urls = {}\nscripts = {}\ngui-scripts = {}\nentry-points = {}\ndynamic = []\nimport-names = []\n"
                      "dependencies = ['a']\noptional-dependencies = {}\n[tool.uv]\nsome-new-option = 1\npackage = false\n"
                      "[tool.uv.pip]\nuniversal = true\n[tool.poetry]\npackage-mode = false\nrequires-poetry = '>=2'\n"
                      "[tool.poetry.group.dev]\noptional = true\n[tool.other]\ndependancies = 1\nindx-url = 1\n")).empty());
}

TEST_CASE("uv has one default index, and a table's goes before `index-url`", "[pyproject]")
{
  const auto options = [](const std::string& uv) {
    Texts texts;
    for (const auto& option : read("[project]\nname = 'x'\ndependencies = ['a']\n" + uv).environment.pip_options) {
      texts.push_back(option.option + " " + option.value);
    }
    return texts;
  };
  const std::string table = "[[tool.uv.index]]\nname = 'd'\nurl = 'https://t/simple'\ndefault = true\n";
  CHECK(options("[tool.uv]\nindex-url = 'https://l/simple'\n" + table) == Texts{"--index-url https://t/simple"});
  CHECK(options("[tool.uv]\nindex-url = 'https://l/simple'\n") == Texts{"--index-url https://l/simple"});
  CHECK(findings(read("[project]\nname = 'x'\ndependencies = ['a']\n" + table + table)) == Texts{"EL0119 11"});
}

TEST_CASE("groups that uv and poetry install by default are installed, but for those of development",
          "[pyproject]")
{
  const std::string uv =
      "[project]\nname = 'p'\nversion = '1'\ndependencies = ['m']\n[dependency-groups]\n"
      "main2 = ['a']\ntest = ['b']\nother = ['c']\n[tool.uv]\ndefault-groups = ['main2', 'test']\n";
  CHECK(requirements(read(uv)) == Texts{"m", "a"});
  CHECK(requirements(read(uv, target_with({"test"}, {}))) == Texts{"m", "a", "b"});
  const std::string poetry =
      "[tool.poetry]\nname = 'p'\n[tool.poetry.dependencies]\nm = '*'\n"
      "[tool.poetry.group.aws.dependencies]\na = '*'\n[tool.poetry.group.unit-tests.dependencies]\n"
      "b = '*'\n[tool.poetry.group.extra]\noptional = true\n[tool.poetry.group.extra.dependencies]\n"
      "c = '*'\n";
  const auto result = read(poetry);
  CHECK(requirements(result) == Texts{"m", "a"});
  CHECK(test::reason_of(result, "b") == "belongs to the group `unit-tests`, which is not asked for");
  CHECK(test::reason_of(result, "c") == "belongs to the group `extra`, which is not asked for");
  // poetry's rule holds for [dependency-groups], too, in a project of poetry's.
  const std::string both =
      "[project]\nname = 'p'\ndependencies = ['m']\n[dependency-groups]\nweb = ['a']\nmore = ['b']\n";
  CHECK(requirements(read(both + "[tool.poetry.group.more]\noptional = true\n")) == Texts{"m", "a"});
  CHECK(requirements(read(both)) == Texts{"m"});
}

TEST_CASE("environments of uv that are not the image's are named", "[pyproject]")
{
  const std::string project =
      "[project]\nname = 'p'\nversion = '1'\ndependencies = ['m']\n[tool.uv]\nenvironments = ";
  CHECK(findings(read(project + "[\"sys_platform == 'win32'\"]\n")) == Texts{"EL0224 6"});
  CHECK(findings(read(project + "\"sys_platform == 'darwin'\"\n")) == Texts{"EL0224 6"});
  CHECK(findings(read(project + "[\"sys_platform == 'win32'\", \"sys_platform == 'linux'\"]\n")).empty());
}

TEST_CASE("the group that a hint proposes can be asked for", "[pyproject]")
{
  const auto result = read("[project]\nname = 'p'\nversion = '1'\ndependencies = ['m']\n[dependency-groups]\n"
                           "bad = [{include-group = 'gone'}]\ngood = ['a']\n");
  REQUIRE(result.diagnostics.all().size() == 1);
  CHECK(result.diagnostics.all()[0].code == "EL0415");
  CHECK(result.diagnostics.all()[0].hint == "ask for what the function needs with --group good");
}
