#include "input/toml.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

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

// The tables `[[p]]` read one by one, and what was handed over of them.
struct ReadInParts {
  diag::Diagnostics diagnostics;
  std::vector<std::string> names;
  std::optional<toml::table> table;

  explicit ReadInParts(const std::string& text)
      : table(input::parse_toml(
            "x.toml", text, "p",
            [this](std::size_t number, toml::table& one) {
              names.resize(std::max(names.size(), number + 1));
              names[number] = one["name"].value_or(std::string());
              one.erase("large");
            },
            diagnostics))
  {}
};

std::string table_named(const std::string& name)
{
  return "[[p]]\nname = \"" + name + "\"\nlarge = 1\n";
}

}  // namespace

TEST_CASE("tables that are read one by one make the same document, at the same places", "[toml]")
{
  const std::string text = "head = 1\n\n" + table_named("a") + "[p.sub]\nx = 1\n" + table_named("b") +
                           "[[p]]\nname = \"c\"\n[tail]\ny = 2\n";
  ReadInParts parts(text);
  Read whole(text);
  REQUIRE(parts.table);
  REQUIRE(whole.table);
  CHECK(parts.names == std::vector<std::string>{"a", "b", "c"});
  toml::array& all = *(*whole.table)["p"].as_array();
  CHECK_FALSE((*parts.table)["p"][0].as_table()->contains("large"));
  all[0].as_table()->erase("large");
  all[1].as_table()->erase("large");
  CHECK(*parts.table == *whole.table);
  const auto same_place = [&](const toml::node& left, const toml::node& right) {
    const diag::Span a = input::toml_place("x.toml", left);
    const diag::Span b = input::toml_place("x.toml", right);
    return a.line == b.line && a.column == b.column;
  };
  CHECK(same_place(*(*parts.table)["p"].node(), all));
  CHECK(same_place(*(*parts.table)["p"][1]["name"].node(), *all[1].as_table()->get("name")));
  CHECK(same_place(*(*parts.table)["p"][0]["sub"].node(), *all[0].as_table()->get("sub")));
  CHECK(input::toml_place("x.toml", *(*parts.table)["tail"]["y"].node()).line == 14);
}

TEST_CASE("what looks like the beginning of a table is none within a text", "[toml]")
{
  const std::string within = "[[p]]\nname = \"a\"\nt = \"\"\"\n[[p]]\nname = \"x\"\n\"\"\"\n";
  ReadInParts parts(within + table_named("b"));
  REQUIRE(parts.table);
  CHECK(parts.names == std::vector<std::string>{"a", "b"});
  CHECK((*parts.table)["p"][0]["t"].value_or(std::string()) == "[[p]]\nname = \"x\"\n");
}

TEST_CASE("a key of two parts is refused as in the whole", "[toml]")
{
  const std::string twice = table_named("a") + "[m]\nx = 1\n" + table_named("b") + "[m]\ny = 1\n";
  ReadInParts parts(twice);
  CHECK_FALSE(parts.table);
  REQUIRE(parts.diagnostics.all().size() == 1);
  CHECK(parts.diagnostics.all()[0].span.line == Read(twice).diagnostics.all()[0].span.line);

  // Tables that the document may open in two places.
  const std::string apart = table_named("a") + "[m.a]\nx = 1\n" + table_named("b") + "[m.b]\ny = 1\n";
  ReadInParts both(apart);
  REQUIRE(both.table);
  CHECK((*both.table)["m"]["a"]["x"] == 1);
  CHECK((*both.table)["m"]["b"]["y"] == 1);
  CHECK(both.names == std::vector<std::string>{"a", "b"});
}

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
