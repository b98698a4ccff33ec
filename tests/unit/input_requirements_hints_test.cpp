// What is advised where a requirements file cannot be taken as it is.
#include "fakes/memory_files.hpp"
#include "input/input.hpp"

#include <catch2/catch.hpp>

#include <map>
#include <string>

using namespace envlift;
using fakes::MemoryFiles;

namespace {

// Of the first finding.
std::string hint_of(const std::string& text)
{
  const std::map<std::string, std::string> files = {{"requirements.txt", text}};
  const auto result = input::read_environment("requirements.txt", MemoryFiles(files), {});
  return result.diagnostics.all().empty() ? "" : result.diagnostics.all().front().hint;
}

bool has(const std::string& text, const std::string& part)
{
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("the hint on a variable fits what it stands for", "[requirements]")
{
  for (const std::string text :
       {"https://${NAME}@h.org/x", "https://me:${NAME}@h.org/x", "https://h.org/${MY_TOKEN}/x"}) {
    CAPTURE(text);
    CHECK(has(hint_of("--index-url " + text + "\n"), "`pip_config`"));
  }
  for (const std::string text : {"https://h.org/${NAME}/x", "https://${NAME}/x@y", "./${NAME}"}) {
    CAPTURE(text);
    CHECK(hint_of("--find-links " + text + "\n") == "write the variable's value in its place");
  }
}

TEST_CASE("a marker's missing quotes are said", "[requirements]")
{
  CHECK(hint_of("a ; python_version > 3\n") ==
        "a value in a marker needs quotes: write `a ; python_version > '3'`");
  CHECK(has(hint_of("a>=1;python_version>=3.8 and sys_platform == linux\n"),
            "`a>=1;python_version>='3.8' and sys_platform == 'linux'`"));
  CHECK(has(hint_of("a; (os_name not in \"x\") or python_version<3\n"), "python_version<'3'`"));
  CHECK_FALSE(has(hint_of("a; python_version >\n"), "quotes"));
  CHECK_FALSE(has(hint_of("a b; python_version > 3\n"), "quotes"));
}

TEST_CASE("variables stay as they are, and the user hears of it", "[requirements]")
{
  const auto read = [](const std::string& text) {
    const std::map<std::string, std::string> files = {{"requirements.txt", text}};
    return input::read_environment("requirements.txt", MemoryFiles(files), {});
  };
  const auto told = read("--index-url https://${TOKEN}@h.org/simple\n");
  REQUIRE(told.diagnostics.all().size() == 1);
  CHECK(told.diagnostics.all()[0].code == "EL0321");
  CHECK(told.diagnostics.all()[0].span.column == 21);
  CHECK(told.diagnostics.all()[0].span.length == 8);
  CHECK(read("--index-url https://h.org/${NAME}\n").environment.pip_options.at(0).value ==
        "https://h.org/${NAME}");
  CHECK(read("--index-url https://h.org/$NAME\n").diagnostics.all().empty());
  CHECK(read("--index-url https://h.org/${lower}\n").diagnostics.all().empty());
}

TEST_CASE("the hint on a fault names what mends it", "[requirements]")
{
  CHECK(has(hint_of("python=3.9\n"), "`--python 3.9`"));
  CHECK(has(hint_of("-e git+git@github.com:a/b.git@abc#egg=b\n"), "`git+https://`"));
  CHECK(has(hint_of("git+git@github.com:a/b.git\n"), "`git+https://`"));
  CHECK(has(hint_of("certifi==1 \\ --hash=sha256:" + std::string(64, 'a') + "\n"), "remove it: "));
}

TEST_CASE("secrets in a URL's parameters are refused and never repeated", "[requirements]")
{
  for (const std::string text :
       {"a @ https://h.org/a.zip?sv=1&sig=s3cret", "https://h.org/a.zip?X-Amz-Signature=s3cret#egg=a",
        "--extra-index-url https://h.org/simple?token=s3cret",
        "--find-links https://h.org/?private_token=s3cret"}) {
    CAPTURE(text);
    const std::map<std::string, std::string> files = {{"requirements.txt", text + "\n"}};
    const auto result = input::read_environment("requirements.txt", MemoryFiles(files), {});
    REQUIRE_FALSE(result.diagnostics.all().empty());
    const diag::Diagnostic& finding = result.diagnostics.all().front();
    CHECK(finding.code == "EL0306");
    CHECK(finding.span.line == 1);
    CHECK(has(finding.hint, text.starts_with("--") ? "`pip_config`" : "copy the file into the project"));
    CHECK_FALSE(has(finding.message + finding.hint, "s3cret"));
    CHECK(result.environment.pip_options.empty());
    CHECK((result.environment.pip.empty() || result.environment.pip[0].requirement == "a"));
  }
}
