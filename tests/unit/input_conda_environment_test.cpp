#include "fakes/memory_files.hpp"
#include "input/input.hpp"
#include "input_fixture.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <string>
#include <vector>

using namespace envlift;
using test::Texts;

namespace {

input::ReadResult read(const std::string& text, const environment::Target& target = {})
{
  const fakes::MemoryFiles files({{"environment.yml", text}});
  return input::read_environment("environment.yml", files, target);
}

Texts specs(const input::ReadResult& result)
{
  Texts texts;
  for (const auto& package : result.environment.conda) {
    texts.push_back(package.spec);
  }
  return texts;
}

// "CODE LINE:COLUMN" of each finding, in order.
Texts findings(const input::ReadResult& result)
{
  return test::findings(result, test::Place::column, test::Notes::with);
}

Texts findings(const std::string& text)
{
  return findings(read(text));
}

// The same for lines below `dependencies:`, which is line 1.
Texts findings_in(const std::string& lines)
{
  return findings("dependencies:\n" + lines);
}

std::string hint_of(const std::string& text)
{
  const auto result = read(text);
  REQUIRE_FALSE(result.diagnostics.all().empty());
  return result.diagnostics.all().front().hint;
}

}  // namespace

TEST_CASE("an ordinary environment file", "[conda]")
{
  const auto result = read("name: science\n"
                           "channels: [conda-forge, nodefaults, conda-forge]\n"
                           "dependencies:\n"
                           "  - python=3.11\n"
                           "  - NumPy >=1.2,<2\n"
                           "  - pip\n"
                           "  - pip:\n"
                           "      - requests==2.32.3\n"
                           "variables:\n"
                           "  GREETING: it's \"quoted\" $HOME\n"
                           "  COUNT: \"010\"\n"
                           "category: main\n");
  CHECK(findings(result).empty());
  const environment::Environment& environment = result.environment;
  REQUIRE(environment.sources.size() == 1);
  CHECK(environment.sources[0].format == "conda-environment");
  CHECK(environment.uses_conda);
  CHECK(environment.name == "science");
  CHECK(environment.channels == Texts{"conda-forge"});
  CHECK(environment.nodefaults);
  CHECK(specs(result) == Texts{"python=3.11", "numpy[version='>=1.2,<2']", "pip"});
  CHECK(environment.python == "=3.11");
  CHECK(environment.python_span.line == 4);
  CHECK(environment.conda[1].name == "numpy");
  CHECK(environment.conda[1].version == ">=1.2,<2");
  CHECK(environment.conda[1].span.line == 5);
  CHECK(environment.conda[1].span.column == 5);
  REQUIRE(environment.pip.size() == 1);
  CHECK(environment.pip[0].span.line == 8);
  CHECK(environment.pip[0].span.column == 9);
  CHECK(environment.variables ==
        std::map<std::string, std::string>{{"COUNT", "010"}, {"GREETING", "it's \"quoted\" $HOME"}});
}

TEST_CASE("files that are no environment file say what they are", "[conda]")
{
  CHECK(findings("") == Texts{"EL0104 0:0"});
  CHECK(findings("# only a comment\n") == Texts{"EL0104 0:0"});
  CHECK(findings("- numpy\n") == Texts{"EL0202 1:1"});
  CHECK(findings("numpy==1\npandas==2\n") == Texts{"EL0202 1:1"});
  CHECK(hint_of("numpy==1\npandas==2\n").find("requirements.txt") != std::string::npos);
  CHECK(findings("name: x\n") == Texts{"EL0201 0:0"});
  CHECK(findings("dependencies: numpy\n") == Texts{"EL0202 1:15"});
  CHECK(findings("dependencies:\n  numpy: 1\n") == Texts{"EL0202 2:3"});
  CHECK(findings("dependencies:\n") == Texts{"EL0226 1:1"});
}

