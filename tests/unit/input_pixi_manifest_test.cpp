#include "fakes/memory_files.hpp"
#include "input/input.hpp"
#include "input_fixture.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

using namespace envlift;
using test::options;
using test::specs;
using test::Texts;

namespace {

const std::string k_head = "[workspace]\nname = 'science'\nchannels = ['conda-forge']\nplatforms = ['linux-64']\n";   // 4

input::ReadResult read_named(const std::string& name, const std::string& text, const environment::Target& target = {},
                             std::map<std::string, std::string> more = {})
{
  more[name] = text;
  return input::read_environment(name, fakes::MemoryFiles(std::move(more)), target);
}

input::ReadResult read(const std::string& text, const environment::Target& target = {},
                       const std::map<std::string, std::string>& more = {})
{
  return read_named("pixi.toml", text, target, more);
}

// Below the workspace, from line 5 on.
input::ReadResult read_below(const std::string& text, const environment::Target& target = {},
                             const std::map<std::string, std::string>& more = {})
{
  return read(k_head + text, target, more);
}

Texts findings(const input::ReadResult& result)
{
  return test::findings(result, test::Place::line, test::Notes::with);
}

}  // namespace

TEST_CASE("an ordinary pixi.toml", "[pixi-manifest]")
{
  const auto result = read_below("[dependencies]\n"
                                 "python = '3.11.*'\n"
                                 "numpy = { version = '>=1.20, <2', channel = 'conda-forge', build = 'py*' }\n"
                                 "zlib = '*'\n"
                                 "scipy = '1.10'\n"
                                 "[pypi-dependencies]\n"
                                 "Requests = { version = '>=2, <3', extras = ['socks'] }\n"
                                 "six = '*'\n"
                                 "[activation.env]\nGREETING = 'hi there'\n"
                                 "[tasks]\nstart = 'python app.py'\n");
  CHECK(findings(result).empty());
  const environment::Environment& environment = result.environment;
  CHECK(environment.sources.at(0).format == "pixi-manifest");
  CHECK(environment.uses_conda);
  CHECK_FALSE(environment.conda_locked);
  CHECK(environment.name == "science");
  CHECK(environment.channels == Texts{"conda-forge"});
  CHECK(environment.nodefaults);
  CHECK(environment.python == "3.11.*");
  CHECK(environment.python_span.line == 6);
  CHECK(environment.variables == std::map<std::string, std::string>{{"GREETING", "hi there"}});
  CHECK(specs(result) == Texts{"python=3.11", "conda-forge::numpy[version='>=1.20,<2',build=py*]", "zlib",
                               "scipy==1.10", "pip Requests[socks]<3,>=2", "pip six"});
}

TEST_CASE("parts of a manifest for platforms", "[pixi-manifest]")
{
  const auto text = "[dependencies]\na = '1.*'\nb = '1.*'\nc = '1.*'\nd = '1.*'\n[host-dependencies]\nd = '2.*'\n"
                    "[target.linux-64.dependencies]\na = '4.*'\n[target.unix.dependencies]\na = '2.*'\nb = '2.*'\n"
                    "[target.linux.dependencies]\na = '3.*'\nc = '3.*'\n[target.win.dependencies]\nvc = '*'\n"
                    "[target.osx-arm64.dependencies]\nmlx = '*'\n[target.linux.activation.env]\nNAME = 'linux'\n"
                    "[activation.env]\nNAME = 'any'\n";
  const auto result = read_below(text);
  CHECK(findings(result).empty());
  CHECK(specs(result) == Texts{"d=2", "a=4", "b=2", "c=3"});
  CHECK(result.environment.variables.at("NAME") == "linux");
  const auto arm = read_below(text, {.arch = "arm64"});
  CHECK(findings(arm) == Texts{"EL0224 4"});
  CHECK(specs(arm) == Texts{"d=2", "b=2", "a=3", "c=3"});
}

