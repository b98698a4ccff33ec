#include "fakes/memory_files.hpp"
#include "input/input.hpp"
#include "input_fixture.hpp"

#include <catch2/catch.hpp>

#include <map>
#include <string>
#include <vector>

using namespace envlift;
using fakes::MemoryFiles;
using Contents = std::map<std::string, std::string>;
using test::reason_of;
using test::requirements;
using test::Texts;

namespace {

const std::string k_hash = "sha256:" + std::string(64, 'a');
const std::string k_hashes = "hashes = { sha256 = \"" + std::string(64, 'a') + "\" }";
const std::string k_head = "lock-version = \"1.0\"\ncreated-by = \"test\"\n";

environment::Target target_with(Texts groups, Texts extras, const std::string& python = "3.11")
{
  return {.python_minor = python, .arch = "x86_64", .groups = std::move(groups), .extras = std::move(extras)};
}

input::ReadResult read(const std::string& text, const environment::Target& target = target_with({}, {}),
                       Contents others = {})
{
  others["pylock.toml"] = text;
  return input::read_environment("pylock.toml", MemoryFiles(std::move(others)), target);
}

// Codes of errors and warnings; none is without advice.
Texts codes(const input::ReadResult& result)
{
  return test::findings(result, test::Place::none, test::Notes::without);
}

std::string wheel(const std::string& url)
{
  return "wheels = [{ url = \"" + url + "\", " + k_hashes + " }]\n";
}

// A package of PyPI with one pure wheel.
std::string pure(const std::string& name, const std::string& version, const std::string& rows = "")
{
  return "[[packages]]\nname = \"" + name + "\"\nversion = \"" + version + "\"\n" + rows +
         wheel("https://files.pythonhosted.org/packages/" + name + "-" + version + "-py3-none-any.whl");
}

std::string package(const std::string& rows)
{
  return k_head + "[[packages]]\nname = \"a\"\nversion = \"1\"\n" + rows + "\n";
}

}  // namespace

TEST_CASE("pylock.toml: markers, extras and groups", "[pylock]")
{
  const std::string text =
      k_head +
      "requires-python = \">=3.9\"\nextras = [\"x\"]\ndependency-groups = [\"dev\", \"Base\"]\n"
      "default-groups = [\"Base\"]\n" +
      pure("a", "1.0") + pure("w", "1.0", "marker = \"sys_platform == 'win32'\"\n") +
      pure("e", "1.0", "marker = \"'x' in extras\"\n") +
      pure("b", "1.0", "marker = \"'base' in dependency_groups\"\n") +
      pure("d", "1.0", "marker = \"'dev' in dependency_groups or 'x' in extras\"\n");
  const auto result = read(text);
  CHECK(codes(result).empty());
  CHECK(requirements(result) == Texts{"a==1.0", "b==1.0"});
  CHECK(result.environment.pip_locked);
  CHECK(result.environment.pip[0].hashes == Texts{k_hash});
  CHECK(result.environment.python == ">=3.9");
  CHECK(reason_of(result, "w") ==
        "its marker is false for Python 3.11 on Linux x86_64: sys_platform == 'win32'");
  CHECK(reason_of(result, "e") == "belongs to the extra `x`, which is not asked for");
  CHECK(reason_of(result, "d") == "belongs to the group `dev`, which is not asked for");
  CHECK(requirements(read(text, target_with({"dev"}, {"X"}))) ==
        Texts{"a==1.0", "e==1.0", "b==1.0", "d==1.0"});
  CHECK(codes(read(text, target_with({"no"}, {}))) == Texts{"EL0410"});
  CHECK(codes(read(text, target_with({}, {}, "3.8"))) == Texts{"EL0414"});
}

