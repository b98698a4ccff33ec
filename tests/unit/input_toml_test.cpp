#include "input/toml.hpp"

#include <catch2/catch.hpp>

using namespace envlift;

namespace {

struct Read {
  diag::Diagnostics diagnostics;
  std::optional<toml::table> table;

  explicit Read(const std::string& text) : table(input::parse_toml("x.toml", text, diagnostics)) {}
  std::string finding() const
  {
    REQUIRE(diagnostics.all().size() == 1);
    const diag::Diagnostic& one = diagnostics.all()[0];
    return one.code + " " + std::to_string(one.span.line) + ":" + std::to_string(one.span.column);
  }
};

}  // namespace

TEST_CASE("a text that is not TOML is refused at its place", "[toml]")
{
  CHECK(Read("a = 1\nb = \n").finding() == "EL0116 2:5");
  CHECK(Read("a = 1\na = 2\n").finding() == "EL0116 2:5");
  // The end of the text stands in its last line, and columns are bytes.
  CHECK(Read("a = 1\nb = \"\"\"c\n").finding() == "EL0116 2:9");
  CHECK(Read("a = \"\xC3\xA9\xC3\xA9\" x\n").finding() == "EL0116 1:12");
  CHECK(Read("[a\n").finding().starts_with("EL0116 1:"));
  CHECK(Read("a = " + std::string(100'000, '[')).finding().starts_with("EL0116 1:"));
}

TEST_CASE("a value of another kind is reported at its place, and read as absent", "[toml]")
{
  Read read("name = 1\nlist = [\"a\", 2]\n[table]\n");
  REQUIRE(read.table);
  const input::TomlReader reader("x.toml", read.diagnostics);
  CHECK(reader.text(*read.table, "absent") == std::nullopt);
  CHECK(read.diagnostics.all().empty());
  CHECK(reader.text(*read.table, "name") == std::nullopt);
  CHECK(read.finding() == "EL0119 1:8");
  CHECK(read.diagnostics.all()[0].message == "`name` must be a string, not a number");
  CHECK(reader.texts(*read.table, "list") == std::vector<std::string>{"a"});
  CHECK(read.diagnostics.all()[1].span.line == 2);
  CHECK(reader.table(*read.table, "table") != nullptr);
  CHECK(reader.array(*read.table, "table") == nullptr);
  CHECK(reader.integer(*read.table, "name") == 1);
}
