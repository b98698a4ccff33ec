#include "fakes/memory_files.hpp"
#include "input/formats.hpp"
#include "input/requirements.hpp"

#include <catch2/catch.hpp>

#include <map>
#include <string>
#include <vector>

using namespace envlift;
using fakes::MemoryFiles;
using Contents = std::map<std::string, std::string>;
using Texts = std::vector<std::string>;

namespace {

const environment::Target k_target{.python_minor = "3.11", .arch = "x86_64"};
const std::string k_sha256(64, 'a');
const std::string k_other_sha256(64, 'b');

input::ReadResult read_file(const std::string& path, const Contents& contents)
{
  input::ReadResult result;
  const MemoryFiles files(contents);
  result.environment.sources.push_back({path, "pip-requirements"});
  environment::Target target = k_target;
  input::read_pip_requirements(path, contents.at(path), files, target, result);
  return result;
}

input::ReadResult read(const std::string& text, Contents others = {})
{
  others["requirements.txt"] = text;
  return read_file("requirements.txt", others);
}

// "CODE LINE:COLUMN+LENGTH" of each finding; none is without advice.
Texts findings(const input::ReadResult& result)
{
  Texts texts;
  for (const diag::Diagnostic& finding : result.diagnostics.all()) {
    CAPTURE(finding.code, finding.message);
    CHECK_FALSE(finding.hint.empty());
    CHECK_FALSE(finding.span.file.empty());
    const diag::Span& span = finding.span;
    texts.push_back(finding.code + " " + std::to_string(span.line) + ":" + std::to_string(span.column) + "+" +
                    std::to_string(span.length));
  }
  return texts;
}

Texts findings(const std::string& text, const Contents& others = {})
{
  return findings(read(text, others));
}

Texts codes(const std::string& text, const Contents& others = {})
{
  Texts result;
  for (const std::string& finding : findings(text, others)) {
    result.push_back(finding.substr(0, 6));
  }
  return result;
}

// The canonical requirements that are installed.
Texts installed(const std::string& text, const Contents& others = {})
{
  Texts texts;
  for (const auto& package : read(text, others).environment.pip) {
    texts.push_back(package.requirement);
  }
  return texts;
}

// Whether the line adds nothing, or a row that is the name alone.
bool lists_only(const std::string& line, const std::string& name)
{
  const auto rows = installed(line + "\n");
  return rows.empty() || rows == Texts{name};
}

Texts dropped(const std::string& text)
{
  Texts names;
  for (const environment::Dropped& one : read(text).environment.dropped) {
    CHECK_FALSE(one.reason.empty());
    CHECK(one.span.line > 0);
    names.push_back(one.name);
  }
  return names;
}

std::string hint_of(const std::string& text)
{
  const auto result = read(text);
  return result.diagnostics.all().empty() ? "" : result.diagnostics.all().front().hint;
}

bool has(const std::string& text, const std::string& part)
{
  return text.find(part) != std::string::npos;
}

std::string pin(const std::string& name, const std::string& hash = k_sha256)
{
  return name + "==1.0 --hash=sha256:" + hash + "\n";
}

}  // namespace

TEST_CASE("a requirement has its parts and its place", "[requirements]")
{
  const auto result = read("# first\n\n  Foo.Bar[B,a] >=1, <2 ; python_version >= '3.8'  # why\n");
  CHECK(result.diagnostics.all().empty());
  REQUIRE(result.environment.pip.size() == 1);
  const environment::PipPackage& package = result.environment.pip.front();
  CHECK(package.name == "foo-bar");
  CHECK(package.requirement == "Foo.Bar[B,a]<2,>=1; python_version >= \"3.8\"");
  CHECK(package.extras == Texts{"a", "b"});
  CHECK(package.specifier == "<2,>=1");
  CHECK(package.marker == "python_version >= \"3.8\"");
  CHECK(package.span.file == "requirements.txt");
  CHECK(package.span.line == 3);
  CHECK(package.span.column == 3);
  CHECK(package.span.length == 46);
}

