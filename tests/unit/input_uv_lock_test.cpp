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
const std::string k_other_hash = "sha256:" + std::string(64, 'b');

environment::Target target_with(Texts groups, Texts extras, const std::string& python = "3.11")
{
  return {.python_minor = python, .arch = "x86_64", .groups = std::move(groups), .extras = std::move(extras)};
}

input::ReadResult read(const std::string& text, const environment::Target& target = target_with({}, {}),
                       Contents others = {})
{
  others["uv.lock"] = text;
  return input::read_environment("uv.lock", MemoryFiles(std::move(others)), target);
}

// Codes of errors and warnings; none is without advice.
Texts codes(const input::ReadResult& result)
{
  return test::findings(result, test::Place::none, test::Notes::without);
}

const std::string k_head = "version = 1\nrevision = 3\nrequires-python = \">=3.10\"\n";
const std::string k_root = "[[package]]\nname = \"my-app\"\nversion = \"1\"\nsource = { virtual = \".\" }\n";

// A package of PyPI with one pure wheel.
std::string pure(const std::string& name, const std::string& version, const std::string& more = "")
{
  return "[[package]]\nname = \"" + name + "\"\nversion = \"" + version +
         "\"\nsource = { registry = \"https://pypi.org/simple\" }\n" + more +
         "wheels = [{ url = \"https://h/" + name + "-" + version + "-py3-none-any.whl\", hash = \"" + k_hash +
         "\" }]\n";
}

std::string root(const std::string& dependencies, const std::string& tables = "")
{
  return k_root + "dependencies = [" + dependencies + "]\n" + tables;
}

}  // namespace

TEST_CASE("uv.lock: the project is left out, and said to be", "[uv-lock]")
{
  for (const std::string source : {"virtual", "editable"}) {
    const auto result = read(k_head + "[[package]]\nname = \"my-app\"\nversion = \"1\"\nsource = { " +
                             source + " = \".\" }\ndependencies = [{ name = \"a\" }]\n" + pure("a", "1"));
    CHECK(reason_of(result, "my-app").starts_with("the project itself"));
    CHECK(requirements(result) == Texts{"a==1"});
  }
}

TEST_CASE("uv.lock: groups that uv installs by default are installed, but for those of development",
          "[uv-lock]")
{
  const std::string text =
      k_head +
      root("", "[package.dev-dependencies]\nmain2 = [{ name = \"a\" }]\ndev = [{ name = \"b\" }]\n"
               "other = [{ name = \"c\" }]\n") +
      pure("a", "1") + pure("b", "1") + pure("c", "1");
  const auto with = [&](const std::string& project) {
    return read(text, target_with({}, {}), {{"pyproject.toml", project}});
  };
  const std::string groups = "[dependency-groups]\nmain2 = ['a']\ndev = ['b']\nother = ['c']\n[tool.uv]\n";
  CHECK(requirements(read(text)).empty());
  CHECK(requirements(with(groups)).empty());
  const auto named = with(groups + "default-groups = ['main2', 'dev']\n");
  CHECK(requirements(named) == Texts{"a==1"});
  CHECK(reason_of(named, "b") == "belongs to the group `dev`, which is not asked for");
  CHECK(requirements(with(groups + "default-groups = 'all'\n")) == Texts{"a==1", "c==1"});
}

TEST_CASE("uv.lock: the environments that it is for", "[uv-lock]")
{
  const auto with = [](const std::string& markers) {
    return codes(
        read(k_head + "supported-markers = [" + markers + "]\n" + root("{ name = \"a\" }") + pure("a", "1")));
  };
  CHECK(with("\"sys_platform == 'win32'\"") == Texts{"EL0353"});
  CHECK(with("\"sys_platform == 'win32'\", \"sys_platform == 'linux'\"").empty());
}

TEST_CASE("uv.lock: the project's packages with their hashes", "[uv-lock]")
{
  const auto result =
      read(k_head + root(R"({ name = "a" }, { name = "w", marker = "sys_platform == 'win32'" })") +
           pure("a", "1.0", "dependencies = [{ name = \"b\", extra = [\"x\"] }]\n") + pure("b", "2.0") +
           "[package.optional-dependencies]\nx = [{ name = \"c\" }]\ny = [{ name = \"d\" }]\n" +
           pure("c", "3.0") + pure("d", "4.0") + pure("w", "5.0"));
  CHECK(codes(result).empty());
  CHECK(requirements(result) == Texts{"a==1.0", "b==2.0", "c==3.0"});
  CHECK(result.environment.pip_locked);
  CHECK(result.environment.pip[0].hashes == Texts{k_hash});
  CHECK(result.environment.pip[0].specifier == "==1.0");
  CHECK(result.environment.pip[0].span.line > 4);
  CHECK(result.environment.python == ">=3.10");
  CHECK(result.environment.pip_options.empty());
  CHECK(reason_of(result, "w") ==
        "its marker is false for Python 3.11 on Linux x86_64: sys_platform == 'win32'");
  CHECK(reason_of(result, "d") == "nothing that is asked for needs it");
}