TEST_CASE("environments and features of a manifest", "[pixi-manifest]")
{
  const std::string text = k_head +
                           "[dependencies]\na = '*'\n[feature.gpu]\nchannels = ['nvidia', {channel = 'top', priority = 1}]\n"
                           "[feature.gpu.dependencies]\ncuda = '*'\n[feature.test.dependencies]\npytest = '*'\na = '*'\n"
                           "[feature.test.pypi-dependencies]\nrich = '*'\n[feature.test.target.win-64.dependencies]\nw = '*'\n"
                           "[environments]\ntest = ['test']\ngpu = { features = ['gpu'], no-default-feature = true }\n"
                           "bad = ['tets']\ninline = { features = ['gpu'], dependencies = { x = '1.*' } }\n";
  const auto plain = read(text);
  CHECK(specs(plain) == Texts{"a"});
  Texts dropped;
  for (const auto& item : plain.environment.dropped) {
    dropped.push_back(item.name + ": " + item.reason);
  }
  const std::string of_test = "belongs to the group `test`, which is not asked for";
  CHECK(dropped == Texts{"cuda: belongs to the group `gpu`, which is not asked for", "a: " + of_test,
                         "pytest: " + of_test, "rich: " + of_test,
                         "w: belongs to `target.win-64`, and the image is linux-64"});
  CHECK(findings(plain) == Texts{"EL0415 10"});
  CHECK(specs(read(text, {.pixi_environment = "test"})) == Texts{"pytest", "a", "pip rich"});
  const auto gpu = read(text, {.pixi_environment = "gpu"});
  CHECK(specs(gpu) == Texts{"cuda"});
  CHECK(gpu.environment.channels == Texts{"top", "nvidia"});
  const auto inlined = read(text, {.pixi_environment = "inline"});
  CHECK(specs(inlined) == Texts{"x=1", "cuda", "a"});
  CHECK(inlined.environment.channels == Texts{"top", "conda-forge", "nvidia"});
  CHECK(specs(read(text, {.groups = {"test"}})) == Texts{"a", "pytest", "pip rich"});
  CHECK(findings(read(text, {.pixi_environment = "bad"}))[0] == "EL0249 21");
  CHECK(findings(read(text, {.pixi_environment = "testt"})) == Texts{"EL0412 0"});
  CHECK(findings(read(text, {.groups = {"nope"}}))[0] == "EL0410 0");
}

TEST_CASE("where PyPI packages of a manifest come from", "[pixi-manifest]")
{
  const auto one = [](const std::string& entry) {
    const auto result = read_below("[pypi-dependencies]\na = " + entry + "\n", {}, {{"lib/pyproject.toml", ""}});
    CHECK(findings(result).empty());
    return result.environment.pip.empty() ? environment::PipPackage{} : result.environment.pip[0];
  };
  CHECK(one("{ git = 'https://github.com/a/a', rev = '0123456', subdirectory = 'x' }").url ==
        "git+https://github.com/a/a@0123456#subdirectory=x");
  CHECK(one("{ git = 'https://github.com/a/a', extras = ['e'] }").requirement == "a[e] @ git+https://github.com/a/a");
  CHECK(one("{ url = 'https://host/a-1.0.tar.gz' }").url == "https://host/a-1.0.tar.gz");
  CHECK(one("{ path = './lib', editable = true }").path == "lib");
  CHECK(one("{ path = 'lib', editable = true }").editable);
  CHECK(one("{ version = '==1', env-markers = \"sys_platform == 'linux'\" }").requirement == "a==1; sys_platform == \"linux\"");
  const auto own = read_below("[dependencies]\nb = '*'\n[pypi-dependencies]\nMy_Own = { path = '.', editable = true }\n");
  CHECK(own.environment.pip.empty());
  REQUIRE(own.environment.dropped.size() == 1);
  CHECK(own.environment.dropped[0].name == "my-own");

  const auto code = [](const std::string& entry) {
    return findings(read_below("[pypi-dependencies]\na = " + entry + "\n"));
  };
  CHECK(code("{ git = 'https://h/a', tag = 'v1', branch = 'main' }") == Texts{"EL0248 6"});
  CHECK(code("{ git = 'https://h/a', version = '1' }") == Texts{"EL0248 6"});
  CHECK(code("'1 ; sys_platform == 1'") == Texts{"EL0248 6"});
  CHECK(code("\"1\\n--pre\"") == Texts{"EL0248 6"});
  CHECK(code("{ url = 'https://h/a b' }") == Texts{"EL0248 6"});
  CHECK(code("{ version = '*', extras = ['x]; y'] }") == Texts{"EL0248 6"});
  CHECK(code("{ path = '../a' }") == Texts{"EL0307 6"});
  CHECK(code("7") == Texts{"EL0119 6"});
  CHECK(code("'latest'") == Texts{"EL0248 6"});
}