TEST_CASE("lines are joined and comments removed as pip does it", "[requirements]")
{
  CHECK(installed("a==\\\n1.0\nb\n") == Texts{"a==1.0", "b"});
  CHECK(installed("a \\\r\n  >=1\r\nb\r\n") == Texts{"a>=1", "b"});
  CHECK(installed("a # c \\\nb\n") == Texts{"a"});   // the comment goes after the lines are joined
  CHECK(installed("# c \\\nb\n") == Texts{"b"});     // but a comment's backslash joins nothing
  CHECK(installed("a\\\n# c\nb\n") == Texts{"a", "b"});
  CHECK(installed("a\\\n") == Texts{"a"});
  CHECK(installed("a\t# c\n") == Texts{"a"});
  CHECK(installed("a @ https://h.org/a-1.zip#egg=a\n") == Texts{"a @ https://h.org/a-1.zip#egg=a"});
}

TEST_CASE("a finding in a joined line shows where the text stands", "[requirements]")
{
  CHECK(findings("a==1.0 \\\n    --hash=sha256:00\n") == Texts{"EL0311 2:12+9"});
  CHECK(findings("a==1.0 \\\n  --hash=sha256:" + k_sha256 + " \\\n  --nothing\n") == Texts{"EL0302 3:3+9"});
}

TEST_CASE("files with nothing in them and files that are no text", "[requirements]")
{
  CHECK(codes("").empty());   // pip takes them, too
  CHECK(codes("# a\n\n  # b\n").empty());
  CHECK(findings("ok\n\xE9\n") == Texts{"EL0105 2:1+1"});
  CHECK(findings(std::string("ok\na\0\n", 6)) == Texts{"EL0106 2:2+1"});
  CHECK(installed("\xEF\xBB\xBFok\n") == Texts{"ok"});
}

TEST_CASE("a text that is no requirement is refused with the cure", "[requirements]")
{
  CHECK(findings("flask\na b\n") == Texts{"EL0301 2:3+0"});
  CHECK(has(hint_of("flask => 1.0\n"), "`flask>=1.0`"));
  CHECK(has(hint_of("flask 1.0\n"), "`flask==1.0`"));
  CHECK(has(hint_of("pip install flask\n"), "install"));
  CHECK(codes("flask; os_name ~= 'x'\n") == Texts{"EL0316"});
  CHECK(codes("flask==\n") == Texts{"EL0301"});
}

TEST_CASE("conda's pins are shown as pip writes them", "[requirements]")
{
  CHECK(findings("jedi=0.17.0=py38_0\n") == Texts{"EL0220 1:1+18"});
  CHECK(has(hint_of("jedi=0.17.0=py38_0\n"), "`jedi==0.17.0`"));
  CHECK(has(hint_of("numpy=1.20\n"), "`numpy==1.20`"));
}

TEST_CASE("nothing that a shell or a terminal would act on is read", "[requirements]")
{
  for (const std::string text : {"a$(id)", "a`id`", "a;id", "a|id", "a&&id", "a>id", "$(id)", "a==1.0`id`",
                                 "a==1.0$(id)", "a @ https://h.org/`id`", "a @ https://h.org/a\"b"}) {
    CAPTURE(text);
    CHECK(lists_only(text, "a"));
    CHECK(codes(text + "\n").size() == 1);
  }
  CHECK(codes("a\x01\n") == Texts{"EL0315"});
  CHECK(codes("a==1.0\x1b[31m\n") == Texts{"EL0315"});
  CHECK(codes("a\x7f\n") == Texts{"EL0315"});
}

