#include "fakes/memory_files.hpp"
#include "input/input.hpp"
#include "input_fixture.hpp"

#include <catch2/catch.hpp>

#include <map>
#include <string>
#include <vector>

using namespace envlift;
using test::Texts;

namespace {

const std::string k_md5(32, 'a');
const std::string k_sha256(64, 'b');
const std::string k_forge = "https://conda.anaconda.org/conda-forge/";
const std::string k_pypi = "https://files.pythonhosted.org/packages/aa/bb/";

input::ReadResult read(const std::string& text, const environment::Target& target = {},
                       std::map<std::string, std::string> more = {})
{
  more["pixi.lock"] = text;
  return input::read_environment("pixi.lock", fakes::MemoryFiles(std::move(more)), target);
}

Texts names(const input::ReadResult& result)
{
  Texts texts;
  for (const auto& package : result.environment.conda) {
    texts.push_back(package.name);
  }
  for (const auto& package : result.environment.pip) {
    texts.push_back("pip " + package.requirement);
  }
  return texts;
}

Texts findings(const input::ReadResult& result)
{
  return test::findings(result, test::Place::line, test::Notes::with);
}

const std::string k_conda_entry = "  sha256: " + k_sha256 + "\n  md5: " + k_md5 +
                                  "\n  depends:\n  - libgcc >=13\n  - __glibc >=2.28,<3.0.a0\n";

// Version 6 with one environment; `references` and `packages` are the lines of the lists.
std::string version_6(const std::string& references, const std::string& packages)
{
  return "version: 6\nenvironments:\n  default:\n    channels:\n    - url: " + k_forge +
         "\n    indexes:\n    - https://pypi.org/simple\n    packages:\n      linux-64:\n" + references +
         "packages:\n" + packages;
}

std::string conda_reference(const std::string& file)
{
  return "      - conda: " + k_forge + file + "\n";
}

std::string conda_entry(const std::string& file)
{
  return "- conda: " + k_forge + file + "\n" + k_conda_entry;
}

// The findings and packages of one PyPI entry in version 6.
input::ReadResult pypi(const std::string& place, const std::string& keys, const environment::Target& target = {},
                       const std::map<std::string, std::string>& more = {})
{
  return read(version_6("      - pypi: " + place + "\n", "- pypi: " + place + "\n" + keys), target, more);
}

}  // namespace

TEST_CASE("references of the image's architecture", "[pixi-lock]")
{
  const std::string x86 = "linux-64/a-1.0-h0_0.conda";
  const std::string arm = "linux-aarch64/b-1.0-h0_0.conda";
  const std::string text = version_6(conda_reference(x86) + "      linux-aarch64:\n" + conda_reference(arm),
                                     conda_entry(x86) + conda_entry(arm));
  CHECK(names(read(text)) == Texts{"a"});
  const auto result = read(text, {.arch = "arm64"});
  CHECK(findings(result).empty());
  CHECK(names(result) == Texts{"b"});
  CHECK(result.environment.conda[0].url == k_forge + arm);
}

TEST_CASE("pixi.lock of version 6", "[pixi-lock]")
{
  const std::string python = "linux-64/python-3.12.2-hab00c5b_0_cpython.conda";
  const std::string wheel = k_pypi + "idna-3.7-py3-none-any.whl";
  const auto result =
      read(version_6(conda_reference(python) + conda_reference("noarch/tzdata-2024a-h0_0.conda") +
                         "      - pypi: " + wheel + "\n      win-64:\n" + conda_reference("win-64/vc-14-h1_0.conda"),
                     conda_entry(python) + conda_entry("noarch/tzdata-2024a-h0_0.conda") +
                         conda_entry("win-64/vc-14-h1_0.conda") + "- pypi: " + wheel +
                         "\n  name: Idna\n  version: '3.7'\n  sha256: " + k_sha256 + "\n  requires_python: '>=3.5'\n"));
  CHECK(findings(result).empty());
  const environment::Environment& environment = result.environment;
  CHECK(environment.sources.at(0).format == "pixi-lock");
  CHECK(environment.conda_locked);
  CHECK(environment.pip_locked);
  CHECK(environment.uses_conda);
  CHECK(environment.python == "==3.12.2");
  CHECK(environment.channels == Texts{"conda-forge"});
  CHECK(names(result) == Texts{"python", "tzdata", "pip Idna==3.7"});
  CHECK(environment.conda[0].url == k_forge + python);
  CHECK(environment.conda[0].glibc_minor == 28);
  CHECK(environment.conda[0].md5 == k_md5);
  CHECK(environment.conda[0].sha256 == k_sha256);
  CHECK(environment.conda[0].span.line == 10);
  CHECK(environment.pip[0].name == "idna");
  CHECK(environment.pip[0].hashes == Texts{"sha256:" + k_sha256});
  CHECK(environment.pip_options.empty());
}