TEST_CASE("uv.lock: forks, extras, groups", "[uv-lock]")
{
  const std::string fork = k_head +
                           root(R"({ name = "n", version = "1", marker = "python_full_version < '3.11'" },
              { name = "n", version = "2", marker = "python_full_version >= '3.11'" })",
                                "[package.optional-dependencies]\nx = [{ name = \"e\" "
                                "}]\n[package.dev-dependencies]\ndev = [{ name = \"g\" }]\n"
                                "[package.metadata]\nprovides-extras = [\"x\", \"empty\"]\n") +
                           pure("n", "1", "resolution-markers = [\"python_full_version < '3.11'\"]\n") +
                           pure("n", "2", "resolution-markers = [\"python_full_version >= '3.11'\"]\n") +
                           pure("e", "1") + pure("g", "1");
  CHECK(requirements(read(fork)) == Texts{"n==2"});
  CHECK(requirements(read(fork, target_with({}, {}, "3.10"))) == Texts{"n==1"});
  CHECK(requirements(read(fork, target_with({"dev"}, {"X"}))) == Texts{"n==2", "e==1", "g==1"});
  CHECK(codes(read(fork, target_with({}, {"empty"}))).empty());
  CHECK(codes(read(fork, target_with({"de"}, {"z"}))) == Texts{"EL0411", "EL0410"});
  CHECK(reason_of(read(fork), "g") == "belongs to the group `dev`, which is not asked for");
  CHECK(reason_of(read(fork), "e") == "belongs to the extra `x`, which is not asked for");
  CHECK(codes(read(fork, target_with({}, {}, "3.9"))) == Texts{"EL0414"});
}

TEST_CASE("uv.lock: forks by patch release", "[uv-lock]")
{
  const std::string text = k_head +
                           root(R"({ name = "n", version = "1", marker = "python_full_version < '3.11.4'" },
                                            { name = "n", version = "2", marker = "python_full_version >= '3.11.4'" })") +
                           pure("n", "1") + pure("n", "2");
  CHECK(requirements(read(text)) == Texts{"n==2"});
  CHECK(codes(read(text)) == Texts{"EL0351"});
  CHECK(codes(read(text, target_with({}, {}, "3.12"))).empty());
  const auto one =
      read(k_head + root(R"({ name = "n", marker = "python_full_version < '3.11.4'" })") + pure("n", "1"));
  CHECK(requirements(one) == Texts{"n==1"});
  CHECK(codes(one) == Texts{"EL0317"});
}

TEST_CASE("uv.lock: conflicting extras", "[uv-lock]")
{
  const std::string text =
      k_head +
      "conflicts = [[{ package = \"my-app\", extra = \"a\" }, { package = \"my-app\", extra = \"b\" }]]\n" +
      root(R"({ name = "i", version = "1", marker = "extra == 'extra-6-my-app-a'" },
              { name = "i", version = "2", marker = "extra == 'extra-6-my-app-b' or extra != 'extra-6-my-app-a'" })",
           "[package.optional-dependencies]\na = []\nb = []\n") +
      pure("i", "1") + pure("i", "2");
  CHECK(requirements(read(text, target_with({}, {"a"}))) == Texts{"i==1"});
  CHECK(requirements(read(text, target_with({}, {"b"}))) == Texts{"i==2"});
  CHECK(requirements(read(text)) == Texts{"i==2"});
  CHECK(codes(read(text, target_with({}, {"a", "b"}))) == Texts{"EL0350"});
}

