// setup.cfg and the ini text below it.
#include "fakes/memory_files.hpp"
#include "input/ini.hpp"
#include "input/input.hpp"
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

input::ReadResult read(const std::string& text, Texts extras = {}, Contents others = {})
{
  others["setup.cfg"] = text;
  return input::read_environment(
      "setup.cfg", MemoryFiles(std::move(others)),
      {.python_minor = "3.11", .arch = "x86_64", .groups = {}, .extras = std::move(extras)});
}

Texts findings(const input::ReadResult& result)
{
  return test::findings(result, test::Place::column, test::Notes::without);
}

// "SECTION|KEY=LINE/LINE" of all entries, or "CODE LINE:COLUMN" of the first finding.
Texts ini(const std::string& text)
{
  diag::Diagnostics diagnostics;
  const auto parsed = input::parse_ini("f.cfg", text, diagnostics);
  if (!parsed) {
    const auto& span = diagnostics.all().front().span;
    return {diagnostics.all().front().code + " " + std::to_string(span.line) + ":" +
            std::to_string(span.column)};
  }
  Texts out;
  for (const auto& section : parsed->sections) {
    for (const auto& entry : section.entries) {
      std::string value;
      for (const auto& line : entry.lines) {
        value += (&line == &entry.lines.front() ? "" : "/") + line.text;
      }
      out.push_back(section.name + "|" + entry.key + "=" + value);
    }
  }
  return out;
}

}  // namespace

// Each row as RawConfigParser reads it (Python 3.11).
TEST_CASE("ini text is read as configparser reads it", "[ini]")
{
  CHECK(ini("[a]\nk = v\nK: w ; x # y\n") == Texts{"a|k=v", "a|K=w ; x # y"});
  CHECK(ini("[a]\nk =\n  x\n\n  # comment\n  y\n\n\n[b]\n") == Texts{"a|k=/x//y"});
  CHECK(ini("[a]\nk = 1\n   l = 2\nm = 3\n") == Texts{"a|k=1/l = 2", "a|m=3"});
  CHECK(ini("[a]\n  k = 1\n  l = 2\n    x\n") == Texts{"a|k=1", "a|l=2/x"});
  CHECK(ini("[a]\nk = \n; c\n# d\n  x\r\n") == Texts{"a|k=/x"});
  CHECK(ini("[a] # b\nk = 1\n[c]d]\nl = 2\n") == Texts{"a|k=1", "c]d|l=2"});
  CHECK(ini("[a]\nk = 1\nk = 2\n") == Texts{"EL0111 3:1"});
  CHECK(ini("[a]\n[b]\n[a]\n") == Texts{"EL0111 3:1"});
  CHECK(ini("k = 1\n") == Texts{"EL0370 1:1"});
  CHECK(ini("[a]\nword\n") == Texts{"EL0370 2:1"});
  CHECK(ini("[a]\n= v\n") == Texts{"EL0370 2:1"});
  CHECK(ini("") == Texts{});
}

TEST_CASE("a declarative setup.cfg", "[setup-cfg]")
{
  const std::string text = R"([metadata]
name = My_App
version = attr: my_app.__version__

[options]
packages = find:
python_requires = >=3.9
install_requires =
    requests[socks]>=2.31
    # a comment
    tomli; python_version < "3.11"

    importlib-metadata ; python_version>="3.8"

[options.extras_require]
plot = matplotlib>3; numpy
all =
    my-app[plot]
    boto3
test = pytest
)";
  const auto result = read(text);
  CHECK(findings(result) == Texts{});
  CHECK(result.environment.sources.front().format == "setup-cfg");
  CHECK(result.environment.python == ">=3.9");
  CHECK(result.environment.python_span.line == 7);
  CHECK(requirements(result) ==
        Texts{"requests[socks]>=2.31", "importlib-metadata; python_version >= \"3.8\""});
  CHECK(result.environment.pip[0].span.line == 9);
  CHECK(result.environment.pip[0].span.column == 5);
  CHECK(result.environment.dropped.size() == 6);
  CHECK(requirements(read(text, {"all"})) == Texts{"requests[socks]>=2.31",
                                                   "importlib-metadata; python_version >= \"3.8\"",
                                                   "matplotlib>3", "numpy", "boto3"});
  CHECK(findings(read(text, {"plots"})) == Texts{"EL0411 0:0"});
}