TEST_CASE("pixi.lock of the versions 4 and 5 has kinds", "[pixi-lock]")
{
  const std::string url = k_forge + "linux-64/python-3.11.0-h_0.conda";
  for (const char* version : {"4", "5"}) {
    const auto result = read(std::string("version: ") + version +
                             "\nenvironments:\n  default:\n    channels: []\n    packages:\n      linux-64:\n      - conda: " +
                             url + "\n      - pypi: ./lib\n      - pypi: direct+https://host/a-1.0.tar.gz\n" +
                             "packages:\n- kind: conda\n  name: python\n  url: " + url +
                             "\n  purls: []\n- kind: conda\n  name: python\n  url: " + url + "\n" + k_conda_entry +
                             "- kind: pypi\n  name: lib\n  version: 0.1.0\n  path: ./lib\n  editable: true\n" +
                             "- kind: pypi\n  name: a\n  version: 1.0\n  url: direct+https://host/a-1.0.tar.gz\n  sha256: " +
                             k_sha256 + "\n",
                             {}, {{"lib/pyproject.toml", ""}});
    CHECK(findings(result).empty());
    REQUIRE(result.environment.conda.size() == 1);
    // Of two entries for one file, the one with checksums.
    CHECK(result.environment.conda[0].sha256 == k_sha256);
    CHECK(result.environment.channels == Texts{"conda-forge"});
    REQUIRE(result.environment.pip.size() == 2);
    CHECK(result.environment.pip[0].path == "lib");
    CHECK(result.environment.pip[0].name == "lib");
    CHECK(result.environment.pip[0].editable);
    CHECK(result.environment.pip[1].requirement == "a @ https://host/a-1.0.tar.gz");
    CHECK(result.environment.pip[1].hashes.size() == 1);
  }
}

TEST_CASE("pixi.lock of the versions 1 to 3 is a list", "[pixi-lock]")
{
  for (const char* version : {"1", "2", "3"}) {
    const bool is_first = std::string(version) == "1";
    const auto result = read(
        std::string("version: ") + version + "\nmetadata:\n  channels:\n  - url: " + k_forge +
        "\n  platforms: [linux-64]\npackage:\n" +
        "- platform: linux-64\n  name: python\n  version: 3.11.0\n  category: main\n  manager: conda\n" +
        "  dependencies: " + (is_first ? "{a: '1'}" : "['a 1']") + "\n  url: " + k_forge +
        "linux-64/python-3.11.0-h_0.conda\n  hash:\n    md5: " + k_md5 +
        "\n- platform: linux-64\n  name: idna\n  version: 3.7\n  manager: " + (is_first ? "pip" : "pypi") +
        "\n  url: " + k_pypi + "idna-3.7-py3-none-any.whl\n  hash:\n    sha256: " + std::string(64, 'a') +
        "\n");
    CHECK(findings(result).empty());
    CHECK(names(result) == Texts{"python", "pip idna==3.7"});
  }
}

TEST_CASE("pixi.lock of version 7 names its platforms", "[pixi-lock]")
{
  const std::string url = k_forge + "linux-64/python-3.11.0-h_0.conda";
  const auto text = [&](const std::string& platform) {
    return "version: 7\nplatforms:\n- name: server\n  subdir: linux-64\n  virtual-packages:\n  - __glibc=2.34\n"
           "- name: linux-aarch64\nenvironments:\n  default:\n    channels: []\n    packages:\n      " +
           platform + ":\n      - conda: " + url + "\n      - pypi: ./\npackages:\n- conda: " + url + "\n" + k_conda_entry +
           "- pypi: ./\n  name: My_Project\n";
  };
  const auto result = read(text("server"));
  CHECK(findings(result).empty());
  CHECK(names(result) == Texts{"python"});
  REQUIRE(result.environment.dropped.size() == 1);
  CHECK(result.environment.dropped[0].name == "my-project");
  CHECK(findings(read(text("linux-aarch64"))) == Texts{"EL0240 12"});
  CHECK(findings(read(text("server"), {.arch = "arm64"})) == Texts{"EL0240 12"});
  CHECK(findings(read("version: 7\nenvironments:\n  default:\n    packages:\n      linux-64:\n      - conda_source: a[0f] @ ./a\n"
                      "packages:\n- conda_source: a[0f] @ ./a\n")) == Texts{"EL0246 6"});
}

TEST_CASE("environments of a pixi.lock", "[pixi-lock]")
{
  const std::string text = "version: 6\nenvironments:\n  default:\n    packages:\n      linux-64:\n" +
                           conda_reference("noarch/a-1-0.conda") + "  test:\n    packages:\n      linux-64:\n" +
                           conda_reference("noarch/b-1-0.conda") + "packages:\n" + conda_entry("noarch/a-1-0.conda") +
                           conda_entry("noarch/b-1-0.conda");
  CHECK(names(read(text)) == Texts{"a"});
  CHECK(names(read(text, {.pixi_environment = "test"})) == Texts{"b"});
  const auto absent = read(text, {.pixi_environment = "testt"});
  CHECK(findings(absent) == Texts{"EL0412 3"});
  CHECK(absent.diagnostics.all()[0].hint == "did you mean `test`? it has default, test");
}