TEST_CASE("pylock.toml: one package of a name", "[pylock]")
{
  CHECK(codes(read(k_head + pure("a", "1") + pure("A", "2"))) == Texts{"EL0350"});
  const auto fork = read(k_head + pure("a", "1", "marker = \"python_version < '3.11'\"\n") +
                         pure("a", "2", "marker = \"python_version >= '3.11'\"\n"));
  CHECK(requirements(fork) == Texts{"a==2"});
  const auto patch = read(k_head + pure("a", "1", "marker = \"python_full_version < '3.11.4'\"\n") +
                          pure("a", "2", "marker = \"python_full_version >= '3.11.4'\"\n"));
  CHECK(requirements(patch) == Texts{"a==2"});
  CHECK(codes(patch) == Texts{"EL0317", "EL0317", "EL0351"});
  CHECK(codes(read(k_head + pure("a", "1", "requires-python = \">=3.12\"\n"))) == Texts{"EL0413"});
  const std::string environments =
      k_head + "environments = [\"sys_platform == 'win32'\", \"python_version < '3.11'\"]\n" + pure("a", "1");
  CHECK(codes(read(environments)) == Texts{"EL0353"});
  CHECK(codes(read(environments, target_with({}, {}, "3.10"))).empty());
}

TEST_CASE("pylock.toml: sources", "[pylock]")
{
  struct Row {
    std::string rows;
    std::string due;
  };
  const std::vector<Row> rows = {
    {"vcs = { type = \"git\", url = \"https://h/o/a.git\", commit-id = \"0123abc\", subdirectory = \"s\" }",
     "a @ git+https://h/o/a.git@0123abc#subdirectory=s"},
    {"directory = { path = \"libs/a\", editable = true }", "./libs/a"},
    {"archive = { url = \"https://h/a-1.tar.gz\", " + k_hashes + " }", "a @ https://h/a-1.tar.gz"},
    {"archive = { path = \"libs/a-1.tar.gz\", " + k_hashes + " }", "./libs/a-1.tar.gz"},
    {"index = \"https://p/simple\"\n" + wheel("https://p/a-1-py3-none-any.whl"), "a==1"},
    {wheel("https://other/a-1-py3-none-any.whl"), "a @ https://other/a-1-py3-none-any.whl"},
    {"sdist = { url = \"https://files.pythonhosted.org/a-1.tar.gz\", " + k_hashes + " }", "a==1"},
    {"wheels = [{ path = \"libs/a-1-py3-none-any.whl\", " + k_hashes +
         " }, { path = \"libs/a-1-cp311-cp311-linux_x86_64.whl\", " + k_hashes +
         " }, { path = \"libs/a-1-cp310-cp310-linux_x86_64.whl\", " + k_hashes + " }]",
     "./libs/a-1-cp311-cp311-linux_x86_64.whl"},
  };
  const Contents others = {
    {"libs/a/setup.py", ""}, {"libs/a-1.tar.gz", "x"}, {"libs/a-1-cp311-cp311-linux_x86_64.whl", "x"}};
  for (const Row& row : rows) {
    CAPTURE(row.rows);
    const auto result = read(package(row.rows), target_with({}, {}), others);
    CHECK(codes(result).empty());
    CHECK(requirements(result) == Texts{row.due});
  }
  CHECK(read(package(wheel("https://other/a-1-cp311-cp311-manylinux_2_28_x86_64.whl")))
            .environment.pip.at(0)
            .glibc_minor == 28);
  CHECK(reason_of(read(package("directory = { path = \".\" }")), "a") ==
        "the project itself: its code goes into the image as the function's code");
}

