#include "fakes/memory_files.hpp"
#include "input/input.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <string>

using namespace envlift;
using fakes::MemoryFiles;
using Contents = std::map<std::string, std::string>;

namespace {

constexpr const char* k_conda = "channels: [c]\ndependencies:\n- a\n";

std::string format_of(const std::string& name, const std::string& text)
{
  const auto result = input::read_environment(name, MemoryFiles(Contents{{name, text}}), {});
  return result.environment.sources.empty() ? "" : result.environment.sources[0].format;
}

// The code of the only finding.
std::string code_of(const std::string& name, Contents contents)
{
  const auto result = input::read_environment(name, MemoryFiles(std::move(contents)), {});
  REQUIRE(result.diagnostics.all().size() == 1);
  CHECK_FALSE(result.diagnostics.all()[0].hint.empty());
  return result.diagnostics.all()[0].code;
}

}  // namespace

TEST_CASE("the environment file of a folder", "[readers]")
{
  const auto find = [](Contents contents) {
    return input::find_environment_file(MemoryFiles(std::move(contents))).value_or("none");
  };
  CHECK(find({{"app.py", ""}}) == "none");
  CHECK(find({{"requirements.txt", "a"}, {"environment.yml", k_conda}}) == "environment.yml");
  CHECK(find({{"environment.yaml", k_conda}, {"requirements.txt", "a"}}) == "environment.yaml");
  CHECK(find({{"requirements.txt", "a"}, {"my-env.yml", k_conda}}) == "requirements.txt");
  CHECK(find({{"ci.yml", "on: push\n"}, {"my-env.yml", k_conda}}) == "my-env.yml");
  CHECK(find({{"Chart.yaml", "name: x\ndependencies: []\n"}}) == "none");
  CHECK(find({{"environment.yml/x", ""}}) == "none");
  CHECK(find({{"pylock.prod.toml", "x"}, {"uv.lock", "x"}}) == "pylock.prod.toml");
  CHECK(find({{"pylock.a.toml", "x"}, {"pylock.toml", "x"}}) == "pylock.toml");
  CHECK(find({{"pylock.toml", "x"}, {"conda-lock.yml", "version: 1\nmetadata:\n  x: 1\npackage: []\n"}}) ==
        "conda-lock.yml");
  CHECK(find({{"pylock.toml", "x"}, {"pixi.lock", "version: 6\nenvironments: {}\npackages: []\n"}}) ==
        "pixi.lock");
  CHECK(find({{"pylock.a.b.toml", "x"}}) == "none");
}

TEST_CASE("of rendered locks the image's platform is taken", "[readers]")
{
  const std::string text = "@EXPLICIT\nhttps://h/c/noarch/a-1-0.conda\n";
  const MemoryFiles both(Contents{{"conda-linux-64.lock", text}, {"conda-linux-aarch64.lock", text}});
  CHECK(input::find_environment_file(both) == "conda-linux-64.lock");
  CHECK(input::find_environment_file(both, {.arch = "arm64"}) == "conda-linux-aarch64.lock");
  const auto read = input::read_environment("conda-linux-aarch64.lock", both, {.arch = "arm64"});
  REQUIRE(read.diagnostics.all().size() == 2);
  CHECK(read.diagnostics.all()[1].message ==
        "conda-linux-aarch64.lock is taken; conda-linux-64.lock is not read");
  // Refused with its own words, where it is the only one.
  const MemoryFiles one(Contents{{"conda-linux-64.lock", text}});
  CHECK(input::find_environment_file(one, {.arch = "arm64"}) == "conda-linux-64.lock");
}

TEST_CASE("formats are known by name, and by content where the name says nothing", "[readers]")
{
  CHECK(format_of("environment.yml", k_conda) == "conda-environment");
  CHECK(format_of("sub/Other.YAML", k_conda) == "conda-environment");
  CHECK(format_of("env", k_conda) == "conda-environment");
  CHECK(format_of("requirements.txt", "a==1\n") == "pip-requirements");
  CHECK(format_of("requirements-dev", "a\n") == "pip-requirements");
  CHECK(format_of("base.in", "a\n") == "pip-requirements");
  CHECK(format_of("deps", "# c\n\na==1\n") == "pip-requirements");
  CHECK(format_of("deps", "-r x.txt\n") == "pip-requirements");
  CHECK(format_of("README.md", "# Title\n\nsome text\n").empty());
}