TEST_CASE("sections that are not known are said, with the nearest name, and passed over", "[conda]")
{
  const auto result = read("chanels: [a]\ndependencies: [numpy]\n");
  CHECK(findings(result) == Texts{"EL0205 1:1"});
  CHECK(result.diagnostics.all()[0].hint == "did you mean `channels`?");
  CHECK_FALSE(result.diagnostics.has_errors());
  CHECK(specs(result) == Texts{"numpy"});
  CHECK(findings("name: a\ncategory: main\nplatforms: [linux-64]\nallow-pypi-requests: false\ndependencies: [a]\n") ==
        Texts{});
}

TEST_CASE("names follow CEP 24", "[conda]")
{
  CHECK(read("name:\ndependencies: [a]\n").environment.name.empty());
  CHECK(findings("name: a b\ndependencies: [a]\n") == Texts{"EL0212 1:8"});
  CHECK(findings("name: a/b\ndependencies: [a]\n") == Texts{"EL0212 1:8"});
  CHECK(findings("name: x$(id)\ndependencies: [a]\n") == Texts{"EL0212 1:8"});
  CHECK(findings("name: \"x\\ny\"\ndependencies: [a]\n") == Texts{"EL0212 1:7"});
  CHECK(findings("name: [a]\ndependencies: [a]\n") == Texts{"EL0202 1:7"});
}

TEST_CASE("channels", "[conda]")
{
  const auto of = [](const std::string& channels) {
    return read("channels: " + channels + "\ndependencies: [a]\n");
  };
  CHECK(of("[a, 'https://h/x', '${C}/y', defaults]").environment.channels ==
        Texts{"a", "https://h/x", "${C}/y", "defaults"});
  CHECK(findings(of("")).empty());
  CHECK(findings(of("a")) == Texts{"EL0223 1:11"});
  CHECK(of("a").environment.channels == Texts{"a"});
  CHECK(findings(of("{a: b}")) == Texts{"EL0202 1:11"});
  CHECK(findings(of("['$(id)']")) == Texts{"EL0207 1:13"});
  CHECK(findings(of("[\"a\\nb\"]")) == Texts{"EL0207 1:12"});
  CHECK(findings(of("[/opt/channel]")) == Texts{"EL0207 1:12"});
  CHECK(findings(of("['file:///c']")) == Texts{"EL0207 1:12"});
  CHECK(findings(of("['s3://c']")) == Texts{"EL0207 1:12"});
  CHECK(findings(of("[[a]]")) == Texts{"EL0202 1:12"});
}

TEST_CASE("credentials in a channel are refused and not shown", "[conda]")
{
  for (const char* channel : {"https://hunter22@h/c", "https://h/t/aa-hunter22-bb/c"}) {
    const auto result =
        read(std::string("channels: ['") + channel + "']\ndependencies: [a, '" + channel + "::b']\n");
    CHECK(findings(result) == Texts{"EL0208 1:12", "EL0208 2:19"});
    CHECK(result.environment.channels.empty());
    for (const diag::Diagnostic& finding : result.diagnostics.all()) {
      CHECK(finding.hint.find("`condarc`") != std::string::npos);
      CHECK((finding.message + finding.hint).find("hunter22") == std::string::npos);
    }
  }
  CHECK(findings("channels: ['https://${U}:${P}@h/c', 'https://h/t/${T}/c']\ndependencies: [a]\n") ==
        Texts{"EL0251 1:12", "EL0251 1:37"});
}

TEST_CASE("a channel's user and password are set apart", "[conda]")
{
  const auto result =
      read("channels: ['https://u:hunter22@h/c']\ndependencies: [a, 'https://u:hunter22@h/c::b']\n");
  CHECK(findings(result) == Texts{"EL0405 1:12"});
  CHECK(result.environment.channels == Texts{"https://h/c"});
  CHECK(specs(result) == Texts{"a", "https://h/c::b"});
  REQUIRE(result.environment.credentials.size() == 1);
  CHECK(result.environment.credentials[0].host == "h");
  CHECK(findings("channels: ['https://u:one@h/c', 'https://u:two@h/d']\ndependencies: [a]\n") ==
        Texts{"EL0404 1:33", "EL0405 1:12"});
}

