#include "input/toml.hpp"
#include "input/toml_inline.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <tuple>

using namespace envlift;

namespace {

std::string flat(const std::string& text)
{
  return input::with_plain_inline_tables(text);
}

}  // namespace

TEST_CASE("inline tables of several lines become tables of one", "[toml]")
{
  CHECK(flat("a = {\n  b = 1,\n  c = 2,\n}\nd = 3\n") == "a = {   b = 1,   c = 2  }\n\n\n\nd = 3\n");
  CHECK(flat("a = { b = 1, } # c }\n") == "a = { b = 1  } # c }\n");
  CHECK(flat("a = { b = [\n1,\n], # why }\n c = '}\\',\n}") == "a = { b = [\n1,\n],   c = '}\\'  }");
  CHECK(flat("a = [\r\n { b = 1,\r\n },\r\n]\r\n") == "a = [\r\n { b = 1    },\r\n\n]\r\n");
  CHECK(flat("a = { b = '''\n}''', c = \"\"\"x\\\"\"\"\", }") == "a = { b = '''\n}''', c = \"\"\"x\\\"\"\"\"  }");
}

TEST_CASE("what has no such tables stays as it is", "[toml]")
{
  for (const char* text : {"", "a = 1\n", "[t.\"a{\"]\nb = {c = 1, d = [1, 2,]}\n", "a = \"{\" # {\n", "a = '\nb = {",
                           "a = \"\\", "}}]]\n", "x = ','}\n"}) {
    CHECK(flat(text) == text);
  }
}

TEST_CASE("TOML 1.1 is read, with the lines of what follows", "[toml]")
{
  diag::Diagnostics diagnostics;
  const auto table = input::parse_toml("f.toml", "a = {\n  b = 1, # one\n}\nc = 2\n", diagnostics);
  REQUIRE(table);
  CHECK(diagnostics.all().empty());
  CHECK(table->get("c")->source().begin.line == 4);
  // The complaint is about the text as it stands.
  CHECK_FALSE(input::parse_toml("f.toml", "a = {\n b = 1,\n}\nc = ]\n", diagnostics));
  CHECK(diagnostics.all().at(0).code == "EL0116");
}

// As tomllib of Python 3.11 refuses them.
TEST_CASE("as TOML 1.0 such tables are refused at their place", "[toml]")
{
  for (const auto& [text, line, column] :
       {std::tuple("a = 1\nb = {\n  c = 1 }\n", 2, 6), std::tuple("b = {c = 1,}\n", 1, 12)}) {
    CAPTURE(text);
    diag::Diagnostics diagnostics;
    CHECK_FALSE(input::parse_toml("f.toml", text, diagnostics, input::TomlVersion::v1_0));
    const diag::Diagnostic& finding = diagnostics.all().at(0);
    CHECK(finding.code == "EL0116");
    CHECK(finding.message.starts_with("this is TOML 1.1"));
    CHECK(finding.span.line == static_cast<std::size_t>(line));
    CHECK(finding.span.column == static_cast<std::size_t>(column));
  }
}