TEST_CASE("options have one spelling afterwards", "[requirements]")
{
  const auto result =
      read("-i https://i.org/simple\n--extra-index-url=https://e.org/simple\n"
           "-f https://f.org/links\n--no-index\n--pre\n--no-binary :all:\n--only-binary=numpy\n"
           "--prefer-binary\n--require-hashes\n--trusted-host h.org\n");
  CHECK(result.diagnostics.all().empty());
  Texts options;
  for (const environment::PipOption& option : result.environment.pip_options) {
    options.push_back(option.option + "|" + option.value);
  }
  CHECK(options == Texts{"--index-url|https://i.org/simple", "--extra-index-url|https://e.org/simple",
                         "--find-links|https://f.org/links", "--no-index|", "--pre|",
                         "--no-binary|:all:", "--only-binary|numpy", "--prefer-binary|", "--require-hashes|",
                         "--trusted-host|h.org"});
}

TEST_CASE("options that pip does not take", "[requirements]")
{
  CHECK(findings("--extra-index https://e.org\n").empty());   // a beginning that only one option has
  CHECK(findings("a\n--indx-url https://e.org\n") == Texts{"EL0302 2:1+10"});
  CHECK(has(hint_of("--indx-url https://e.org\n"), "`--index-url`"));
  CHECK(codes("--user\n") == Texts{"EL0302"});
  CHECK(codes("-U flask\n") == Texts{"EL0302"});
  CHECK(codes("-r\n") == Texts{"EL0303"});
  CHECK(codes("--pre=1\n") == Texts{"EL0303"});
  CHECK(codes("--index-url 'https://e.org\n") == Texts{"EL0303"});
  CHECK(codes("--index-url /srv/index\n") == Texts{"EL0303"});
  CHECK(codes("--find-links ./wheels\n") == Texts{"EL0303"});
  CHECK(codes("--hash=sha256:" + k_sha256 + "\n") == Texts{"EL0303"});
}

TEST_CASE("an option of the run behind a requirement is ignored, as by pip", "[requirements]")
{
  CHECK(codes("flask --pre\n") == Texts{"EL0322"});
  CHECK(installed("flask --pre\n") == Texts{"flask"});
}

TEST_CASE("config settings belong to their requirement", "[requirements]")
{
  const auto result = read("a --config-settings=k=v --config-settings \"x=y\" -C z=1\n");
  CHECK(result.diagnostics.all().empty());
  REQUIRE(result.environment.pip.size() == 1);
  CHECK(result.environment.pip[0].config_settings == Texts{"k=v", "x=y", "z=1"});
  CHECK(codes("a --config-settings=k\n") == Texts{"EL0303"});
  CHECK(codes("a --config-settings=\"k=a b\"\n") == Texts{"EL0303"});
}

TEST_CASE("hashes are checked for what pip takes", "[requirements]")
{
  const std::string sha512(128, 'C');
  const auto result = read("a==1.0 --hash=sha256:" + k_sha256 + " --hash sha512:" + sha512 + "\n");
  CHECK(result.diagnostics.all().empty());
  REQUIRE(result.environment.pip.size() == 1);
  CHECK(result.environment.pip[0].hashes == Texts{"sha256:" + k_sha256, "sha512:" + std::string(128, 'c')});
  for (const std::string& hash : {"md5:" + std::string(32, 'a'), "sha1:" + std::string(40, 'a'),
                                  "sha224:" + std::string(56, 'a'), "sha256:" + std::string(63, 'a'),
                                  "sha256:" + std::string(64, 'g'), k_sha256, std::string("sha256:")}) {
    CAPTURE(hash);
    CHECK(codes("a==1.0 --hash=" + hash + "\n") == Texts{"EL0311"});
  }
}

