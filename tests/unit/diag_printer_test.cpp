#include "diag/codes.hpp"
#include "diag/printer.hpp"

#include <catch2/catch.hpp>

using namespace envlift;

namespace {

struct Fixture {
  diag::Diagnostics diagnostics;
  diag::Sources sources;
};

Fixture one_finding()
{
  Fixture f;
  f.sources.add("environment.yml", "name: x\r\ndependencies:\n  - pip: pandas==2.0\n");
  f.diagnostics.add("EL0110", "`pip:` needs a list", "put it on its own line",
                    {.file = "environment.yml", .line = 3, .column = 10, .length = 11});
  return f;
}

}  // namespace

TEST_CASE("a finding is printed with place, source line, underline and hint", "[diag]")
{
  const Fixture f = one_finding();
  CHECK(diag::print(f.diagnostics, f.sources, {}) == R"(error[EL0110]: `pip:` needs a list
 --> environment.yml:3:10
  |
3 |   - pip: pandas==2.0
  |          ^^^^^^^^^^^
hint: put it on its own line

1 error
)");
}

TEST_CASE("the short form is what editors parse", "[diag]")
{
  const Fixture f = one_finding();
  CHECK(diag::print(f.diagnostics, f.sources, {.format = diag::MessageFormat::short_lines}) ==
        "environment.yml:3:10: error[EL0110]: `pip:` needs a list (put it on its own line)\n");
}

TEST_CASE("the JSON form is one object a line", "[diag]")
{
  const Fixture f = one_finding();
  CHECK(diag::print(f.diagnostics, f.sources, {.format = diag::MessageFormat::json}) ==
        R"({"code":"EL0110","severity":"error","message":"`pip:` needs a list","hint":"put it on its own line",)"
        R"("file":"environment.yml","line":3,"column":10})" "\n");
}

TEST_CASE("a password in a source line is never printed", "[diag]")
{
  Fixture f;
  f.sources.add("requirements.txt", "--index-url https://ada:s3cret@host/simple\n");
  f.diagnostics.add("EL0110", "the URL https://ada:s3cret@host/simple has credentials", "", {.file = "requirements.txt", .line = 1, .column = 13});
  for (const auto format : {diag::MessageFormat::text, diag::MessageFormat::short_lines, diag::MessageFormat::json}) {
    CHECK(diag::print(f.diagnostics, f.sources, {.format = format}).find("s3cret") == std::string::npos);
  }
}

TEST_CASE("the underline stands below the same text when a secret before it is replaced", "[diag]")
{
  const auto underline = [](std::string line, std::size_t column, std::size_t length) {
    Fixture f;
    f.sources.add("r.txt", std::move(line));
    f.diagnostics.add("EL0110", "m", "", {.file = "r.txt", .line = 1, .column = column, .length = length});
    const std::string out = diag::print(f.diagnostics, f.sources, {});
    return out.substr(out.find("1 | "), out.find("\n\n") - out.find("1 | "));
  };
  CHECK(underline("-i https://ada:s3cret@host/simple --frob x", 35, 6) ==
        "1 | -i https://****@host/simple --frob x\n"
        "  |                             ^^^^^^");
  CHECK(underline("https://a:pass@h/t/0123456789abcdef/ch x", 40, 1) == "1 | https://****@h/t/****/ch x\n"
                                                                     "  |                          ^");
  CHECK(underline("-i https://ada:s3cret@host/ x", 12, 10) == "1 | -i https://****@host/ x\n"
                                                              "  |            ^^^^");
  CHECK(underline("-i https://*:x@host/ --frob x", 22, 6) == "1 | -i https://****@host/ --frob x\n"
                                                             "  |                       ^^^^^^");
  CHECK(underline("-i https://****:x@host/ --frob x", 25, 6) == "1 | -i https://****@host/ --frob x\n"
                                                                "  |                       ^^^^^^");
  // A word is as long as it is shown, whatever stands in its secret.
  CHECK(underline("url = \"https://a:b,c]d@host/simple\"  # own", 7, 0) ==
        "1 | url = \"https://****@host/simple\"  # own\n"
        "  |       ^^^^^^^^^^^^^^^^^^^^^^^^^^");
}

TEST_CASE("the lines of an exception's text are readable", "[diag]")
{
  const Error error{"EL1001", "the handler raised ValueError: first\r\n\n  second\x1b", "look", ExitCode::check_failed, {}};
  CHECK(diag::print(error, {}, {}) == "error[EL1001]: the handler raised ValueError: first\n  =   second\ufffd\nhint: look\n");
  CHECK(diag::print(error, {}, {.format = diag::MessageFormat::short_lines}) ==
        "envlift: error[EL1001]: the handler raised ValueError: first\\n\\n  second\ufffd (look)\n");
  CHECK(diag::print(error, {}, {.format = diag::MessageFormat::json}).find(R"(ValueError: first\u000a  second)") != std::string::npos);
}

TEST_CASE("notes are left out where only more is wanted", "[diag]")
{
  Fixture f;
  f.diagnostics.add("EL0403", "a note", "");
  f.diagnostics.add("EL0402", "a warning", "");
  CHECK(diag::print(f.diagnostics, f.sources, {.format = diag::MessageFormat::short_lines, .least = diag::Severity::warning}) ==
        "envlift: warning[EL0402]: a warning\n");
}

TEST_CASE("a long source line is cut around the place", "[diag]")
{
  Fixture f;
  f.sources.add("r.txt", std::string(500, 'a') + " here " + std::string(500, 'b'));
  f.diagnostics.add("EL0110", "m", "", {.file = "r.txt", .line = 1, .column = 502, .length = 4});
  const std::string out = diag::print(f.diagnostics, f.sources, {});
  CHECK(out.find("here") != std::string::npos);
  CHECK(out.size() < 600);
}

TEST_CASE("codes ascend, are unique and have titles", "[diag]")
{
  std::string_view last;
  for (const diag::CodeInfo& row : diag::all_codes()) {
    CHECK(row.code > last);
    CHECK(row.code.size() == 6);
    CHECK_FALSE(row.title.empty());
    last = row.code;
  }
  CHECK_THROWS_AS(diag::code_info("EL9999"), std::logic_error);
}