TEST_CASE("files that cannot be read", "[readers]")
{
  CHECK(code_of("absent.yml", {}) == "EL0101");
  CHECK(code_of("sub", {{"sub/x", ""}}) == "EL0102");
  CHECK(code_of("../environment.yml", {}) == "EL0109");
  CHECK(code_of("environment.yml", {{"environment.yml", std::string((1U << 20U) + 1, '#')}}) == "EL0103");
  CHECK(code_of("environment.yml", {{"environment.yml", ""}}) == "EL0104");
  const std::string long_line(input::k_longest_line_bytes + 1, 'a');
  CHECK(code_of("requirements.txt", {{"requirements.txt", "b\r\n" + long_line}}) == "EL0122");
  CHECK(code_of("requirements.txt", {{"requirements.txt", "-r x.txt"}, {"x.txt", long_line}}) == "EL0122");
  CHECK(code_of("requirements.txt", {{"requirements.txt", "#" + long_line.substr(2)}}) == "EL0226");
  CHECK(code_of("requirements.txt", {{"requirements.txt", "\n# nothing\n"}}) == "EL0226");
  CHECK(code_of("README.md", {{"README.md", "text"}}) == "EL0108");
  CHECK(code_of("environment.yml", {{"environment.yml", "dependencies: [caf\xE9]\n"}}) == "EL0105");
  CHECK(code_of("requirements.txt", {{"requirements.txt", "a # caf\xE9\n"}}) == "EL0105");
  CHECK(code_of("requirements.txt", {{"requirements.txt", std::string("a\0b\n", 4)}}) == "EL0106");
}

TEST_CASE("a folder with several files says which is taken", "[readers]")
{
  const Contents both = {{"environment.yml", k_conda}, {"requirements.txt", "b\n"}};
  CHECK(code_of("environment.yml", both) == "EL0403");
  // Who names the second one knows of both.
  CHECK(input::read_environment("requirements.txt", MemoryFiles(both), {}).diagnostics.all().empty());
  // A file that the taken one includes is not passed over.
  const Contents included = {
    {"environment.yml", "channels: [c]\ndependencies: [pip, {pip: ['-r requirements.txt']}]\n"},
    {"requirements.txt", "b\n"}};
  CHECK(input::read_environment("environment.yml", MemoryFiles(included), {}).diagnostics.all().empty());
}

TEST_CASE("conda's encodings", "[readers]")
{
  const std::string ascii = k_conda;
  std::string utf16 = "\xFF\xFE";
  for (const char c : ascii) {
    utf16 += c;
    utf16 += '\0';
  }
  for (const std::string& text : {ascii, "\xEF\xBB\xBF" + ascii, utf16}) {
    const auto result =
        input::read_environment("environment.yml", MemoryFiles(Contents{{"environment.yml", text}}), {});
    CHECK(result.diagnostics.all().empty());
    REQUIRE(result.environment.conda.size() == 1);
    CHECK(result.environment.conda[0].name == "a");
  }
}

TEST_CASE("Windows' shell writes UTF-16: the format is known by its words", "[readers]")
{
  std::string wide = "\xFF\xFE";
  for (const char c : std::string("certifi==2024.2.2\r\nrequests==2.31.0\r\n")) {
    wide += {c, '\0'};
  }
  const auto result = input::read_environment("requirements.txt", MemoryFiles(Contents{{"requirements.txt", wide}}), {});
  CHECK(result.environment.sources.at(0).format == "pip-requirements");
  REQUIRE(result.environment.pip.size() == 2);
  CHECK(result.environment.pip[1].requirement == "requests==2.31.0");
  CHECK(result.diagnostics.all().empty());
}

TEST_CASE("a mark before the first word hides no format", "[readers]")
{
  const auto format = [](const std::string& name, const std::string& text) {
    const auto result = input::read_environment(name, MemoryFiles(Contents{{name, "\xEF\xBB\xBF" + text}}), {});
    CHECK_FALSE(result.diagnostics.has_errors());
    return result.environment.sources.at(0).format;
  };
  CHECK(format("pyproject.toml", "[project]\nname = \"x\"\nversion = \"1\"\ndependencies = [\"a\"]\n") == "pyproject");
  CHECK(format("list.txt", "# platform: linux-64\na=1=0\n") == "conda-list");
  CHECK(format("x.txt", "@EXPLICIT\nhttps://h/c/noarch/a-1-0.conda\n") == "conda-explicit");
  CHECK(format("setup.cfg", "[options]\ninstall_requires = a\n") == "setup-cfg");
  CHECK(format("some.yml", "dependencies: [a]\nchannels: [conda-forge]\n") == "conda-environment");
}