TEST_CASE("every line on Python holds", "[conda]")
{
  const auto python = [](const std::string& lines) { return read("dependencies:\n" + lines).environment.python; };
  CHECK(python("- python>=3.9\n- python<3.12\n") == ">=3.9,<3.12");
  CHECK(python("- python=3.9|3.11\n- python\n- python<3.11\n") == "=3.9,<3.11|3.11,<3.11");
}

TEST_CASE("variables", "[conda]")
{
  const auto of = [](const std::string& line) {
    return findings("dependencies: [a]\nvariables:\n  " + line + "\n");
  };
  CHECK(of("A_B: \"x\\ny\"") == Texts{"EL0210 3:8"});
  CHECK(of("A_B: [x]") == Texts{"EL0210 3:8"});
  CHECK(of("A_B:") == Texts{"EL0211 3:3"});
  CHECK(of("A: x").empty());
  CHECK(of("_ab1: \"x\\ty\"").empty());
  CHECK(of("1A: x") == Texts{"EL0209 3:3"});
  CHECK(of("A-B: x") == Texts{"EL0209 3:3"});
  CHECK(of("AWS_REGION: x") == Texts{"EL0209 3:3"});
  CHECK(of("_HANDLER: x") == Texts{"EL0209 3:3"});
  CHECK(of("AB: true") == Texts{"EL0229 3:7"});
  CHECK(of("AB: 'true'").empty());
  CHECK(of("AB: 2026-01-31") == Texts{"EL0210 3:7"});
  const auto variables =
      read("dependencies: [a]\nvariables: {A: 3.10, B: ~, C: 8, D: ''}\n").environment.variables;
  CHECK(variables == std::map<std::string, std::string>{{"A", "3.1"}, {"C", "8"}, {"D", ""}});
  CHECK(findings("dependencies: [a]\nvariables: [A]\n") == Texts{"EL0202 2:12"});
  // What a shell would run; quotes are carried.
  CHECK(findings("dependencies: [a]\nvariables: {A: $(touch x)}\n") == Texts{"EL0210 2:16"});
  CHECK(findings("dependencies: [a]\nvariables: {A: a`id`b}\n") == Texts{"EL0210 2:16"});
  CHECK(findings("dependencies: [a]\nprefix: /x/$(id)\n") == Texts{"EL0210 2:9"});
}

TEST_CASE("entries that are no packages", "[conda]")
{
  CHECK(findings_in("- numpy==\n") == Texts{"EL0206 2:10"});
  CHECK(findings_in("- 'numpy=$(id)'\n") == Texts{"EL0206 2:10"});
  CHECK(findings_in("- \"numpy\\nRUN evil\"\n") == Texts{"EL0206 2:3"});
  CHECK(findings_in("-\n- a\n") == Texts{"EL0206 2:1"});
  CHECK(findings_in("- - a\n") == Texts{"EL0202 2:3"});
  CHECK(findings_in("- npm: [x]\n") == Texts{"EL0204 2:3"});
  CHECK(findings_in("- python: 3.11\n") == Texts{"EL0204 2:3"});
  CHECK(hint_of("dependencies:\n- python: 3.11\n").find("- python=3.11`") != std::string::npos);
  CHECK(findings_in("- a*\n") == Texts{"EL0219 2:3"});
  CHECK(findings_in("- ./a-1-0.conda\n") == Texts{"EL0219 2:3"});
  CHECK(findings_in("- conda-forge/win-64::a\n- b\n") == Texts{"EL0218 2:3"});
  CHECK(findings_in("- conda-forge/linux-64::a\n").empty());
  CHECK(findings(read("dependencies: ['x/linux-64::a']\n", {"3.11", "arm64"})) == Texts{"EL0218 1:16"});
}

TEST_CASE("all findings of a file come at once", "[conda]")
{
  CHECK(findings("name: a b\nchannels: {}\ndependencies:\n- a==\n- b==\n- npm: []\nvariables: 1\n") ==
        Texts{"EL0212 1:8", "EL0202 2:11", "EL0202 7:12", "EL0206 4:6", "EL0206 5:6", "EL0204 6:3"});
}

