// What an error is reported for is listed all the same: `inspect` shows what a file asks for.
#include "fakes/memory_files.hpp"
#include "input/input.hpp"

#include <catch2/catch.hpp>

#include <map>
#include <string>
#include <vector>

using namespace envlift;
using fakes::MemoryFiles;
using Texts = std::vector<std::string>;

namespace {

const std::string k_hash(64, 'a');

struct Seen {
  Texts codes;   // of errors
  Texts conda;   // specs
  Texts pip;     // name: requirement

  bool operator==(const Seen&) const = default;
};

std::string str(const Texts& texts)
{
  std::string out;
  for (const auto& text : texts) {
    out += text + " | ";
  }
  return out;
}

Seen see(const std::string& name, const std::string& text, std::map<std::string, std::string> others = {})
{
  others[name] = text;
  const auto result = input::read_environment(name, MemoryFiles(std::move(others)), {.python_minor = "3.11"});
  Seen seen;
  for (const auto& finding : result.diagnostics.all()) {
    CHECK_FALSE(finding.hint.empty());
    if (finding.severity == diag::Severity::error) {
      seen.codes.push_back(finding.code);
    }
  }
  for (const auto& package : result.environment.conda) {
    CHECK(package.span.line > 0);
    seen.conda.push_back(package.spec);
  }
  for (const auto& package : result.environment.pip) {
    CHECK(package.span.line > 0);
    seen.pip.push_back(package.name + ": " + package.requirement);
  }
  UNSCOPED_INFO(text << "\n" << str(seen.codes) << "\n" << str(seen.conda) << "\n" << str(seen.pip));
  return seen;
}

Seen requirements(const std::string& text)
{
  return see("requirements.txt", text, {{"empty/x", ""}});
}

}  // namespace

TEST_CASE("refused rows of a requirements file are listed", "[rows]")
{
  CHECK(requirements("./absent\n") == Seen{{"EL0308"}, {}, {": ./absent"}});
  CHECK(requirements("./empty\n") == Seen{{"EL0308"}, {}, {": ./empty"}});
  CHECK(requirements("-e ../app\n") == Seen{{"EL0307"}, {}, {": ../app"}});
  CHECK(requirements("A @ file:///x/a.tgz\n") == Seen{{"EL0307"}, {}, {"a: a"}});
  CHECK(requirements("a @ git+ssh://git@h/a\n") == Seen{{"EL0309"}, {}, {"a: a"}});
  CHECK(requirements("git+ssh://git@h/a#egg=B\n") == Seen{{"EL0309"}, {}, {"b: b"}});
  CHECK(requirements("https://h/a-1-cp38-cp38-manylinux_2_17_x86_64.whl\n") ==
        Seen{{"EL0310"}, {}, {"a: a"}});
  CHECK(requirements("a==1 ; os_name ~= '1'\n").pip == Texts{"a: a==1; os_name ~= \"1\""});
}

TEST_CASE("a bad hash is left out, and its row is not", "[rows]")
{
  const auto result = requirements("a==1 --hash=sha256:00\nb==1 --hash=sha256:" + k_hash + "\n");
  CHECK(result == Seen{{"EL0311"}, {}, {"a: a==1", "b: b==1"}});
  CHECK(requirements("a --config-settings=x\n") == Seen{{"EL0303"}, {}, {"a: a"}});
  CHECK(see("Pipfile.lock", R"({"_meta": {"pipfile-spec": 6}, "default": {
        "a": {"version": "==1", "hashes": ["sha256:0 --pre"]}, "b": {"version": "==1", "hashes": ["sha256:0"]}},
        "develop": {}})") == Seen{{"EL0311", "EL0311"}, {}, {"a: a==1", "b: b==1"}});
  CHECK(see("poetry.lock", "[[package]]\nname=\"a\"\nversion=\"1\"\ngroups=[\"main\"]\n"
                           "files=[{file=\"a-1.tar.gz\",hash=\"sha256:0\"}]\n"
                           "[metadata]\nlock-version=\"2.1\"\npython-versions=\"*\"\n") ==
        Seen{{"EL0311"}, {}, {"a: a==1"}});
  const auto url = [](const std::string& hash) {
    return see("x.txt", "@EXPLICIT\nhttps://conda.anaconda.org/c/noarch/a-1-0.conda#" + hash + "\n");
  };
  CHECK(url("abc") == Seen{{"EL0241"}, {"a==1=0"}, {}});
}

TEST_CASE("a row whose URL has credentials is listed without it", "[rows]")
{
  CHECK(requirements("A @ git+ssh://me:secret@h/a\n") == Seen{{"EL0306"}, {}, {"a: a"}});
  CHECK(requirements("git+ssh://me:secret@h/a#egg=B\n") == Seen{{"EL0306"}, {}, {"b: b"}});
  CHECK(requirements("--index-url https://h/t/secret/simple\n").pip.empty());
  CHECK(see("pylock.toml", "lock-version=\"1.0\"\ncreated-by=\"x\"\n[[packages]]\nname=\"a\"\nversion=\"1\"\n"
                           "vcs={type=\"git\",url=\"ssh://me:secret@h/a\",commit-id=\"0\"}\n") ==
        Seen{{"EL0306"}, {}, {"a: a==1"}});
}