TEST_CASE("pylock.toml: faults", "[pylock]")
{
  CHECK(codes(read("created-by = \"t\"\npackages = []\n")) == Texts{"EL0119"});
  CHECK(codes(read("lock-version = \"2.0\"\ncreated-by = \"t\"\npackages = []\n")) == Texts{"EL0118"});
  // PEP 751: an unknown minor version is read, with a warning.
  const auto newer = read("lock-version = \"1.1\"\ncreated-by = \"t\"\n[[packages]]\nname = \"a\"\nversion = \"1\"\nsdist = { url = "
                          "\"https://h/a-1.tar.gz\", " + k_hashes + " }\n");
  CHECK(codes(newer) == Texts{"EL0357"});
  CHECK(newer.environment.pip.size() == 1);
  CHECK(newer.diagnostics.all()[0].span.line == 1);
  CHECK(codes(read("lock-version = 1.0\ncreated-by = \"t\"\npackages = []\n")) == Texts{"EL0119"});
  CHECK(codes(read("lock-version = \"1.0\"\npackages = []\n")) == Texts{"EL0119"});
  CHECK(codes(read(k_head)) == Texts{"EL0119"});
  CHECK(codes(read(k_head + "packages = [1]\n")) == Texts{"EL0119"});
  struct Row {
    std::string rows;
    std::string due;
  };
  const std::vector<Row> rows = {
    {"", "EL0354"},
    {"wheels = []", "EL0354"},
    {"directory = { path = \"x\" }\nvcs = { type = \"git\", url = \"https://h\", commit-id = \"0\" }",
     "EL0354"},
    {"directory = { path = \"../x\" }", "EL0307"},
    {"directory = { path = \"absent\" }", "EL0308"},
    {"directory = { editable = true }", "EL0119"},
    {"vcs = { type = \"git\", url = \"https://h/a\" }", "EL0119"},
    {"vcs = { type = \"git\", path = \"x\", commit-id = \"0\" }", "EL0344"},
    {"vcs = { type = \"hg\", url = \"https://h/a\", commit-id = \"0\" }", "EL0309"},
    {"archive = { url = \"https://secret@h/a-1.tar.gz\", " + k_hashes + " }", "EL0306"},
    {"archive = { url = \"https://h/a-1.tar.gz\" }", "EL0119"},
    {"archive = { url = \"https://h/a-1.tar.gz\", hashes = { md5 = \"0\" } }", "EL0311"},
    {"archive = { url = \"https://h/a-1.tar.gz\", hashes = { sha256 = \"0\" } }", "EL0311"},
    {"archive = { " + k_hashes + " }", "EL0119"},
    {wheel("https://files.pythonhosted.org/a-1-cp311-cp311-win_amd64.whl"), "EL0413"},
    {wheel("https://other/a-1-cp311-cp311-win_amd64.whl"), "EL0413"},
    {"marker = \"'x' in names\"\n" + wheel("https://files.pythonhosted.org/a-1-py3-none-any.whl"), "EL0316"},
    {"wheels = 3", "EL0119"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.rows);
    CHECK(codes(read(package(row.rows))).at(0) == row.due);
  }
}

TEST_CASE("which pylock.toml of a folder is taken", "[pylock]")
{
  const auto find = [](Contents contents) {
    return input::find_environment_file(MemoryFiles(std::move(contents))).value_or("none");
  };
  CHECK(
      find({{"pylock.toml", "x"}, {"pylock.lambda.toml", "x"}, {"environment.yml", "dependencies: []\n"}}) ==
      "pylock.lambda.toml");
  CHECK(find({{"pylock.lambda.toml", "x"}, {"pylock.envlift.toml", "x"}}) == "pylock.envlift.toml");
  CHECK(find({{"uv.lock", "x"}, {"poetry.lock", "x"}, {"pyproject.toml", "[project]\n"}}) == "uv.lock");
  CHECK(find({{"poetry.lock", "x"}, {"requirements.txt", "a\n"}}) == "poetry.lock");
  CHECK(find({{"pyproject.toml", "[project]\n"}, {"requirements.txt", "a\n"}}) == "requirements.txt");
  CHECK(find({{"pylock.dev.toml", "x"}}) == "pylock.dev.toml");
  const auto format = [](const std::string& name) {
    return input::read_environment(name, MemoryFiles(Contents{{name, k_head + "packages = []\n"}}), {})
        .environment.sources.size();
  };
  CHECK(format("pylock.dev.toml") == 1);
  CHECK(format("pylock.a.b.toml") == 0);
}