TEST_CASE("an environment of nothing is said", "[readers]")
{
  const auto codes_of = [](const std::string& name, const std::string& text) {
    std::vector<std::string> codes;
    Contents contents;
    contents[name] = text;
    const auto result = input::read_environment(name, MemoryFiles(std::move(contents)), {});
    for (const auto& finding : result.diagnostics.all()) {
      codes.push_back(finding.code);
    }
    return codes;
  };
  using Texts = std::vector<std::string>;
  CHECK(codes_of("pyproject.toml", "[project]\nname = \"orders\"\nversion = \"1\"\n") == Texts{"EL0226"});
  CHECK(codes_of("requirements.txt", "\x1c\n") == Texts{"EL0226"});
  CHECK(codes_of("environment.yml", "dependencies: []\nchannels: [conda-forge]\n") == Texts{"EL0226"});
}

TEST_CASE("of several named locks the others are named", "[readers]")
{
  const std::string lock = "lock-version='1.0'\ncreated-by='x'\npackages=[]\n";
  const auto result = input::read_environment(
      "pylock.a.toml", MemoryFiles(Contents{{"pylock.a.toml", lock}, {"pylock.b.toml", lock}}), {});
  REQUIRE(result.diagnostics.all().size() == 2);   // and that it lists nothing
  CHECK(result.diagnostics.all()[0].code == "EL0403");
  CHECK(result.diagnostics.all()[0].message == "pylock.a.toml is taken; pylock.b.toml is not read");
  CHECK(result.diagnostics.all()[0].hint == "name the file to take with --environment");
}

TEST_CASE("several files that are passed over are one list", "[readers]")
{
  const auto result =
      input::read_environment("requirements.txt",
                              MemoryFiles(Contents{{"requirements.txt", "a"},
                                                   {"Pipfile", "[packages]\na = '*'\n"},
                                                   {"setup.cfg", "[options]\ninstall_requires = a\n"}}),
                              {});
  REQUIRE(result.diagnostics.all().size() == 1);
  CHECK(result.diagnostics.all()[0].message ==
        "requirements.txt is taken; Pipfile and setup.cfg are not read");
}

TEST_CASE("an empty file says how it is written", "[readers]")
{
  const auto hint = [](const std::string& name) {
    const auto result = input::read_environment(name, MemoryFiles(Contents{{name, ""}}), {});
    REQUIRE(result.diagnostics.all().size() == 1);
    CHECK(result.diagnostics.all()[0].code == "EL0104");
    return result.diagnostics.all()[0].hint;
  };
  CHECK(hint("environment.yml") == "list the packages in it");
  CHECK(hint("conda-lock.yml") ==
        "write it with `conda-lock --file environment.yml --platform linux-64`, or name the "
        "file that it is made from");
  CHECK(hint("poetry.lock") == "write it with `poetry lock`, or name the file that it is made from");
}

TEST_CASE("a known file without dependencies is not called unknown", "[readers]")
{
  const auto message = [](const std::string& name, const std::string& text) {
    const auto result = input::read_environment(name, MemoryFiles(Contents{{name, text}}), {});
    REQUIRE(result.diagnostics.all().size() == 1);
    CHECK(result.diagnostics.all()[0].code == "EL0108");
    return result.diagnostics.all()[0].message;
  };
  CHECK(message("setup.cfg", "[flake8]\nmax-line-length = 1\n") == "setup.cfg has no `install_requires`");
  CHECK(message("pyproject.toml", "[tool.black]\nline-length = 1\n") ==
        "pyproject.toml lists no dependencies");
  CHECK(message("x.md", "text").find("not one that envlift reads") != std::string::npos);
}

TEST_CASE("a project that needs nothing is read where it is named", "[readers]")
{
  for (const auto& [name, text] : Contents{{"requirements.txt", ""},
                                           {"Pipfile", ""},
                                           {"setup.cfg", "[metadata]\nname = x\n"},
                                           {"pyproject.toml", "[project]\nname = 'x'\nversion = '1'\n"}}) {
    CAPTURE(name);
    const auto result = input::read_environment(name, MemoryFiles(Contents{{name, text}}), {});
    CHECK(code_of(name, {{name, text}}) == "EL0226");
    CHECK_FALSE(result.diagnostics.has_errors());
  }
  // Among other files it is no environment file: setup.py may tell what the project needs.
  CHECK_FALSE(
      input::find_environment_file(MemoryFiles(Contents{{"setup.cfg", "[metadata]\nname = x\n"}}), {}));
}