TEST_CASE("selectors are evaluated for Linux", "[conda]")
{
  const auto result =
      read("dependencies:\n- sel(linux): a\n- sel(unix): b=1\n- sel(win): c\n- sel(osx): d>2\n");
  CHECK(specs(result) == Texts{"a", "b=1"});
  REQUIRE(result.environment.dropped.size() == 2);
  CHECK(result.environment.dropped[1].name == "d");
  CHECK(result.environment.dropped[1].reason == "`sel(osx)` is false on Linux");
  CHECK(findings_in("- sel(bsd): a\n") == Texts{"EL0222 2:3"});
  CHECK(findings_in("- sel(linux): [a]\n") == Texts{"EL0202 2:15"});
}

TEST_CASE("comment selectors are evaluated for Linux and said to be", "[conda]")
{
  const std::string text = "dependencies:\n- a # [linux]\n- b # [win]\n- c  #[ osx or linux64 ]\n"
                           "- d # [see below]\n- e # [not win]\n- f # [aarch64]\n- g # [arm64]\n"
                           "- h # [unix]\n- pip # for the list below [linux]\n- pip:\n"
                           "  - i # [osx]\n  - j # [not osx and unix]\n";
  const auto result = read(text);
  CHECK(specs(result) == Texts{"a", "c", "d", "e", "h", "pip"});
  REQUIRE(result.environment.pip.size() == 1);
  CHECK(result.environment.pip[0].name == "j");
  CHECK(findings(result) == Texts{"EL0227 2:5", "EL0227 5:5"});
  const diag::Diagnostic& note = result.diagnostics.all()[0];
  CHECK(note.message.find("are evaluated for linux-64") != std::string::npos);
  CHECK(note.notes == Texts{"b: its selector `# [win]` is false on linux-64",
                            "f: its selector `# [aarch64]` is false on linux-64",
                            "g: its selector `# [arm64]` is false on linux-64: it names macOS, `aarch64` "
                            "names Linux",
                            "i: its selector `# [osx]` is false on linux-64"});
  CHECK(specs(read(text, {"3.11", "arm64"})) == Texts{"a", "d", "e", "f", "h", "pip"});
  // The whole section, and no complaint about what is not for Linux.
  CHECK(specs(read("dependencies:\n- a\n- pip: # [win]\n  - b\n- c== # [win]\n")) == Texts{"a"});
  CHECK_FALSE(read("dependencies:\n- a\n- c== # [win]\n").diagnostics.has_errors());
}

TEST_CASE("comment selectors ask for Python as conda-build has it", "[conda]")
{
  const std::string text =
      "dependencies:\n- a # [py3k]\n- b # [py2k]\n- c # [linux and py<311]\n- d # [py >= 39]\n"
      "- e # [not win and py311]\n- f # [py==310]\n";
  CHECK(specs(read(text, {"3.11", "x86_64"})) == Texts{"a", "d", "e"});
  CHECK(specs(read(text, {"3.10", "x86_64"})) == Texts{"a", "c", "d", "f"});
  // The file's own Python decides.
  environment::Target target;
  target.choose_python = [](const environment::Environment& asked) {
    return asked.python.find("3.10") != std::string::npos ? "3.10" : "3.13";
  };
  CHECK(specs(read("dependencies:\n- c # [py<311]\n- python=3.10\n", target)).size() == 2);
  CHECK(specs(read("dependencies:\n- c # [py<311]\n- python=3.13\n", target)).size() == 1);
}

TEST_CASE("what is said of comments in brackets is true", "[conda]")
{
  const auto messages = [](const std::string& text) {
    Texts texts;
    const auto result = read(text);
    for (const diag::Diagnostic& finding : result.diagnostics.all()) {
      texts.push_back(finding.message);
    }
    return texts;
  };
  CHECK(messages("dependencies:\n- a # [not win]\n- b # [linux and x86_64]\n") ==
        Texts{"2 comment selectors are evaluated for linux-64: nothing is left out"});
  CHECK(messages("dependencies:\n- a # [win]\n- b\n") ==
        Texts{"one comment selector is evaluated for linux-64: one entry is not installed"});
  CHECK(messages("dependencies:\n- a # see [1]\n") ==
        Texts{"one comment in brackets is no selector that envlift knows: what stands before is installed"});
}