TEST_CASE("refused rows of conda files are listed", "[rows]")
{
  const auto dependency = [](const std::string& text) {
    return see("environment.yml", "channels: [c]\ndependencies:\n- '" + text + "'\n");
  };
  CHECK(dependency("file:///x/noarch/a-1-0.conda") == Seen{{"EL0219"}, {"a==1=0"}, {}});
  CHECK(dependency("/x::a=1") == Seen{{"EL0219"}, {"a=1"}, {}});
  CHECK(dependency("c/win-64::a=1") == Seen{{"EL0218"}, {"a=1"}, {}});
  CHECK(dependency("https://conda.anaconda.org/t/ab-0123456789abcdef/c/noarch/a-1-0.conda").conda ==
        Texts{"a==1=0"});
  CHECK(dependency("a*") == Seen{{"EL0219"}, {}, {}});
  const auto explicit_list = [](const std::string& url) { return see("x.txt", "@EXPLICIT\n" + url + "\n"); };
  CHECK(explicit_list("file:///x/noarch/a-1-0.conda") == Seen{{"EL0219"}, {"a==1=0"}, {}});
  CHECK(explicit_list("/x/a-1-0.tar.bz2") == Seen{{"EL0219"}, {"a==1=0"}, {}});
  CHECK(explicit_list("https://h/c/win-64/a-1-0.conda") == Seen{{"EL0240"}, {"a==1=0"}, {}});
  CHECK(explicit_list("https://h/t/ab-0123456789abcdef/c/noarch/a-1-0.conda").conda == Texts{"a==1=0"});
}

TEST_CASE("refused rows of pixi files are listed", "[rows]")
{
  const auto lock = [](const std::string& place, const std::string& entry) {
    return see(
        "pixi.lock",
        "version: 6\nenvironments:\n  default:\n    channels: []\n    packages:\n      linux-64:\n      - " +
            place + "\npackages:\n- " + place + "\n" + entry);
  };
  CHECK(lock("conda: ../Pkg", "  name: pkg\n  version: 1.0\n") == Seen{{"EL0246"}, {"pkg==1.0"}, {}});
  CHECK(lock("conda: pkg", "  name: pkg\n") == Seen{{"EL0246"}, {"pkg"}, {}});
  CHECK(lock("conda: ../Pkg", "") == Seen{{"EL0246"}, {}, {}});
  CHECK(lock("pypi: ../a", "  name: a\n") == Seen{{"EL0307"}, {}, {"a: ../a"}});
  CHECK(lock("pypi: ./absent", "  name: A\n") == Seen{{"EL0308"}, {}, {"a: ./absent"}});
  CHECK(lock("pypi: https://files.pythonhosted.org/a-1-cp39-cp39-win_amd64.whl",
             "  name: a\n  version: 1\n") == Seen{{"EL0413"}, {}, {"a: a==1"}});
  CHECK(see("pixi.lock", "version: 7\nenvironments:\n  default:\n    packages:\n      linux-64:\n"
                         "      - conda_source: a[0f] @ ./a\npackages:\n- conda_source: a[0f] @ ./a\n") ==
        Seen{{"EL0246"}, {"a"}, {}});
  const auto manifest = [](const std::string& rows) {
    return see("pixi.toml", "[workspace]\nname = 'x'\nchannels = ['c']\nplatforms = ['linux-64']\n" + rows);
  };
  CHECK(manifest("[dependencies]\na = { path = './a' }\n") == Seen{{"EL0246"}, {"a"}, {}});
  CHECK(manifest("[dependencies]\na = { nothing = 'x' }\n") == Seen{{"EL0248"}, {"a"}, {}});
  CHECK(manifest("[pypi-dependencies]\na = '1 - 2'\n") == Seen{{"EL0248"}, {}, {"a: a"}});
  CHECK(manifest("[pypi-dependencies]\na = { path = './absent' }\n") ==
        Seen{{"EL0308"}, {}, {"a: ./absent"}});
}

