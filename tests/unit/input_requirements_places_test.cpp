#include "fakes/memory_files.hpp"
#include "input/formats.hpp"

#include <catch2/catch.hpp>

#include <cstddef>
#include <ctime>
#include <map>
#include <string>
#include <vector>

using namespace envlift;
using Contents = std::map<std::string, std::string>;
using Texts = std::vector<std::string>;

namespace {

const std::string k_hash = " --hash=sha256:" + std::string(64, 'a');

const Contents k_project = {
  {"lib/pkg/pyproject.toml", ""}, {"lib/bare/x.py", ""}, {"dev.txt", "a\n"}, {"a b.zip", ""},
  {"w-1-py3-none-any.whl", ""},   {"p/setup.py", ""}};

input::ReadResult read(const std::string& text, Contents files = {})
{
  files["requirements.txt"] = text;
  input::ReadResult result;
  environment::Target target{.python_minor = "3.11", .arch = "x86_64"};
  input::read_pip_requirements("requirements.txt", text, fakes::MemoryFiles(files), target, result);
  return result;
}

// "CODE LINE:COLUMN" of each finding; with "FILE:" before the place when it is in an included file.
Texts findings_in(const std::string& text, const Contents& files = {})
{
  Texts texts;
  const auto result = read(text, files);
  for (const diag::Diagnostic& finding : result.diagnostics.all()) {
    CHECK_FALSE(finding.hint.empty());
    const std::string file = finding.span.file == "requirements.txt" ? "" : finding.span.file + ":";
    texts.push_back(finding.code + " " + file + std::to_string(finding.span.line) + ":" +
                    std::to_string(finding.span.column));
  }
  return texts;
}

std::string hint_of(const std::string& text, const Contents& files = {})
{
  const auto result = read(text, files);
  REQUIRE_FALSE(result.diagnostics.all().empty());
  return result.diagnostics.all().front().hint;
}

}  // namespace

TEST_CASE("every line's own problem is found at its place", "[requirements]")
{
  CHECK(findings_in("a`id`\nb$(id)\nc;d\n") == Texts{"EL0301 1:2", "EL0301 2:2", "EL0301 3:3"});
  CHECK(findings_in("-U\n--no\n-r\n--pre=1\n-i /srv/index\n-f wheels\n-i 'a b'\n--pre 'x\n") ==
        Texts{"EL0302 1:1", "EL0302 2:1", "EL0303 3:1", "EL0303 4:1", "EL0303 5:4", "EL0303 6:4",
              "EL0303 7:4", "EL0303 8:1"});
  CHECK(findings_in("--pre a\n") == Texts{"EL0302 1:7"});
  CHECK(findings_in("a --pre\n") == Texts{"EL0322 1:3"});
  CHECK(findings_in("a -C x\n") == Texts{"EL0303 1:6"});
  CHECK(findings_in("a==1 --hash=sha256:abc\n") == Texts{"EL0311 1:13"});
  CHECK(findings_in("-i https://${USER}:${PASSWORD}@h/simple\n") == Texts{"EL0321 1:12"});
}

TEST_CASE("the hint is the line to write", "[requirements]")
{
  CHECK(hint_of("scipy 1.2\n") == "write `scipy==1.2`");
  CHECK(hint_of("scipy=>1.2\n") == "write `scipy>=1.2`");
  CHECK(hint_of("conda-forge::scipy\n") == "write `scipy`");
  CHECK(hint_of("\xE2\x80\x9Cscipy\xE2\x80\x9D\n").find("U+201C") != std::string::npos);
  CHECK(hint_of("--indx-url x\n") == "did you mean `--index-url`?");
  CHECK(hint_of("./dev.txt\n", k_project) == "write `-r ./dev.txt` if it lists requirements");
  CHECK(hint_of(".\\lib\\pkg\n", k_project) == "write `./lib/pkg`");
}

TEST_CASE("problems of included files show in them", "[requirements]")
{
  CHECK(findings_in("-r a.txt\n", {{"a.txt", "-r b.txt\n"}, {"b.txt", "\n-c a.txt\n"}}) ==
        Texts{"EL0305 b.txt:2:4"});
  CHECK(findings_in("-r a.txt\n", {{"a.txt", "x\xFF"}}) == Texts{"EL0105 a.txt:1:2"});
  CHECK(findings_in("-r a.txt --pre\n", {{"a.txt", ""}}) == Texts{"EL0302 1:10"});
  CHECK(findings_in("-r../x.txt\n") == Texts{"EL0304 1:3"});
  CHECK(findings_in("--requirement=https://h/x.txt\n") == Texts{"EL0304 1:15"});
  CHECK(findings_in("-c c.txt\n", {{"c.txt", "a[x]\n-e ./p\n./p\n"}, {"p/setup.py", ""}}) ==
        Texts{"EL0313 c.txt:1:1", "EL0313 c.txt:2:1", "EL0313 c.txt:3:1"});
}