TEST_CASE("forms of packages beside NAME=VERSION", "[conda]")
{
  const std::string hash(64, 'a');
  const auto result =
      read("dependencies:\n- conda-forge::a\n- bioconda/noarch::b>=1\n- c[version='>=2',build=py*]\n"
           "- https://h/x/noarch/d-1-0.conda#sha256:" +
           hash + "\n- https://h/x/noarch/e-1-0.tar.bz2#" + std::string(32, 'b') + "\n- uv\n");
  CHECK(specs(result) == Texts{"conda-forge::a", "bioconda/noarch::b[version='>=1']",
                               "c[version='>=2',build=py*]",
                               "https://h/x/noarch::d==1=0[sha256=" + hash + "]",
                               "https://h/x/noarch::e==1=0[md5=" + std::string(32, 'b') + "]", "uv"});
  CHECK(result.environment.conda[3].sha256 == hash);
  CHECK(findings(result).empty());
}

TEST_CASE("conda-lock's pip-repositories are indexes of the pip section", "[conda]")
{
  const auto result = read("pip-repositories: ['https://h/simple']\ncategory: dev\nplatforms: [linux-64]\n"
                           "dependencies:\n- pip\n- pip: [torch==2.0+cu118]\n");
  CHECK(findings(result).empty());
  REQUIRE(result.environment.pip_options.size() == 1);
  CHECK(result.environment.pip_options[0].option == "--extra-index-url");
  CHECK(result.environment.pip_options[0].value == "https://h/simple");
  CHECK(findings("pip-repositories: ['https://u:pw12345@h/simple']\ndependencies: [pip, pip: [a]]\n") ==
        Texts{"EL0405 1:21"});
  CHECK(findings("pip-repositories: {a: b}\ndependencies: [a]\n") == Texts{"EL0202 1:19"});
}

TEST_CASE("what only one machine has, in a pip section", "[conda]")
{
  const auto result =
      read("dependencies:\n- pip\n- pip:\n  - numpy @ file:///C:/b/abs_0b7wxt1x3h/croot/numpy_1668/work\n"
           "  - idna @ file:///croot/idna_1/work/dist/idna-3.4-py3-none-any.whl\n"
           "  - six @ file:///tmp/build/80754af9/six_1644875935023/work\n"
           "  - pkg-resources==0.0.0\n  - pywin32==306\n  - pypiwin32==223\n  - pywinpty==2\n"
           "  # Editable install with no version control (x==1)\n  - -e /home/me/x\n");
  CHECK(findings(result) ==
        Texts{"EL0318 4:5", "EL0318 5:5", "EL0318 6:5", "EL0319 7:5", "EL0307 12:8", "EL0401 8:5"});
  Texts requirements;
  for (const auto& package : result.environment.pip) {
    requirements.push_back(package.requirement);
  }
  CHECK(requirements == Texts{"numpy", "idna==3.4", "six", "/home/me/x"});
  CHECK(result.environment.dropped.size() == 4);
}

TEST_CASE("packages asked for twice", "[conda]")
{
  const auto result = read("dependencies:\n- a=1\n- b\n- a=2\n- b\n");
  CHECK(findings(result) == Texts{"EL0217 4:3", "EL0217 5:3"});
  CHECK(result.diagnostics.all()[0].notes == Texts{"line 2 has `a=1`"});
  CHECK(specs(result) == Texts{"a=1", "b", "a=2"});
}

TEST_CASE("an export from Windows loses its builds and what Linux has not", "[conda]")
{
  const auto result =
      read("dependencies:\n- python=3.11.2=hcf16a7b_0_cpython\n- vc=14.3=h8a93ad2_22\n- vcrpy=6.0.1=pyh_0\n");
  CHECK(specs(result) == Texts{"python==3.11.2", "vcrpy==6.0.1=pyh_0"});
  REQUIRE(result.environment.dropped.size() == 1);
  CHECK(result.environment.dropped[0].name == "vc");
  CHECK(findings(result) == Texts{"EL0401 3:3", "EL0216 2:3"});
  CHECK_FALSE(result.diagnostics.has_errors());
  CHECK(specs(read("dependencies: [a=1=b_0]\nprefix: C:\\Users\\a\\envs\\x\n")) == Texts{"a==1"});
  CHECK(specs(read("dependencies: [a=1=b_0]\nprefix: /Users/a/envs/x\n")) == Texts{"a==1"});
  CHECK(specs(read("dependencies: [a=1=b_0]\nprefix: /home/a/envs/x\n")) == Texts{"a==1=b_0"});
}

