// Pipfile and Pipfile.lock.
#include "fakes/memory_files.hpp"
#include "input/input.hpp"
#include "input_fixture.hpp"

#include <catch2/catch.hpp>

#include <map>
#include <string>
#include <vector>

using namespace envlift;
using fakes::MemoryFiles;
using test::options;
using test::requirements;
using test::Texts;

namespace {

constexpr const char* k_hash = "sha256:58cd2187c01e70e6e26505bca751777aa9f2ee0b7f4300988b709f44e013003f";

input::ReadResult read(const std::string& name, const std::string& text, Texts groups = {}, Texts extras = {})
{
  const MemoryFiles files({{name, text}, {"pkg/setup.py", ""}, {"wheels/a-1.0-py3-none-any.whl", "x"}});
  return input::read_environment(
      name, files,
      {.python_minor = "3.11", .arch = "x86_64", .groups = std::move(groups), .extras = std::move(extras)});
}

// A lock with the text as its categories.
input::ReadResult read_lock(const std::string& categories, Texts groups = {},
                            const std::string& meta = R"("pipfile-spec": 6, "requires": {}, "sources": [])")
{
  return read("Pipfile.lock", "{\"_meta\": {" + meta + "},\n" + categories + "}\n", std::move(groups));
}

Texts dropped(const input::ReadResult& result)
{
  Texts texts;
  for (const auto& item : result.environment.dropped) {
    texts.push_back(item.name);
  }
  return texts;
}

// "CODE LINE:COLUMN" of errors and warnings; none is without advice.
Texts findings(const input::ReadResult& result)
{
  return test::findings(result, test::Place::column, test::Notes::without);
}

}  // namespace

TEST_CASE("a Pipfile.lock as pipenv writes it", "[pipenv]")
{
  const std::string hash = k_hash;
  const auto result = read_lock(
      R"("default": {
        "Requests": {"extras": ["socks"], "hashes": [")" +
          hash + R"("], "index": "pypi",
          "markers": "python_version >= '3.7'", "version": "==2.31.0"},
        "colorama": {"hashes": [")" +
          hash + R"("], "markers": "sys_platform == 'win32'", "version": "==0.4.6"},
        "lib": {"git": "https://github.com/a/b.git", "ref": "5a2b8c3", "subdirectory": "sub", "extras": ["x"]},
        "bare": {"git": "git+https://github.com/a/c@main", "ref": null},
        "self": {"editable": true, "path": "."},
        "local": {"editable": true, "path": "./pkg", "extras": ["y"]},
        "wheel": {"file": "https://example.com/wheel-1.0-py3-none-any.whl", "hashes": [")" +
          hash + R"("]},
        "a": {"file": "wheels/a-1.0-py3-none-any.whl"},
        "old": "==1.5"
      },
      "develop": {"pytest": {"version": "==8.0.0", "hashes": [")" +
          hash + R"("]}, "requests": {"version": "==1.0"}},
      "docs": {"sphinx": {"version": "==7.2.6"}}, "empty": {})",
      {}, R"("pipfile-spec": 6, "requires": {"python_version": "3.11"}, "sources": [
        {"name": "pypi", "url": "https://pypi.org/simple", "verify_ssl": true},
        {"name": "own", "url": "https://example.com:8080/simple", "verify_ssl": false}])");
  CHECK(findings(result) == Texts{});
  CHECK(result.environment.sources.front().format == "pipfile-lock");
  CHECK(result.environment.pip_locked);
  CHECK_FALSE(result.environment.uses_conda);
  CHECK(result.environment.python == "==3.11.*");
  CHECK(result.environment.python_span.line == 1);
  CHECK(requirements(result) == Texts{"Requests[socks]==2.31.0; python_version >= \"3.7\"",
                                      "lib[x] @ git+https://github.com/a/b.git@5a2b8c3#subdirectory=sub",
                                      "bare @ git+https://github.com/a/c@main", "./pkg[y]",
                                      "wheel @ https://example.com/wheel-1.0-py3-none-any.whl",
                                      "./wheels/a-1.0-py3-none-any.whl", "old==1.5"});
  CHECK(result.environment.pip[0].hashes == Texts{hash});
  CHECK(result.diagnostics.all().front().code == "EL0415");
  CHECK(result.diagnostics.all().front().message == "the groups `develop`, `docs` are not installed");
  CHECK(result.environment.pip[0].span.line == 5);
  CHECK(result.environment.pip[3].name == "local");
  CHECK(result.environment.pip[4].hashes == Texts{hash});
  CHECK(dropped(result) == Texts{"self", "pytest", "sphinx", "colorama"});
  CHECK(options(result) == Texts{"--index-url https://pypi.org/simple",
                                 "--extra-index-url https://example.com:8080/simple",
                                 "--trusted-host example.com:8080"});
}