TEST_CASE("conda dependencies of a manifest that cannot be carried", "[pixi-manifest]")
{
  const auto code = [](const std::string& entry) {
    return findings(read_below("[dependencies]\n" + entry + "\n"));
  };
  CHECK(code("a = { path = './a' }") == Texts{"EL0246 6"});
  CHECK(code("a = { git = 'https://h/a' }") == Texts{"EL0246 6"});
  CHECK(code("a = { url = 'https://h/a.zip' }") == Texts{"EL0246 6"});
  CHECK(code("a = { url = 'https://h/c/linux-64/a-1-0.conda' }").empty());
  CHECK(code("a = { version = '1.*', subdir = 'win-64', channel = 'c' }") == Texts{"EL0218 6"});
  CHECK(code("a = { version = '1.*', extras = ['b'] }") == Texts{"EL0248 6"});
  CHECK(code("a = { workspace = true }") == Texts{"EL0248 6"});
  CHECK(code("a = \"1'\"") == Texts{"EL0248 6"});
  CHECK(code("'a b' = '*'") == Texts{"EL0248 6"});
  CHECK(code("a = '>>1'") == Texts{"EL0206 6"});
  CHECK(code("a = 1") == Texts{"EL0119 6"});
  CHECK(code("a = { version = [] }") == Texts{"EL0119 6"});
  CHECK(code("vc = '*'\nb = '*'") == Texts{"EL0401 6"});
  CHECK(findings(read("[workspace]\nchannels = []\n[workspace.dependencies]\na = '2.*'\n[dependencies]\na = {workspace = true}\n"))
            .empty());
}

TEST_CASE("options and notes of a manifest", "[pixi-manifest]")
{
  const auto result = read_below("[dependencies]\na = '*'\n[pypi-dependencies]\nb = { version = '*', index = 'https://b/simple' }\n"
                                 "[pypi-options]\nindex-url = 'https://m/simple'\nextra-index-urls = ['https://x/simple']\n"
                                 "find-links = [{path = './links'}]\nno-build = true\nno-binary = ['b', 'c']\n",
                                 {}, {{"links/b.whl", ""}});
  CHECK(findings(result) == Texts{"EL0247 8"});
  CHECK(options(result) == Texts{"--extra-index-url https://b/simple", "--index-url https://m/simple",
                                 "--extra-index-url https://x/simple", "--find-links links", "--no-binary b,c",
                                 "--only-binary :all:"});
  const auto code = [](const std::string& text) { return findings(read_below("[dependencies]\na = '*'\n" + text)); };
  CHECK(code("[activation]\nscripts = ['a.sh']\n") == Texts{"EL0247 8"});
  CHECK(code("[activation.env]\nA = '$HOME/x'\n") == Texts{"EL0247 8"});
  CHECK(code("[activation.env]\nAWS_REGION = 'x'\n") == Texts{"EL0209 8"});
  CHECK(code("[activation.env]\nA = 7\n") == Texts{"EL0119 8"});
  CHECK(code("[constraints]\nz = '<2'\n") == Texts{"EL0247 7"});
  CHECK(code("[system-requirements]\nlibc = '2.28'\n").empty());
  CHECK(findings(read_below("[dependencies]\na = '*'\n[system-requirements]\nlibc = {family = 'glibc', version = '2.28'}\n",
                            {.python_minor = "3.11"})) == Texts{"EL0247 8"});
  CHECK(code("[system-requirements]\ncuda = '12'\n") == Texts{"EL0247 8"});
  CHECK(code("[pypi-options.dependency-overrides]\nz = '*'\n") == Texts{"EL0248 7"});
}

TEST_CASE("manifests that are none", "[pixi-manifest]")
{
  CHECK(findings(read("[dependencies]\na = '*'\n")) == Texts{"EL0119 0"});
  CHECK(findings(read("[workspace\n")) == Texts{"EL0116 1"});
  CHECK(findings(read("[workspace]\nplatforms = ['linux-64']\n[dependencies]\na = '*'\n")) ==
        Texts{"EL0119 1"});
  CHECK(findings(read("[project]\nchannels = 'x'\n[dependencies]\na = '*'\n"))[0] == "EL0119 2");
  CHECK(findings(read("[workspace]\nchannels = ['./c', 'c d']\n[dependencies]\na = '*'\n")) ==
        Texts{"EL0207 2", "EL0207 2"});
  CHECK(findings(read_below("[dependencies]\n")) == Texts{"EL0226 0"});
  CHECK(findings(read("[workspace]\nchannels = ['c']\nplatforms = ['win-64', {name = 'x', platform = 'linux-64'}]\n"
                      "[dependencies]\na = '*'\n")).empty());
}