TEST_CASE("one hash makes all requirements need one, and a pin", "[requirements]")
{
  CHECK(findings(pin("a") + pin("b", k_other_sha256)).empty());
  CHECK(findings(pin("a") + "b==1.0\n") == Texts{"EL0312 2:1+6"});
  CHECK(codes("a>=1 --hash=sha256:" + k_sha256 + "\n") == Texts{"EL0312"});
  CHECK(codes("a==1.* --hash=sha256:" + k_sha256 + "\n") == Texts{"EL0312"});
  CHECK(findings("a===1.0 --hash=sha256:" + k_sha256 + "\n").empty());
  CHECK(findings("a @ https://h.org/a-1.zip --hash=sha256:" + k_sha256 + "\n").empty());
  CHECK(findings(pin("b") + "a @ https://h.org/a-1.zip#sha256=" + k_sha256 + "\n").empty());
  CHECK(codes(pin("b") + "a @ git+https://h.org/a@1\n") == Texts{"EL0312"});
  CHECK(codes("--require-hashes\na==1.0\n") == Texts{"EL0312"});
  CHECK(findings(pin("a") + "b; os_name == 'nt'\n").empty());   // not installed
}

TEST_CASE("included files are read as if they stood there", "[requirements]")
{
  const Contents files = {{"requirements.txt", "-r sub/base.txt\nb\n"},
                          {"sub/base.txt", "-r more.txt\n--requirement=../last.txt\na\n"},
                          {"sub/more.txt", "\xEF\xBB\xBFm\n"},
                          {"last.txt", "--pre\nz\n"}};
  const auto result = read_file("requirements.txt", files);
  CHECK(findings(result).empty());
  Texts names;
  for (const auto& package : result.environment.pip) {
    names.push_back(package.name + " " + package.span.file);
  }
  CHECK(names == Texts{"m sub/more.txt", "z last.txt", "a sub/base.txt", "b requirements.txt"});
  CHECK(result.environment.pip_options.size() == 1);
  Texts sources;
  for (const environment::SourceFile& source : result.environment.sources) {
    sources.push_back(source.path);
    CHECK(source.format == "pip-requirements");
  }
  CHECK(sources == Texts{"requirements.txt", "sub/base.txt", "sub/more.txt", "last.txt"});
  CHECK(result.sources.line("sub/base.txt", 3) == "a");
  CHECK(result.sources.line("sub/more.txt", 1) == "m");
}

TEST_CASE("files that cannot be included", "[requirements]")
{
  CHECK(findings("a\n-r absent.txt\n") == Texts{"EL0304 2:4+10"});
  CHECK(codes("-r sub\n", {{"sub/x.txt", "a"}}) == Texts{"EL0304"});
  CHECK(codes("-r ../outside.txt\n") == Texts{"EL0304"});
  CHECK(codes("-r /etc/passwd\n") == Texts{"EL0304"});
  CHECK(codes("-r https://h.org/r.txt\n") == Texts{"EL0304"});
  CHECK(codes("-c https://h.org/c.txt\n") == Texts{"EL0304"});
  CHECK(codes("-r requirements.txt\n") == Texts{"EL0305"});
  CHECK(codes("-r a.txt\n", {{"a.txt", "-r ./requirements.txt\n"}}) == Texts{"EL0305"});
  const auto bad = read("-r a.txt\n", {{"a.txt", "x\n\xFF"}});
  REQUIRE(bad.diagnostics.all().size() == 1);
  CHECK(bad.diagnostics.all()[0].code == "EL0105");
  CHECK(bad.diagnostics.all()[0].span.file == "a.txt");
  CHECK(bad.diagnostics.all()[0].span.line == 2);
}

TEST_CASE("files that include others without end do not keep the reader", "[requirements]")
{
  Contents doubling;
  for (int i = 0; i < 30; ++i) {
    const std::string next = std::to_string(i + 1) + ".txt";
    doubling[std::to_string(i) + ".txt"] = "-r " + next + "\n-r " + next + "\n";
  }
  doubling["30.txt"] = "a\n";
  CHECK(read("-r 0.txt\n", doubling).diagnostics.has_errors());
}

TEST_CASE("the same file may be included twice", "[requirements]")
{
  const Contents files = {{"c.txt", "a==1\n"}, {"x.txt", "-c c.txt\nb\n"}, {"y.txt", "-c c.txt\nc\n"}};
  CHECK(findings("-r x.txt\n-r y.txt\n", files).empty());
}