TEST_CASE("categories of a Pipfile.lock are asked for by name", "[pipenv]")
{
  const std::string text = R"("default": {"a": {"version": "==1"}, "both": {"version": "==1"}},
    "develop": {"b": {"version": "==2"}, "both": {"version": "==2"}}, "my-docs": {"c": {"version": "==3"}})";
  using Row = std::pair<Texts, Texts>;
  for (const auto& [groups, due] :
       {Row{{}, {"a==1", "both==1"}}, Row{{"dev"}, {"a==1", "both==1", "b==2"}},
        Row{{"develop"}, {"a==1", "both==1", "b==2"}}, Row{{"dev-packages"}, {"a==1", "both==1", "b==2"}},
        Row{{"My_Docs"}, {"a==1", "both==1", "c==3"}}, Row{{"packages", "default"}, {"a==1", "both==1"}}}) {
    const auto result = read_lock(text, groups);
    CAPTURE(groups);
    CHECK(findings(result) == Texts{});
    CHECK(requirements(result) == due);
  }
  CHECK(findings(read_lock(text, {"doc"})) == Texts{"EL0410 0:0"});
  CHECK(findings(read("Pipfile.lock", "{\"_meta\": {\"pipfile-spec\": 6}, \"default\": {}}", {}, {"x"})) ==
        Texts{"EL0411 0:0"});
}

