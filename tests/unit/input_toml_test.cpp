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
  const diag::Sources sources;
  const input::TomlReader reader("x.toml", read.diagnostics, sources);
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

TEST_CASE("places of values count bytes, as those of every other format", "[toml]")
{
  const std::string text = "a = [\"\xC3\xA9\xC3\xA9\", 1, 2]\nb = 1 # \xC3\xA9\n\"\xF0\x9F\x90\x8D\" = 3\n";
  Read read(text);
  REQUIRE(read.table);
  diag::Sources sources;
  sources.add("x.toml", text);
  const input::TomlReader reader("x.toml", read.diagnostics, sources);
  const toml::array& list = *read.table->get_as<toml::array>("a");
  CHECK(reader.place(*list.get(0)).column == 6);
  CHECK(reader.place(*list.get(1)).column == 14);
  CHECK(reader.place(*list.get(2)).column == 17);
  CHECK(reader.place(*read.table->get("b")).column == 5);
  const diag::Span third = reader.place(*read.table->get("\xF0\x9F\x90\x8D"));
  CHECK(third.line == 3);
  CHECK(third.column == 10);
}