TEST_CASE("only builds that Linux cannot have are removed", "[conda]")
{
  const std::string url = "https://conda.anaconda.org/conda-forge/noarch/idna-3.10-pyhd8ed1ab_1.conda";
  const auto result = read("dependencies:\n- libblas=*=*openblas\n- a=1=^py.*$\n- " + url +
                           "\n- six=1.16.0=pyh6c4a22f_0\n- fonts=1=0\n- tqdm=4.66=pyhd8ed1ab_0\n"
                           "- click=8.1=unix_pyh707e725_0\n- conda-forge/linux-64::b=1=h1_0\n"
                           "- numpy=1.26.4=py311h0b4df5a_0\n- qt=5.9.7=vc14h73c81de_0\n- pywin32\n");
  CHECK(specs(result) == Texts{"libblas[build=*openblas]", "a==1[build='^py.*$']",
                               "conda-forge/noarch::idna==3.10=pyhd8ed1ab_1", "six==1.16.0=pyh6c4a22f_0",
                               "fonts==1=0", "tqdm==4.66", "click==8.1=unix_pyh707e725_0",
                               "conda-forge/linux-64::b==1=h1_0", "numpy==1.26.4", "qt==5.9.7"});
  CHECK(findings(result) == Texts{"EL0401 12:3", "EL0216 7:3"});
  CHECK(result.diagnostics.all()[1].notes ==
        Texts{"the build itself is named as one of Windows: qt vc14h73c81de_0",
              "the file is an export of another system: it has `pywin32`, which Linux has not, in line 12: "
              "numpy py311h0b4df5a_0",
              "the package has builds of its own for every system, although it is `noarch`: tqdm "
              "pyhd8ed1ab_0"});
}

TEST_CASE("one line of another system makes no export of a list from Linux", "[conda]")
{
  const auto result =
      read("dependencies:\n- _libgcc_mutex=0.1=conda_forge\n- numpy=1.26.4=py311h64a7726_0\n- pywin32\n"
           "- qt=5.9.7=vc14h73c81de_0\n");
  CHECK(specs(result) ==
        Texts{"_libgcc_mutex==0.1=conda_forge", "numpy==1.26.4=py311h64a7726_0", "qt==5.9.7"});
  CHECK(findings(result) == Texts{"EL0401 4:3", "EL0216 5:3"});
}

TEST_CASE("the pip section", "[conda]")
{
  CHECK(findings_in("- pip:\n  - requests\n") == Texts{"EL0215 2:3"});
  CHECK(findings_in("- pip\n- pip:\n").empty());
  CHECK(findings_in("- pip\n- pip: pandas==2.0\n") == Texts{"EL0203 3:8"});
  CHECK(hint_of("dependencies:\n- pip\n- pip: pandas==2.0\n") ==
        "put it on its own line below `pip:`, as `- pandas==2.0`");
  CHECK(findings_in("- pip\n- pip: {a: b}\n") == Texts{"EL0203 3:8"});
  CHECK(findings_in("- pip\n- pip:\n  - a: b\n  -\n") == Texts{"EL0203 4:5", "EL0203 5:3"});
  CHECK(findings_in("- pip\n- pip:\n  - \"a\\nb\"\n") == Texts{"EL0225 4:5"});
  CHECK(findings_in("- pip\n- pip:\n  - jedi=0.17.0=py38_0\n") == Texts{"EL0220 4:5"});
  CHECK(hint_of("dependencies:\n- pip\n- pip:\n  - jedi=0.17.0=py38_0\n") == "write `jedi==0.17.0`");
  const auto twice = read("dependencies:\n- pip\n- pip: [a]\n- pip: [b]\n");
  CHECK(findings(twice) == Texts{"EL0214 4:3"});
  REQUIRE(twice.environment.pip.size() == 1);
  CHECK(twice.environment.pip[0].name == "b");
}