TEST_CASE("constraints are kept apart from what is installed", "[requirements]")
{
  const auto result =
      read("flask\n-c c.txt\n", {{"c.txt", "Werkzeug<3\n-r more.txt\n"}, {"more.txt", "m\n"}});
  CHECK(findings(result).empty());
  REQUIRE_FALSE(result.environment.constraints.empty());
  CHECK(result.environment.constraints[0].requirement == "Werkzeug<3");
  CHECK(result.environment.constraints[0].span.file == "c.txt");
  CHECK(codes("-c c.txt\n", {{"c.txt", "a[b]==1\n"}}) == Texts{"EL0313"});
  CHECK(codes("-c c.txt\n", {{"c.txt", "-e ./a\n"}}) == Texts{"EL0313"});
  CHECK(codes("-c c.txt\n", {{"c.txt", "./a-1.0.zip\n"}, {"a-1.0.zip", ""}}) == Texts{"EL0313"});
}

TEST_CASE("local projects and archives", "[requirements]")
{
  const Contents files = {{"app/pyproject.toml", ""},
                          {"old/setup.py", ""},
                          {"empty/readme", ""},
                          {"w/x-1.0-py3-none-any.whl", ""},
                          {"y-1.0.tar.gz", ""}};
  const auto result =
      read("-e ./app\n./old/\n./w/x-1.0-py3-none-any.whl\ny-1.0.tar.gz\n-e app[dev]\n", files);
  CHECK(findings(result).empty());
  const auto& pip = result.environment.pip;
  REQUIRE(pip.size() == 5);
  CHECK((pip[0].editable && pip[0].path == "app" && pip[0].name.empty()));
  CHECK((!pip[1].editable && pip[1].path == "old"));
  CHECK((pip[2].path == "w/x-1.0-py3-none-any.whl" && pip[2].name == "x"));
  CHECK(pip[3].path == "y-1.0.tar.gz");
  CHECK((pip[4].path == "app" && pip[4].extras == Texts{"dev"}));
  CHECK(findings("-e .\n", {{"setup.py", ""}}).empty());
  CHECK(codes("./absent\n", files) == Texts{"EL0308"});
  CHECK(codes("./absent.whl\n", files) == Texts{"EL0308"});
  CHECK(codes("./empty\n", files) == Texts{"EL0308"});
  CHECK(codes("-e ../app\n", files) == Texts{"EL0307"});
  CHECK(codes("-e /home/me/app\n", files) == Texts{"EL0307"});
  CHECK(codes("C:\\app\n", files) == Texts{"EL0307"});
  CHECK(codes("-e .\\app\n", files).size() == 1);
}

TEST_CASE("URLs and repositories", "[requirements]")
{
  const auto result =
      read("a @ https://h.org/a-1.0.zip\nhttps://h.org/b-1.0-py3-none-any.whl\n"
           "git+https://h.org/c.git@main#egg=c&subdirectory=x\n-e git+https://h.org/d@1#egg=D\n"
           "e @ git+https://h.org/e@v1 ; os_name == 'posix'\n");
  CHECK(findings(result).empty());
  const auto& pip = result.environment.pip;
  REQUIRE(pip.size() == 5);
  CHECK((pip[0].name == "a" && pip[0].url == "https://h.org/a-1.0.zip"));
  CHECK((pip[1].name == "b" && pip[1].url == "https://h.org/b-1.0-py3-none-any.whl"));
  CHECK((pip[2].name == "c" && pip[2].url == "git+https://h.org/c.git@main#egg=c&subdirectory=x"));
  CHECK((pip[3].name == "d" && pip[3].editable));
  CHECK((pip[4].url == "git+https://h.org/e@v1" && pip[4].marker == "os_name == \"posix\""));
}