TEST_CASE("pixi's part of a pyproject.toml", "[pixi-manifest]")
{
  const std::string text = "[project]\nname = 'my-app'\nrequires-python = '>=3.11,<3.13'\ndependencies = ['requests>=2', 'Six']\n"
                           "[project.optional-dependencies]\nplot = ['matplotlib']\nall = ['my_app[plot]', 'rich']\n"
                           "[dependency-groups]\ntest = ['pytest', {include-group = 'lint'}]\nlint = ['ruff']\n"
                           "[tool.pixi.workspace]\nchannels = ['conda-forge']\nplatforms = ['linux-64']\n"
                           "[tool.pixi.dependencies]\nnumpy = '*'\n[tool.pixi.environments]\ntest = ['test']\nall = ['all']\n"
                           "[tool.pixi.pypi-dependencies]\nmy-app = { path = '.', editable = true }\n";
  const auto read_project = [&](const environment::Target& target = {}) {
    return read_named("pyproject.toml", text, target);
  };
  const auto result = read_project();
  CHECK(result.environment.sources.at(0).format == "pixi-manifest");
  CHECK(result.environment.python == ">=3.11,<3.13");
  CHECK(specs(result) == Texts{"numpy", "python[version='>=3.11,<3.13']", "pip requests>=2", "pip Six"});
  CHECK(findings(result) == Texts{"EL0415 7"});
  CHECK(specs(read_project({.pixi_environment = "test"})) ==
        Texts{"numpy", "python[version='>=3.11,<3.13']", "pip requests>=2", "pip Six", "pip pytest", "pip ruff"});
  CHECK(specs(read_project({.pixi_environment = "all"})) ==
        Texts{"numpy", "python[version='>=3.11,<3.13']", "pip requests>=2", "pip Six", "pip matplotlib", "pip rich"});
  CHECK(specs(read_project({.extras = {"plot"}})).back() == "pip matplotlib");
  const auto widened = read_named("pyproject.toml", "[project]\nname = 'a'\ndependencies = [\"b\\n--index-url https://x\"]\n"
                                                    "[tool.pixi.workspace]\nchannels = ['c']\n");
  CHECK(findings(widened) == Texts{"EL0225 3"});
  // One without pixi's tables is none of pixi's.
  const auto other = read_named("pyproject.toml", "[project]\nname = 'a'\n# [tool.pixi.workspace]\n[tool.pixi-build]\n");
  CHECK((other.environment.sources.empty() || other.environment.sources[0].format != "pixi-manifest"));
}

TEST_CASE("misspelt keys of a pixi manifest are named", "[pixi-manifest]")
{
  const auto result = read(k_head + "chanels = []\n[dependancies]\nnumpy = '*'\n[pypi-dependencies]\na = { verison = '1' }\n"
                           "[target.linux-64.dependancies]\n[feature.f]\npypi-dependancies = {}\n[environments]\ne = { feature = [] }\n"
                           "[pypi-options]\nindx-url = 'x'\n");
  Texts found = findings(result);
  std::ranges::sort(found);
  CHECK(found == Texts{"EL0356 10", "EL0356 12", "EL0356 14", "EL0356 16", "EL0356 5", "EL0356 6", "EL0356 9", "EL0415 11"});
  for (const diag::Diagnostic& finding : result.diagnostics.all()) {
    CHECK((finding.code == "EL0415" || finding.hint.starts_with("did you mean `")));
  }
  CHECK(findings(read("[workspace]\nchannels = ['c']\nplatforms = ['linux-64']\nsolve-strategy = 'lowest'\nrequires-pixi = '*'\n"
                      "[tasks]\nx = 'y'\n[package]\nname = 'x'\n[dependencies]\na = '*'\n[tool.other]\ndependancies = 1\n"))
            .empty());
  // Inside of a pyproject.toml, whose [project] is read too.
  CHECK(findings(read_named("pyproject.toml", "[project]\nname = 'x'\ndependancies = []\n[tool.pixi.workspace]\nchannels = ['c']\n"
                                              "platforms = ['linux-64']\n[tool.pixi.dependencies]\na = '*'\n[tool.pixi.task]\n")) ==
        Texts{"EL0356 9", "EL0356 3"});
}