TEST_CASE("a file under another name is known by its text", "[readers]")
{
  const auto format = [](const std::string& name, const std::string& text) {
    const auto result = input::read_environment(name, MemoryFiles(Contents{{name, text}}), {});
    return result.environment.sources.empty() ? "" : result.environment.sources[0].format;
  };
  CHECK(format("old.lock", "version = 1\n[[package]]\nname = 'a'\nsource = { virtual = '.' }\n") ==
        "uv-lock");
  CHECK(format("old.lock", "[[package]]\nname = 'a'\n[metadata]\ncontent-hash = 'b'\n") == "poetry-lock");
  CHECK(format("old.lock", "[[package]]\nname = 'a'\nsource = 'registry'\n").empty());   // Cargo's
  CHECK(format("lock.toml", "lock-version = '1.0'\n[[packages]]\nname = 'a'\n") == "pylock");
  CHECK(format("Pipfile.old", "[[source]]\nurl = 'https://pypi.org/simple'\n[packages]\na = '*'\n") ==
        "pipfile");
  CHECK(format("old.toml", "[project]\ndependencies = ['a']\n") == "pyproject");
  CHECK(format("old.toml", "[project]\ndependencies = ['a']\n[tool.pixi.workspace]\n").empty());
  CHECK(format("old.toml", "[workspace]\nchannels = ['conda-forge']\n[dependencies]\na = '*'\n") ==
        "pixi-manifest");
}

TEST_CASE("names are asked for that the format has no place for", "[readers]")
{
  const environment::Target asked{.groups = {"g"}, .extras = {"e"}, .pixi_environment = "p"};
  const auto codes_of = [&](const std::string& name, const std::string& text) {
    std::vector<std::string> codes;
    const auto result = input::read_environment(name, MemoryFiles(Contents{{name, text}}), asked);
    for (const auto& finding : result.diagnostics.all()) {
      if (finding.severity == diag::Severity::error) {
        codes.push_back(finding.code);
      }
    }
    return codes;
  };
  const std::vector<std::string> all = {"EL0410", "EL0411", "EL0412"};
  CHECK(codes_of("requirements.txt", "a\n") == all);
  CHECK(codes_of("environment.yml", k_conda) == all);
  CHECK(codes_of("list.txt", "@EXPLICIT\nhttps://h/c/noarch/a-1-0.conda\n") == all);
  CHECK(codes_of("setup.cfg", "[options]\ninstall_requires = a\n") == all);
  CHECK(codes_of("pyproject.toml", "[project]\nname = 'p'\nversion = '1'\ndependencies = ['a']\n") ==
        std::vector<std::string>{"EL0411", "EL0410", "EL0412"});
}

TEST_CASE("credentials of locks are told in their line", "[readers]")
{
  const auto place_of = [](const std::string& name, const std::string& text, const std::string& code) {
    const auto result = input::read_environment(name, MemoryFiles(Contents{{name, text}}), {});
    for (const auto& finding : result.diagnostics.all()) {
      if (finding.code == code) {
        return finding.span.line;
      }
    }
    return std::size_t{0};
  };
  const auto conda_lock = [](const std::string& url) {
    return "version: 1\nmetadata:\n  content_hash:\n    linux-64: 0a\n  channels:\n  - url: " + url +
           "\n    used_env_vars: []\n  platforms:\n  - linux-64\npackage: []\n";
  };
  CHECK(place_of("conda-lock.yml", conda_lock("https://me:pw@h/c"), "EL0405") == 6);
  CHECK(place_of("conda-lock.yml", conda_lock("https://h/c?token=a"), "EL0208") == 6);
  CHECK(place_of("list.txt", "@EXPLICIT\nhttps://me:pw@h/c/noarch/a-1-0.conda\n", "EL0405") == 2);
  CHECK(place_of("pixi.lock",
                 "version: 6\nenvironments:\n  default:\n    channels:\n    - url: https://me:pw@h/c\n    "
                 "packages:\n"
                 "      linux-64: []\npackages: []\n",
                 "EL0405") == 5);
}

// As their owners read them: tomllib of pip and poetry; toml_edit, toml-span and tomlkit of uv, pixi and pipenv.
TEST_CASE("inline tables of TOML 1.1 are read where the file's tool reads them", "[readers]")
{
  const std::string table = "six = {\n  version = '*',\n}\n";
  const auto is_refused = [](const std::string& name, const std::string& text) {
    const auto result = input::read_environment(name, MemoryFiles(Contents{{name, text}}), {});
    return std::ranges::any_of(result.diagnostics.all(),
                               [](const auto& one) { return one.code == "EL0116"; });
  };
  CHECK(is_refused("pyproject.toml", "[project]\nname = 'x'\n[tool.uv.sources]\n" + table));
  CHECK(is_refused("poetry.lock", "[[package]]\n" + table));
  CHECK(is_refused("pylock.toml", "[[packages]]\n" + table));
  CHECK_FALSE(is_refused("Pipfile", "[packages]\n" + table));
  CHECK_FALSE(is_refused("uv.lock", "[[package]]\n" + table));
  CHECK_FALSE(is_refused("pixi.toml", "[dependencies]\n" + table));
  CHECK_FALSE(is_refused("pyproject.toml",
                         "[tool.pixi.workspace]\nchannels = []\n[tool.pixi.dependencies]\n" + table));
}