// As the metadata has them that setuptools 84 writes.
TEST_CASE("an extra in two spellings is one", "[setup-cfg]")
{
  const std::string text =
      "[metadata]\nname = demo\n[options.extras_require]\nmy_extra = a\nmy-extra =\n  b\nMy.Extra = c\n"
      "all = demo[my_extra]\n";
  CHECK(requirements(read(text, {"my-extra"})) == Texts{"a", "b", "c"});
  CHECK(requirements(read(text, {"all"})) == Texts{"a", "b", "c"});
  CHECK(read(text, {"my_extra"}).environment.dropped.size() == 1);
}

TEST_CASE("comments and lines that go on, as setuptools reads them", "[setup-cfg]")
{
  const auto result = read("[options]\ninstall_requires =\n  requests>=2  # http\n  six \\\n    >=1\n  # none\n  a#b>=1\n");
  CHECK(requirements(result) == Texts{"requests>=2", "six>=1"});
  CHECK(findings(result) == Texts{"EL0301 7:3"});   // only ` #` begins a comment
}

TEST_CASE("sections that setuptools has not", "[setup-cfg]")
{
  const auto result = read("[options]\ninstall_requires = a\n[options.extra_require]\nx = "
                           "b\n[metadata.x]\n[options.data_files]\n");
  CHECK(findings(result) == Texts{"EL0371 3:1", "EL0371 5:1"});
  CHECK(result.diagnostics.all().front().hint == "did you mean `[options.extras_require]`?");
}

TEST_CASE("the forms of install_requires", "[setup-cfg]")
{
  CHECK(requirements(read("[options]\ninstall_requires = a>=1; b ;\n")) == Texts{"a>=1", "b"});
  CHECK(requirements(read("[options]\ninstall-requires = a\n")) == Texts{"a"});
  CHECK(requirements(read("[options]\ninstall_requires = a\n  b\n")) == Texts{"a", "b"});
  CHECK(requirements(read("[options]\ninstall_requires = file: a.txt, b.txt\n", {},
                          {{"a.txt", "x==1\n# c\n"}, {"b.txt", "y\n"}})) == Texts{"x==1", "y"});
  CHECK(findings(read("[options]\ninstall_requires = file: ../a.txt\n")) == Texts{"EL0304 2:20"});
  CHECK(findings(read("[options]\ninstall_requires = a; python_version < \"3\"\n")) == Texts{"EL0301 2:23"});
  CHECK(findings(read("[options]\ninstall_requires =\n  -r a.txt\n  b # c\n")) == Texts{"EL0301 3:3"});
  CHECK(findings(read("[options]\npython_requires = 3.x\ninstall_requires = a\n")) == Texts{"EL0119 2:19"});
  CHECK(findings(read("[flake8]\nmax-line-length = 100\n")) == Texts{"EL0108 0:0"});
  CHECK(requirements(read("[options.extras_require]\nplot = numpy\n", {"plot"})) == Texts{"numpy"});
  CHECK(findings(read(
            "[options]\ninstall_requires = a\n[metadata]\nname = p\n[options.extras_require]\nx = p[y]\n",
            {"x"})) == Texts{"EL0411 6:5"});
}

TEST_CASE("an option that is almost a known one is named", "[setup-cfg]")
{
  const auto result = read("[options]\ninstal_requires = flask\nzip-safe = 1\nmine = 2\n");
  CHECK(findings(result) == Texts{"EL0356 2:1", "EL0226 0:0"});
  CHECK(result.diagnostics.all()[0].hint == "did you mean `install_requires`?");
}