TEST_CASE("URLs that a build cannot use", "[requirements]")
{
  for (const std::string text :
       {"a @ git+ssh://git@h.org/a", "git+ssh://git@h.org/a#egg=a", "git@h.org:me/a.git",
        "a @ hg+https://h.org/a", "a @ s3://b/a.zip", "a @ https:///a.zip", "-e git+https://h.org/a",
        "-e https://h.org/a-1.zip"}) {
    CAPTURE(text);
    CHECK(codes(text + "\n") == Texts{"EL0309"});
    CHECK(lists_only(text, "a"));
  }
  CHECK(has(hint_of("a @ git+ssh://git@h.org/a\n"), "git+https://"));
  CHECK(codes("a @ file:///home/me/a\n") == Texts{"EL0307"});
  CHECK(codes("a@https://h.org/a-1.0.tar.gz\n").empty());   // no ssh: PEP 508 needs no spaces
}

TEST_CASE("what conda's builds leave in pip's list is taken from the index", "[requirements]")
{
  for (const std::string url :
       {"file:///C:/b/abs_84t1wy1jqq/croots/recipe/a_1/work", "file:///croot/a_1659/work",
        "file:///tmp/build/80754af9/a_1", "file:///home/conda/feedstock_root/build_artifacts/a_1/work",
        "file:///opt/concourse/worker/volumes/live/abc/volume/a_1594/work"}) {
    CAPTURE(url);
    CHECK(codes("A @ " + url + "\n") == Texts{"EL0318"});
    CHECK_FALSE(read("A @ " + url + "\n").diagnostics.has_errors());
    CHECK(installed("A @ " + url + "\n") == Texts{"A"});
  }
  CHECK(installed("a @ file:///croot/a_1/work ; os_name == 'posix'\n") == Texts{"a; os_name == \"posix\""});
}

TEST_CASE("what Linux does not have is dropped and said", "[requirements]")
{
  CHECK(dropped("pywin32==306\nflask\nappnope\n") == Texts{"pywin32", "appnope"});
  CHECK(installed("pywin32==306\nflask\ntwine\nwindrose\n") == Texts{"flask", "twine", "windrose"});
  CHECK(codes("pywin32==306\nappnope\n") == Texts{"EL0401"});
  CHECK(dropped("https://h.org/a-1.0-cp311-cp311-win_amd64.whl\n") == Texts{"a"});
  CHECK(dropped("a @ https://h.org/a-1.0-cp311-cp311-macosx_11_0_arm64.whl\n") == Texts{"a"});
  CHECK(dropped("pkg-resources==0.0.0\nflask\n") == Texts{"pkg-resources"});
  CHECK(codes("pkg_resources==0.0.0\n") == Texts{"EL0319"});
}

TEST_CASE("false markers drop, unknown ones are kept and said", "[requirements]")
{
  const auto result =
      read("a; sys_platform == 'win32'\nb; python_version < '3.9'\nc; python_version >= '3.9'\n");
  CHECK(findings(result).empty());
  CHECK(result.environment.pip.size() == 1);
  REQUIRE(result.environment.dropped.size() == 2);
  CHECK(has(result.environment.dropped[0].reason, "sys_platform == \"win32\""));
  CHECK(result.environment.dropped[1].span.line == 2);
  CHECK(codes("a; platform_release >= '5'\n") == Texts{"EL0317"});
  CHECK(installed("a; platform_release >= '5'\n") == Texts{"a; platform_release >= \"5\""});
}

TEST_CASE("wheels that do not fit the image", "[requirements]")
{
  const std::string base = "a @ https://h.org/a-1.0-";
  CHECK(findings(base + "cp311-cp311-manylinux_2_17_x86_64.manylinux2014_x86_64.whl\n").empty());
  CHECK(findings(base + "cp38-abi3-linux_x86_64.whl\n").empty());
  CHECK(codes(base + "cp39-cp39-manylinux2014_x86_64.whl\n") == Texts{"EL0310"});
  CHECK(codes(base + "cp311-cp311-manylinux2014_aarch64.whl\n") == Texts{"EL0310"});
  CHECK(codes(base + "cp311-cp311-manylinux_2_28_x86_64.whl\n") == Texts{"EL0310"});   // Amazon Linux 2: 2.26
  CHECK(codes("b @ https://h.org/a-1.0-py3-none-any.whl\n") == Texts{"EL0310"});
}

