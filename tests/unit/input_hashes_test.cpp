// Which hashes pip takes, and what is said of packages of a lock that have none.
#include "fakes/memory_files.hpp"
#include "input/hashes.hpp"
#include "input/input.hpp"
#include "input_fixture.hpp"

#include <catch2/catch.hpp>

#include <string>

using namespace envlift;
using fakes::MemoryFiles;
using test::Texts;

namespace {

const std::string k_digits(64, 'a');

input::ReadResult read(const std::string& name, const std::string& text)
{
  const MemoryFiles files({{name, text}, {"wheels/a-1.0-py3-none-any.whl", "x"}});
  return input::read_environment(name, files, {.python_minor = "3.11", .arch = "x86_64"});
}

// "LINE: MESSAGE" of EL0245, and its notes.
Texts unhashed(const input::ReadResult& result)
{
  Texts texts;
  for (const diag::Diagnostic& finding : result.diagnostics.all()) {
    if (finding.code == "EL0245") {
      texts.push_back(std::to_string(finding.span.line) + ": " + finding.message);
      texts.insert(texts.end(), finding.notes.begin(), finding.notes.end());
    }
  }
  return texts;
}

std::string hint(const input::ReadResult& result)
{
  for (const diag::Diagnostic& finding : result.diagnostics.all()) {
    if (finding.code == "EL0245") {
      return finding.hint;
    }
  }
  return "";
}

const std::string k_none = "has no hash: nothing checks what is downloaded";

// Of uv: the package `a` with that file.
std::string uv_lock(const std::string& file)
{
  return "version = 1\nrequires-python = '>=3.11'\n[[package]]\nname = 'p'\nsource = { virtual = '.' }\n"
         "dependencies = [{ name = 'a' }]\n[[package]]\nname = 'a'\nversion = '1.0'\n"
         "source = { registry = 'https://pypi.org/simple' }\nwheels = [" +
         file + "]\n";
}

std::string poetry_lock(const std::string& files)
{
  return "[[package]]\nname = 'a'\nversion = '1.0'\ngroups = ['main']\nfiles = [" + files +
         "]\n[metadata]\nlock-version = '2.1'\npython-versions = '>=3.11'\ncontent-hash = 'x'\n";
}

std::string pipfile_lock(const std::string& packages)
{
  return "{\"_meta\": {\"pipfile-spec\": 6},\n\"default\": {" + packages + "}}\n";
}

std::string conda_lock(const std::string& hash)
{
  return "version: 1\nmetadata:\n  channels: []\n  platforms: [linux-64]\npackage:\n- name: a\n  version: "
         "'1.0'\n"
         "  manager: pip\n  platform: linux-64\n  url: "
         "https://files.pythonhosted.org/a-1.0-py3-none-any.whl\n"
         "  hash: " +
         hash + "\n";
}

}  // namespace

TEST_CASE("the hashes that pip takes", "[hashes]")
{
  CHECK_FALSE(input::check_pip_hash("sha256:" + k_digits));
  CHECK_FALSE(input::check_pip_hash("sha512:" + k_digits + k_digits));
  for (const std::string& hash :
       {std::string("sha256:abc"), "md5:" + k_digits, k_digits, "sha256:" + k_digits + " --pre"}) {
    CAPTURE(hash);
    CHECK(input::check_pip_hash(hash).has_value());
  }
}

TEST_CASE("a pip package of a lock that has no hash is named", "[hashes]")
{
  const std::string file = "{ url = 'https://files.pythonhosted.org/a-1.0-py3-none-any.whl'";
  CHECK(unhashed(read("uv.lock", uv_lock(file + " }"))) == Texts{"8: `a` " + k_none});
  CHECK(unhashed(read("uv.lock", uv_lock(file + ", hash = 'sha256:" + k_digits + "' }"))).empty());
  const std::string wheel = "{file = 'a-1.0-py3-none-any.whl'";
  CHECK(unhashed(read("poetry.lock", poetry_lock(""))) == Texts{"2: `a` " + k_none});
  CHECK(unhashed(read("poetry.lock", poetry_lock(wheel + "}"))) == Texts{"2: `a` " + k_none});
  CHECK(unhashed(read("poetry.lock", poetry_lock(wheel + ", hash = 'sha256:" + k_digits + "'}"))).empty());
  CHECK(unhashed(read("Pipfile.lock", pipfile_lock(R"("a": {"version": "==3.0.0"})"))) ==
        Texts{"2: `a` " + k_none});
  CHECK(unhashed(read("conda-lock.yml", conda_lock("{}"))) == Texts{"6: `a` " + k_none});
  CHECK(unhashed(read("conda-lock.yml", conda_lock("{sha256: " + k_digits + "}"))).empty());
}

TEST_CASE("many packages without a hash are one finding with the command of the lock's tool", "[hashes]")
{
  const auto result =
      read("Pipfile.lock", pipfile_lock("\"a\": {\"version\": \"==1\"},\n\"b\": {\"version\": \"==2\"}"));
  CHECK(unhashed(result) ==
        Texts{"2: 2 packages have no hash: nothing checks what is downloaded", "line 2: a", "line 3: b"});
  CHECK(hint(result).find("`pipenv lock`") != std::string::npos);
  CHECK(hint(read("conda-lock.yml", conda_lock("{}"))).find("`conda-lock ") != std::string::npos);
}

TEST_CASE("what no hash could be compared with needs none", "[hashes]")
{
  CHECK(unhashed(
            read("Pipfile.lock", pipfile_lock(R"("a": {"git": "https://github.com/a/b.git", "ref": "5a2b8c3"},
                                      "w": {"file": "wheels/a-1.0-py3-none-any.whl"},
                                      "u": {"file": "https://example.com/u-1.0.zip#sha256=)" +
                                              k_digits + "\"}")))
            .empty());
  // Written by hand.
  CHECK(unhashed(read("requirements.txt", "a==1.0\n")).empty());
}

TEST_CASE("what a Pipfile.lock leaves open is told, and installed as pipenv does", "[hashes][pipenv]")
{
  for (const char* entry : {R"("a": "*")", R"("a": {"version": "*"})", R"("a": {"version": "==1.*"})",
                            R"("a": {"version": ">=1"})"}) {
    CAPTURE(entry);
    CHECK(test::findings(read("Pipfile.lock", pipfile_lock(entry)), test::Place::column,
                         test::Notes::without) == Texts{"EL0359 2:13"});
    CHECK(read("Pipfile.lock", pipfile_lock(entry)).environment.pip.size() == 1);
  }
}