TEST_CASE("refused rows of other locks and manifests are listed", "[rows]")
{
  const auto pylock = [](const std::string& row) {
    return see("pylock.toml",
               "lock-version=\"1.0\"\ncreated-by=\"x\"\n[[packages]]\nname=\"a\"\nversion=\"1\"\n" + row);
  };
  CHECK(pylock("") == Seen{{"EL0354"}, {}, {"a: a==1"}});
  CHECK(pylock("requires-python=\">=3.12\"\n") == Seen{{"EL0413"}, {}, {"a: a==1"}});
  CHECK(pylock("directory={path=\"absent\"}\n") == Seen{{"EL0308"}, {}, {"a: a==1"}});
  CHECK(pylock("archive={url=\"https://h/a.tgz\",hashes={md5=\"0\"}}\n") ==
        Seen{{"EL0311"}, {}, {"a: a==1"}});
  const auto project = [](const std::string& entry) {
    return see("pyproject.toml", "[tool.poetry.dependencies]\na = " + entry + "\n");
  };
  CHECK(project("\"x.y\"") == Seen{{"EL0342"}, {}, {"a: a"}});
  CHECK(project("\"<1 || >2\"") == Seen{{"EL0343"}, {}, {"a: a"}});
  CHECK(project("{path=\"./x y\"}") == Seen{{"EL0307"}, {}, {"a: a"}});
  CHECK(project("{url=\"x y\"}") == Seen{{"EL0301"}, {}, {"a: a"}});
  CHECK(see("pyproject.toml",
            "[project]\nname='p'\ndependencies=['a']\n[tool.uv.sources]\na={workspace=true}\n") ==
        Seen{{"EL0344"}, {}, {"a: a"}});
  CHECK(see("Pipfile", "[packages]\na = {path = \"x y\"}\nb = \"nonsense!\"\n") ==
        Seen{{"EL0307", "EL0301"}, {}, {"a: a", "b: b"}});
}

TEST_CASE("a package from conda and from pip, in every file that has both", "[rows]")
{
  const auto shared = [](const std::string& name, const std::string& text) {
    const auto result = input::read_environment(
        name, MemoryFiles(std::map<std::string, std::string>{{name, text}}), {.python_minor = "3.11"});
    Texts places;
    for (const auto& finding : result.diagnostics.all()) {
      if (finding.code == "EL0402") {
        places.push_back(std::to_string(finding.span.line) + " " + finding.hint);
      }
    }
    return places;
  };
  const std::string relock = " keep one of the two in the file that was locked, and lock again";
  const std::string conda = "https://conda.anaconda.org/c/noarch/idna-3.6-0.conda";
  const std::string pypi = "https://files.pythonhosted.org/idna-3.7-py3-none-any.whl";
  CHECK(shared("x.txt", "@EXPLICIT\n" + conda + "\n# pip idna @ " + pypi + "\n") == Texts{"3" + relock});
  CHECK(shared("pixi.lock",
               "version: 6\nenvironments:\n  default:\n    channels: []\n    packages:\n      linux-64:\n"
               "      - conda: " +
                   conda + "\n      - pypi: " + pypi + "\npackages:\n- conda: " + conda +
                   "\n- pypi: " + pypi + "\n  name: idna\n  version: 3.7\n") == Texts{"12" + relock});
  CHECK(shared("pixi.toml",
               "[workspace]\nchannels = ['c']\nplatforms = ['linux-64']\n[dependencies]\nidna = '*'\n"
               "[pypi-dependencies]\nIdna = '*'\n") == Texts{"7 keep one of the two"});
  CHECK(shared("list.txt", "idna=3.6=py_0\nidna=3.7=pypi_0\n") == Texts{"2 keep one of the two"});
}

TEST_CASE("a lock that is refused as a whole shows its packages", "[rows]")
{
  CHECK(see("pylock.toml",
            "lock-version=\"1.0\"\ncreated-by=\"x\"\nenvironments=[\"sys_platform=='win32'\"]\n"
            "[[packages]]\nname=\"a\"\nversion=\"1\"\n") == Seen{{"EL0353"}, {}, {"a: a==1"}});
  CHECK(see("uv.lock", "version=1\n[[package]]\nname=\"A\"\nversion=\"1\"\nsource={registry=\"https://"
                       "pypi.org/simple\"}\n") == Seen{{"EL0350"}, {}, {"a: a==1"}});
  CHECK(see("poetry.lock",
            "[[package]]\nname=\"A\"\nversion=\"1\"\n[[package]]\nname=\"d\"\nversion=\"1\"\n"
            "category=\"dev\"\n[metadata]\nlock-version=\"1.1\"\n") == Seen{{"EL0352"}, {}, {"a: a==1"}});
  CHECK(
      see("Pipfile.lock", R"({"_meta": {"pipfile-spec": 6}, "default": {"a": {}}, "develop": {"b": {}}})") ==
      Seen{{"EL0119", "EL0119"}, {}, {"a: a"}});
}

TEST_CASE("a package of a pixi workspace says where the workspace is", "[rows]")
{
  const auto result = input::read_environment(
      "pixi.toml", MemoryFiles(std::map<std::string, std::string>{{"pixi.toml", "[package]\nname = 'x'\n"}}),
      {});
  REQUIRE(result.diagnostics.all().size() == 1);
  CHECK(result.diagnostics.all()[0].code == "EL0119");
  CHECK(result.diagnostics.all()[0].hint ==
        "this is a package of a workspace: name the pixi.toml that has [workspace]");
}