TEST_CASE("what is wrong in a Pipfile.lock is named at its place", "[pipenv]")
{
  struct Row {
    std::string text;
    Texts due;
  };
  const std::string meta = R"({"_meta": {"pipfile-spec": 6}, "default": )";
  for (const Row& row : std::vector<Row>{
         {"{\"_meta\": ", {"EL0117 1:11"}},
         {"[]", {"EL0119 1:1"}},
         {"{}", {"EL0119 0:0"}},
         {R"({"_meta": {"pipfile-spec": 6}})", {"EL0119 0:0"}},
         {R"({"_meta": {"pipfile-spec": 5}, "default": {}})", {"EL0118 1:28"}},
         {R"({"_meta": {"pipfile-spec": 7}, "default": {}})", {"EL0118 1:28"}},
         {R"({"_meta": {}, "default": {}})", {"EL0119 1:11"}},
         {R"({"_meta": [], "default": {}})", {"EL0119 1:11"}},
         {meta + "[]}", {"EL0119 1:43"}},
         {meta + R"({"a": 1}})", {"EL0119 1:49"}},
         {meta + R"({"a": {}}})", {"EL0119 1:44"}},
         {meta + R"({"a": {"version": 1}}})", {"EL0119 1:61", "EL0119 1:44"}},
         {meta + R"({"a": {"version": "==1\n-r x"}}})", {"EL0301 1:44"}},
         {meta + R"({"a": {"version": "==1 --index-url https://x"}}})", {"EL0301 1:44"}},
         {meta + R"({"a": {"version": "==1", "hashes": ["sha256:0 --pre"]}}})", {"EL0311 1:44"}},
         {meta + R"({"a": {"version": "==1", "markers": "sys_platform"}}})", {"EL0301 1:44"}},
         {meta + R"({"a": {"path": "../x"}}})", {"EL0307 1:44"}},
         {meta + R"({"a": {"path": "x\n-r y"}}})", {"EL0307 1:44"}},
         {meta + R"({"a": {"git": "git@github.com:a/b.git", "ref": "1"}}})", {"EL0309 1:44"}},
         {meta + R"({"a": {"version": "==1"}, "a": {"version": "==2"}}})", {"EL0111 1:69"}},
         {R"({"_meta": {"pipfile-spec": 6, "requires": {"python_version": "three"}}, "default": {}})",
          {"EL0119 1:62"}},
         {R"({"_meta": {"pipfile-spec": 6, "sources": [{"name": "x"}]}, "default": {}})", {"EL0119 1:43"}},
       }) {
    CAPTURE(row.text);
    CHECK(findings(read("Pipfile.lock", row.text)) == row.due);
  }
}

TEST_CASE("a Pipfile", "[pipenv]")
{
  const auto result = read("Pipfile", R"([[source]]
url = "https://pypi.org/simple"
verify_ssl = true
name = "pypi"

[[source]]
url = "https://example.com/simple"
name = "own"

[packages]
requests = {extras = ["socks"], version = ">=2.31"}
flask = "*"
Django = "4.2"
colorama = {version = "*", sys_platform = "== 'win32'"}
nt = {version = "*", os_name = "== 'nt'"}
tomli = {version = "~=2.0", markers = "python_version < '3.12'", sys_platform = "!= 'win32'"}
lib = {git = "https://github.com/a/b.git", ref = "v1", editable = true}
mine = {version = "==1.0", index = "own"}
self = {path = ".", editable = true}
local = {path = "./pkg", editable = true}

[dev-packages]
pytest = "*"
flask = ">=3"

[docs]
sphinx = ">=7"

[requires]
python_full_version = "3.11.5"

[pipenv]
allow_prereleases = true

[scripts]
test = "pytest"
)");
  CHECK(findings(result) == Texts{"EL0346 7:7"});
  CHECK(result.environment.sources.front().format == "pipfile");
  CHECK_FALSE(result.environment.pip_locked);
  CHECK(result.environment.python == "==3.11.5");
  CHECK(requirements(result) == Texts{"requests[socks]>=2.31", "flask", "Django==4.2",
                                      "tomli~=2.0; python_version < \"3.12\" and sys_platform != \"win32\"",
                                      "lib @ git+https://github.com/a/b.git@v1", "mine==1.0", "./pkg"});
  CHECK(dropped(result) == Texts{"self", "pytest", "sphinx", "colorama", "nt"});
  CHECK(options(result) == Texts{"--pre ", "--index-url https://pypi.org/simple",
                                 "--extra-index-url https://example.com/simple"});
}

TEST_CASE("categories of a Pipfile and its faults", "[pipenv]")
{
  const std::string text = "[packages]\na = '*'\n[dev-packages]\nb = '*'\n[docs]\nc = '*'\n";
  CHECK(requirements(read("Pipfile", text, {"dev", "docs"})) == Texts{"a", "b", "c"});
  CHECK(findings(read("Pipfile", text, {"test"})) == Texts{"EL0410 0:0"});
  CHECK(findings(read("Pipfile", "[packages]\na = 1\n")) == Texts{"EL0119 2:5"});
  CHECK(findings(read("Pipfile", "[packages]\na = \"==1\\n-r x\"\n")) == Texts{"EL0301 2:1"});
  CHECK(findings(read("Pipfile", "[packages]\na = {version = '*', sys_platform = 'win32'}\n")) ==
        Texts{"EL0301 2:1"});
  CHECK(findings(read("Pipfile", "[packages]\na = {verison = '==1', os_name = \"== 'posix'\"}\n")) == Texts{"EL0356 2:6"});
  CHECK(findings(read("Pipfile", "packages = 1\n")) == Texts{"EL0119 1:12"});
  CHECK(findings(read("Pipfile", "[packages\n")).front().starts_with("EL0116"));
}

TEST_CASE("a source whose password is a variable is kept, and one with a fixed one goes to the netrc", "[pipenv]")
{
  const auto with_source = [](const std::string& url) {
    return read("Pipfile", "[[source]]\nname = 'p'\nurl = '" + url + "'\nverify_ssl = true\n[packages]\na = '*'\n");
  };
  const auto variable = with_source("https://u:${PW}@h/simple");
  CHECK(options(variable) == Texts{"--index-url https://u:${PW}@h/simple"});
  CHECK(findings(variable) == Texts{"EL0321 3:7"});
  const auto fixed = with_source("https://u:pw@h/simple");
  CHECK(options(fixed) == Texts{"--index-url https://h/simple"});
  CHECK(fixed.environment.credentials.size() == 1);
  CHECK(findings(with_source("https://token@h/simple")) == Texts{"EL0306 3:7"});
}

TEST_CASE("a misspelt table or key of a Pipfile is named", "[pipenv]")
{
  CHECK(findings(read("Pipfile", "[package]\na = '*'\n")) == Texts{"EL0356 1:2"});
  CHECK(findings(read("Pipfile", "[packages]\na = '*'\n[dev-package]\nb = '*'\n[requires]\npython_verson = '3.11'\n"
                                 "[pipenv]\nallow_prerelease = true\n")) ==
        Texts{"EL0356 3:2", "EL0356 6:1", "EL0356 8:1"});
  // A category of one's own, and one that is asked for.
  CHECK(findings(read("Pipfile", "[packages]\na = '*'\n[docs-packages]\nb = '*'\n[pipenv]\nresolver = 'uv'\n")).empty());
  CHECK(findings(read("Pipfile", "[packages]\na = '*'\n[package]\nb = '*'\n", {"package"})).empty());
}

TEST_CASE("what a package's other keys say is kept, or said not to be", "[pipenv]")
{
  CHECK(findings(read("Pipfile", "[packages]\na = {version = '==1', hashes = ['sha256:00']}\n")) ==
        Texts{"EL0358 2:32"});
  CHECK(options(read("Pipfile", "[packages]\nA_b = {version = '*', no_binary = true}\n")) ==
        Texts{"--no-binary a-b"});
  CHECK(options(read_lock(R"("default": {"a": {"version": "==1", "no_binary": true}})")) ==
        Texts{"--no-binary a"});
  CHECK(findings(read("Pipfile", "[packages]\na = {path = 'pkg', editable = 'yes'}\n")) ==
        Texts{"EL0119 2:31"});
}

TEST_CASE("what a Pipfile tells pipenv's resolver is noted where pip does otherwise", "[pipenv]")
{
  const auto notes = [](const std::string& text, Texts groups = {}) {
    return test::findings(read("Pipfile", text, std::move(groups)), test::Place::column, test::Notes::with);
  };
  CHECK(notes("[packages]\nA = {version = '*', skip_resolver = true}\n") == Texts{"EL0360 2:1"});
  CHECK(notes("[packages]\nA = {version = '*', skip_resolver = false}\n").empty());
  // Of a category that is not installed nothing is said.
  CHECK(notes("[packages]\nA = '*'\n[docs]\nb = {version = '*', skip_resolver = true}\n") ==
        Texts{"EL0415 4:1"});
  const std::string separate = "[packages]\nA = '*'\n[docs]\nb = '*'\n[pipenv]\nuse_default_constraints = ";
  CHECK(notes(separate + "false\n", {"docs"}) == Texts{"EL0360 6:27"});
  CHECK(notes(separate + "false\n") == Texts{"EL0415 4:1"});
  CHECK(notes(separate + "true\n", {"docs"}).empty());
}

TEST_CASE("editable packages are said to be editable", "[pipenv]")
{
  const auto editable = [](const input::ReadResult& result) {
    Texts names;
    for (const auto& package : result.environment.pip) {
      if (package.editable) {
        names.push_back(package.name);
      }
    }
    return names;
  };
  CHECK(editable(read("Pipfile", "[packages]\nlib = {git = 'https://h/a.git', ref = 'v1', editable = true}\n"
                                 "other = {git = 'https://h/b.git'}\nlocal = {path = './pkg', editable = true}\n")) ==
        Texts{"lib", "local"});
  CHECK(editable(read_lock("\"default\": {\n\"lib\": {\"git\": \"https://h/a.git\", \"ref\": \"v1\", \"editable\": true},\n"
                           "\"other\": {\"git\": \"https://h/b.git\", \"ref\": \"v1\"}}, \"develop\": {}")) == Texts{"lib"});
}

TEST_CASE("an index that no source defines is refused", "[pipenv]")
{
  const std::string sources = "[[source]]\nname = 'own'\nurl = 'https://h/simple'\n[packages]\n";
  CHECK(findings(read("Pipfile", sources + "d = {version = '*', index = 'nope'}\n")) == Texts{"EL0344 5:1"});
  CHECK(findings(read("Pipfile", sources + "d = {version = '*', index = 'own'}\n")).empty());
  CHECK(findings(read("Pipfile", sources + "d = {version = '*', index = 'https://h/simple'}\n")).empty());
  CHECK(findings(read("Pipfile", "[packages]\nd = {version = '*', index = 'pypi'}\n")).empty());
  CHECK(findings(read_lock("\"default\": {\"d\": {\"version\": \"==1\", \"index\": \"nope\"}}")) ==
        Texts{"EL0344 2:13"});
}

TEST_CASE("a version of poetry's in a Pipfile is told as it stands there", "[pipenv]")
{
  const auto result = read("Pipfile", "[packages]\nd = '^1.0'\n");
  REQUIRE(findings(result) == Texts{"EL0301 2:1"});
  CHECK(result.diagnostics.all()[0].message ==
        "`d` asks for `^1.0`: `^` is an operator of poetry, which pipenv does not read");
  CHECK(result.diagnostics.all()[0].hint == "write `<2.0,>=1.0`");
  CHECK(findings(read("Pipfile", "[packages]\nd = '~=1.0'\n")).empty());
}