TEST_CASE("a package from conda and from pip", "[conda]")
{
  const auto result =
      read("dependencies:\n- pip\n- pytorch\n- ruamel.yaml\n- pip: [torch, ruamel_yaml, numpy]\n");
  CHECK(findings(result) == Texts{"EL0402 5:9", "EL0402 5:16"});
  CHECK(result.diagnostics.all()[0].notes == Texts{"conda's is in line 3"});
}

TEST_CASE("platforms and prefix", "[conda]")
{
  CHECK(findings("dependencies: [a]\nplatforms: [osx-64]\n") == Texts{"EL0224 2:1"});
  CHECK(findings("dependencies: [a]\nplatforms: [linux-64, win-64]\n").empty());
  CHECK(findings("dependencies: [a]\nplatforms: {a: b}\n") == Texts{"EL0202 2:12"});
  CHECK(findings("dependencies: [a]\nprefix: /opt/x\n") == Texts{"EL0213 2:1"});
}

TEST_CASE("builds of an environment that conda-lock rendered stay on its own platform", "[conda]")
{
  const std::string text = "# Generated by conda-lock.\n# platform: linux-64\nchannels:\n  - conda-forge\n"
                           "dependencies:\n  - python=3.11.5=hab00c5b_0_cpython\n  - tzdata=2024a=h0c530f3_0\n"
                           "  - pip:\n      - six == 1.16.0 --hash=sha256:" + std::string(64, 'a') + "\n";
  const auto same = read(text);
  CHECK(specs(same) == Texts{"python==3.11.5=hab00c5b_0_cpython", "tzdata==2024a=h0c530f3_0"});
  CHECK(findings(same) == Texts{"EL0215 8:5"});
  REQUIRE(same.environment.pip.size() == 1);
  CHECK(same.environment.pip[0].requirement == "six==1.16.0");
  const auto other = read(text, {.arch = "arm64"});
  CHECK(specs(other)[0] == "python==3.11.5");
  CHECK(findings(other)[0] == "EL0216 6:5");
}

TEST_CASE("a second word is a version to conda, and said", "[conda]")
{
  const auto result = read("dependencies:\n- numpy scipy\n- jpeg 9b\n- a v1\n- b =1 py37\n- 'c[version=x]'\n- d *\n");
  CHECK(findings(result) == Texts{"EL0228 2:9"});
  CHECK(result.environment.conda.at(0).spec == "numpy==scipy");
  CHECK(result.diagnostics.all().at(0).hint.find("`numpy` and `scipy`") != std::string::npos);
}

TEST_CASE("a short channel token is refused and never repeated", "[conda]")
{
  for (const char* text : {"channels: ['https://host/t/12345/chan']\ndependencies: [a]\n",
                           "dependencies: ['https://host/t/12345/chan::a']\n",
                           "dependencies: ['https://host/t/12345/chan/noarch/a-1-0.conda']\n"}) {
    const auto result = read(text);
    REQUIRE(result.diagnostics.all().size() == 1);
    CHECK(result.diagnostics.all()[0].code == "EL0208");
    CHECK(result.diagnostics.all()[0].message.find("12345") == std::string::npos);
    CHECK(result.environment.channels.empty());
  }
}

TEST_CASE("a variable in a channel is said not to be set", "[conda]")
{
  for (const std::string channel :
       {"${UNSET}/x", "https://h/$TEAM/x", "https://${USER}:${TOKEN}@h/x", "https://h/t/${TOKEN}/x"}) {
    CAPTURE(channel);
    const auto result = read("channels: [\"" + channel + "\"]\ndependencies: [numpy]\n");
    REQUIRE(findings(result) == Texts{"EL0251 1:12"});
    const bool names_condarc = result.diagnostics.all()[0].hint.find("`condarc`") != std::string::npos;
    CHECK(names_condarc == (channel.find("TOKEN") != std::string::npos));
  }
}