TEST_CASE("one package twice", "[requirements]")
{
  CHECK(findings("a==1.0\nA==2.0\n") == Texts{"EL0314 2:1+6"});
  CHECK(codes("a==1.0\na>=2\n") == Texts{"EL0314"});
  CHECK(codes("a===1.0\na>=2\n") == Texts{"EL0314"});
  CHECK(codes("a==1\na===1.0.0+cpu\n") == codes("a===1.0.0+cpu\n"));   // both take 1.0.0+cpu
  CHECK(codes("a @ https://h.org/a-1.zip\na @ https://h.org/a-2.zip\n") == Texts{"EL0314"});
  CHECK(codes("a==1.0\n-c c.txt\n", {{"c.txt", "a<1\n"}}) == Texts{"EL0314"});
  CHECK(findings("a==1.0\na==1.0.0\n").empty());
  CHECK(findings("a==1.0\na>=1\n").empty());
  CHECK(findings("a>=1\na<3\n").empty());
  CHECK(findings("a==1; python_version<'3'\na==2; python_version>='3'\n").empty());
}

TEST_CASE("local versions need an index that has them", "[requirements]")
{
  CHECK(codes("torch==2.0.1+cu118\n") == Texts{"EL0320"});
  CHECK(has(hint_of("torch==2.0.1+cu118\n"), "https://download.pytorch.org/whl/cu118"));
  CHECK(findings("--extra-index-url https://download.pytorch.org/whl/cu118\ntorch==2.0.1+cu118\n").empty());
}

TEST_CASE("the index of a PyTorch label is named whatever the package", "[requirements]")
{
  CHECK(has(hint_of("xformers==0.0.22+cu116\n"), "https://download.pytorch.org/whl/cu116"));
  CHECK(has(hint_of("torch==2.0.1+cpu\n"), "https://download.pytorch.org/whl/cpu"));
  CHECK_FALSE(has(hint_of("torch-scatter==2.1.0+pt112cu116\n"), "download.pytorch.org"));
}

TEST_CASE("credentials that no netrc can hold are refused and never repeated", "[requirements]")
{
  for (const std::string text :
       {"--index-url https://s3cret@h.org/simple", "a @ https://me:s3%20cret@h.org/a-1.zip",
        "git+https://s3cret@h.org/a#egg=a", "-e hg+https://me:s3cret@h.org/a#egg=a",
        "--find-links https://h.org/t/s3cret-s3cret/"}) {
    CAPTURE(text);
    const auto result = read(text + "\n");
    REQUIRE(result.diagnostics.all().size() == 1);
    const diag::Diagnostic& finding = result.diagnostics.all().front();
    CHECK(finding.code == "EL0306");
    CHECK(has(finding.hint, text.starts_with("--") ? "`pip_config`" : "`netrc`"));
    CHECK_FALSE(has(finding.message + finding.hint, "s3cret"));
    CHECK(lists_only(text, "a"));
    CHECK(result.environment.pip_options.empty());
  }
}

TEST_CASE("lines of a conda file keep their places", "[requirements]")
{
  input::ReadResult result;
  const MemoryFiles files(Contents{{"sub/more.txt", "m\n"}});
  const std::vector<input::RequirementLine> lines = {{"flask", {"sub/environment.yml", 7, 9, 5}},
                                                     {"-r more.txt", {"sub/environment.yml", 8, 9, 11}},
                                                     {"a b", {"sub/environment.yml", 9, 9, 3}}};
  input::read_requirement_lines(lines, "sub/environment.yml", files, k_target, result);
  CHECK(findings(result) == Texts{"EL0301 9:11+0"});
  REQUIRE(result.environment.pip.size() == 2);
  CHECK((result.environment.pip[0].span.line == 7 && result.environment.pip[0].span.column == 9));
  CHECK(result.environment.pip[1].span.file == "sub/more.txt");
}