TEST_CASE("paths are refused one by one", "[requirements]")
{
  CHECK(findings_in("./nope\nnope.whl\n./lib/bare\n./dev.txt\n", k_project) ==
        Texts{"EL0308 1:1", "EL0308 2:1", "EL0308 3:1", "EL0308 4:1"});
  CHECK(findings_in("../x\n/abs/x\n~/x\nC:\\x\n.\\lib\\pkg\n", k_project) ==
        Texts{"EL0307 1:1", "EL0307 2:1", "EL0307 3:1", "EL0307 4:1", "EL0307 5:1"});
  CHECK(findings_in("./a b.zip\n", k_project) == Texts{"EL0315 1:1"});
}

TEST_CASE("what cannot have a hash is named where one is given", "[requirements]")
{
  CHECK(findings_in("a==1" + k_hash + "\nb==2\nc>=1" + k_hash + "\nd @ git+https://h/r" + k_hash +
                        "\n./p\n-e ./p\n./w-1-py3-none-any.whl\n",
                    k_project) ==
        Texts{"EL0312 2:1", "EL0312 3:1", "EL0312 4:1", "EL0312 5:1", "EL0312 6:4", "EL0312 7:1"});
  CHECK(findings_in("--no-require-hashes\na==1" + k_hash + "\nb\n").empty());
  CHECK(findings_in("-c c.txt\na==1\n", {{"c.txt", "a==1" + k_hash + "\n"}}).empty());
}

TEST_CASE("contradictions name the other line", "[requirements]")
{
  const auto result = read("a==1\nb\na==2\n");
  REQUIRE(result.diagnostics.all().size() == 1);
  CHECK(result.diagnostics.all().front().notes == Texts{"line 1 of requirements.txt asks for `a==1`"});
  CHECK(findings_in("a>=2\na==1\n") == Texts{"EL0314 2:1"});
  CHECK(findings_in("a>=1\na<2\na==1.5\na==1.5.0\na[x]==1.5\n").empty());
  CHECK(findings_in("--extra-index-url https://i/\na==1.0\na==1.0+cpu\n").empty());
}

TEST_CASE("an address's user without a secret is no credential", "[requirements]")
{
  CHECK(findings_in("x @ git+https://git@h/r\n").empty());
  CHECK(findings_in("x @ git+https://hunter2@h/r\n") == Texts{"EL0306 1:1"});
}

TEST_CASE("a requirement of an extra is none of the whole", "[requirements]")
{
  const auto result = read("a; extra == 'dev'\n");
  CHECK(result.environment.pip.empty());
  CHECK(result.environment.dropped.size() == 1);
}

// The bound is far above what an optimised build needs; it is there for what grows faster than its input.
TEST_CASE("large files are read in linear time", "[requirements]")
{
  std::string text;
  for (int i = 0; i < 20'000; ++i) {
    text += "package-" + std::to_string(i) + "==1.0 \\\n   " + k_hash + " \\\n   " + k_hash + "\n";
  }
  const std::clock_t begin = std::clock();   // of the processor: other programs take none of it
  const auto result = read(text);
  const double seconds = static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
  CHECK(result.diagnostics.all().empty());
  CHECK(result.environment.pip.size() == 20'000);
  CHECK(seconds < 10.0);
}

namespace {

// Counts how often a folder is listed.
struct CountingFiles : fakes::MemoryFiles {
  using MemoryFiles::MemoryFiles;
  mutable std::size_t listed = 0;

  std::vector<std::string> list(const std::string& folder) const override
  {
    ++listed;
    return MemoryFiles::list(folder);
  }
};

}  // namespace

TEST_CASE("a folder is looked into once, however many lines name paths in it", "[requirements]")
{
  std::string text;
  for (int i = 0; i < 50; ++i) {
    text += "./p" + std::to_string(i) + "\n";
  }
  const CountingFiles files(Contents{{"requirements.txt", text}});
  input::ReadResult result;
  environment::Target target{.python_minor = "3.11", .arch = "x86_64"};
  input::read_pip_requirements("requirements.txt", text, files, target, result);
  CHECK(result.diagnostics.all().size() == 50);
  CHECK(files.listed == 1);
}