TEST_CASE("uv.lock: sources", "[uv-lock]")
{
  struct Row {
    std::string source;
    std::string due;
  };
  const std::vector<Row> rows = {
    {R"({ git = "https://github.com/o/a?subdirectory=s&rev=v1#0123abc" })",
     "a @ git+https://github.com/o/a@0123abc#subdirectory=s"},
    {R"({ url = "https://h/a-1.tar.gz" })", "a @ https://h/a-1.tar.gz"},
    {R"({ directory = "libs/a" })", "./libs/a"},
    {R"({ editable = "libs/a" })", "./libs/a"},
    {R"({ path = "libs/a-1.tar.gz" })", "./libs/a-1.tar.gz"},
  };
  const Contents others = {{"libs/a/setup.py", ""}, {"libs/a-1.tar.gz", "x"}};
  for (const Row& row : rows) {
    CAPTURE(row.source);
    const auto result = read(k_head + root("{ name = \"a\" }") +
                                 "[[package]]\nname = \"a\"\nversion = \"1\"\nsource = " + row.source +
                                 "\nsdist = { hash = \"" + k_hash + "\" }\n",
                             target_with({}, {}), others);
    CHECK(codes(result).empty());
    CHECK(requirements(result) == Texts{row.due});
    CHECK(result.environment.pip.at(0).name == "a");
  }
  const auto refused = [&](const std::string& source) {
    return codes(read(k_head + root("{ name = \"a\" }") +
                      "[[package]]\nname = \"a\"\nversion = \"1\"\nsource = " + source + "\n"));
  };
  CHECK(refused(R"({ git = "https://p@github.com/o/a#0123abc" })") == Texts{"EL0306"});
  CHECK(refused(R"({ git = "ssh://git@github.com/o/a#0123abc" })") == Texts{"EL0309"});
  CHECK(refused(R"({ directory = "../a" })") == Texts{"EL0307"});
  CHECK(refused(R"({ directory = "absent" })") == Texts{"EL0308"});
  CHECK(refused(R"({ moon = "x" })") == Texts{"EL0344"});
  CHECK(refused(R"({ registry = "./links" })") == Texts{"EL0344"});
}

TEST_CASE("uv.lock: the project itself and other indexes", "[uv-lock]")
{
  const auto result =
      read(k_head +
           "[[package]]\nname = \"p\"\nversion = \"1\"\nsource = { editable = \".\" }\n"
           "dependencies = [{ name = \"t\" }]\n"
           "[[package]]\nname = \"t\"\nversion = \"2+cpu\"\nsource = { registry = \"https://d/whl/cpu\" }\n");
  CHECK(requirements(result) == Texts{"t==2+cpu"});
  CHECK(reason_of(result, "p") == "the project itself: its code goes into the image as the function's code");
  REQUIRE(result.environment.pip_options.size() == 1);
  CHECK(result.environment.pip_options[0].option == "--index-url");
  CHECK(result.environment.pip_options[0].value == "https://d/whl/cpu");
  CHECK(result.environment.pip_options[0].span.line == 12);
}

TEST_CASE("uv.lock: hashes of what fits, and nothing that fits", "[uv-lock]")
{
  const auto with = [](const std::string& tags) {
    return read(k_head + root("{ name = \"a\" }") +
                "[[package]]\nname = \"a\"\nversion = \"1\"\n"
                "source = { registry = \"https://pypi.org/simple\" }\nwheels = [\n"
                "{ url = \"https://h/a-1-" +
                tags + ".whl\", hash = \"" + k_hash +
                "\" },\n"
                "{ url = \"https://h/a-1-cp311-cp311-win_amd64.whl\", hash = \"" +
                k_other_hash + "\" }]\n");
  };
  for (const char* tags : {"py3-none-any", "cp311-cp311-manylinux_2_17_x86_64.manylinux2014_x86_64",
                           "cp39-abi3-manylinux_2_99_x86_64", "cp311-cp311-linux_x86_64"}) {
    CAPTURE(tags);
    CHECK(with(tags).environment.pip.at(0).hashes == Texts{k_hash});
  }
  for (const char* tags : {"cp310-cp310-manylinux_2_17_x86_64", "cp311-cp311-manylinux_2_17_aarch64",
                           "cp311-cp311-musllinux_1_2_x86_64", "cp311-cp311-macosx_11_0_arm64",
                           "cp313-cp313t-manylinux_2_17_x86_64"}) {
    CAPTURE(tags);
    CHECK(codes(with(tags)) == Texts{"EL0413"});
  }
  CHECK(with("cp39-abi3-manylinux_2_28_x86_64").environment.pip.at(0).glibc_minor == 28);
  CHECK_FALSE(with("cp39-abi3-manylinux_2_28_x86_64").environment.pip.at(0).has_source);
  CHECK(with("cp39-abi3-manylinux_2_28_x86_64.whl\" }, { url = \"https://h/a-1-py3-none-any")
            .environment.pip.at(0)
            .glibc_minor == 0);
  CHECK(with("cp39-abi3-manylinux_2_28_x86_64.whl\" }, { url = \"https://h/a-1.tar.gz\" }, { url = "
             "\"https://h/b")
            .environment.pip.at(0)
            .has_source);
}

TEST_CASE("uv.lock: faults", "[uv-lock]")
{
  CHECK(codes(read("version = 2\n")) == Texts{"EL0118"});
  CHECK(codes(read("requires-python = \">=3.9\"\n")) == Texts{"EL0119"});
  CHECK(codes(read("version = \"1\"\n")) == Texts{"EL0119"});
  CHECK(codes(read("version = 1\nrevision = 99\n" + root(""))) == Texts{"EL0226"});
  CHECK(codes(read(k_head + pure("a", "1"))) == Texts{"EL0350"});
  CHECK(codes(read(k_head + root("{ name = \"a\" }"))) == Texts{"EL0350"});
  CHECK(codes(read(k_head + root("{ name = \"a\" }") + pure("a", "1") + pure("a", "2"))) == Texts{"EL0350"});
  CHECK(codes(read(k_head + root("{ name = \"a\", marker = \"os\" }") + pure("a", "1"))) == Texts{"EL0316"});
  CHECK(codes(read(k_head + root("{ name = \"a\" }") + pure("a", "x"))) == Texts{"EL0119"});
  CHECK(codes(read(k_head + "[[package]]\nname = \"a\"\n")) == Texts{"EL0119"});
  CHECK(codes(read("version = 1\npackage = 3\n")) == Texts{"EL0119"});
  CHECK(codes(read("version 1")) == Texts{"EL0116"});
}