TEST_CASE("where PyPI packages of a pixi.lock come from", "[pixi-lock]")
{
  const auto one = [](const std::string& place, const std::string& keys = "  name: a\n") {
    const auto result = pypi(place, keys);
    CHECK(findings(result).empty());
    return result.environment.pip.empty() ? "" : result.environment.pip[0].requirement;
  };
  CHECK(one("git+https://github.com/a/a.git@0106aced5faa") == "a @ git+https://github.com/a/a.git@0106aced5faa");
  CHECK(one("git+https://github.com/a/a?subdirectory=sub&rev=v1#0106aced5faa299e6ede89d1230bd6784f2c3660") ==
        "a @ git+https://github.com/a/a@0106aced5faa299e6ede89d1230bd6784f2c3660#subdirectory=sub");
  CHECK(one("git+https://github.com/a/a?tag=v1") == "a @ git+https://github.com/a/a@v1");
  CHECK(one(k_pypi + "a-1.0.tar.gz", "  name: a\n  version: 1.0\n  sha256: " + std::string(64, 'a') + "\n") ==
        "a==1.0");
  CHECK(pypi("./links/a-1.0-py3-none-any.whl", "  name: a\n  version: 1.0\n", {}, {{"links/a-1.0-py3-none-any.whl", "x"}})
            .environment.pip.at(0)
            .path == "links/a-1.0-py3-none-any.whl");
  CHECK(findings(pypi("../a", "  name: a\n")) == Texts{"EL0307 13"});
  CHECK(findings(pypi("'C:\\a'", "  name: a\n")) == Texts{"EL0307 13"});
  CHECK(findings(pypi("./nowhere", "  name: a\n")) == Texts{"EL0308 13"});
  CHECK(findings(pypi(k_pypi + "a-1.0-cp39-cp39-win_amd64.whl", "  name: a\n  version: 1.0\n")) ==
        Texts{"EL0413 13"});
  CHECK(findings(pypi(k_pypi + "a-1.0-cp39-cp39-manylinux_2_17_x86_64.whl", "  name: a\n  version: 1.0\n")) ==
        Texts{"EL0413 13"});
}

TEST_CASE("indexes of a pixi.lock", "[pixi-lock]")
{
  const std::string wheel = k_pypi + "idna-3.7-py3-none-any.whl";
  const auto result = read(
      "version: 6\nenvironments:\n  default:\n    channels: []\n    indexes:\n"
      "    - https://mirror/simple\n    - https://pypi.org/simple\n    find-links:\n    - path: ./links\n"
      "    packages:\n      linux-64:\n      - pypi: " +
          wheel + "\npackages:\n- pypi: " + wheel +
          "\n  name: idna\n  version: 3.7\n  sha256: " + std::string(64, 'a') + "\n",
      {}, {{"links/a.whl", ""}});
  CHECK(findings(result).empty());
  REQUIRE(result.environment.pip_options.size() == 3);
  CHECK(result.environment.pip_options[0].option == "--index-url");
  CHECK(result.environment.pip_options[0].value == "https://mirror/simple");
  CHECK(result.environment.pip_options[1].option == "--extra-index-url");
  CHECK(result.environment.pip_options[2].value == "links");
  // The mirror need not have what the lock names.
  CHECK(names(result) == Texts{"pip idna @ " + wheel});
}

TEST_CASE("pixi locks that cannot be read", "[pixi-lock]")
{
  CHECK(findings(read("version: 8\n")) == Texts{"EL0118 1"});
  CHECK(findings(read("version: 0\n")) == Texts{"EL0118 1"});
  CHECK(findings(read("environments: {}\n")) == Texts{"EL0119 1"});
  CHECK(findings(read("- a\n")) == Texts{"EL0119 1"});
  CHECK(findings(read("version: 6\n")) == Texts{"EL0119 1", "EL0119 1"});
  CHECK(findings(read(version_6(conda_reference("noarch/a-1-0.conda"), " []\n"))) == Texts{"EL0119 10"});
  CHECK(findings(read(version_6("      - pypi\n", " []\n"))) == Texts{"EL0119 10"});
  CHECK(findings(read(version_6("      - other: x\n", " []\n"))) == Texts{"EL0119 10"});
  CHECK(findings(read(version_6("      - conda: ./a-1-0.conda\n", "- conda: ./a-1-0.conda\n"))) == Texts{"EL0219 10"});
  CHECK(findings(read(version_6("      - conda: file:///c/noarch/a-1-0.conda\n",
                                "- conda: file:///c/noarch/a-1-0.conda\n"))) == Texts{"EL0219 10"});
  CHECK(findings(read(version_6("      - conda: ../pkg\n", "- conda: ../pkg\n  name: pkg\n"))) == Texts{"EL0246 10"});
}
