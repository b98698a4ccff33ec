#include "input/toml.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <string_view>
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
  static constexpr std::array<std::string_view, 2> keys = {"p", "older"};
  diag::Diagnostics diagnostics;
  std::vector<std::string> names;
  std::optional<toml::table> table;

  explicit ReadInParts(const std::string& text)
      : table(input::parse_toml(
            "x.toml", text, keys,
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
  const diag::Sources sources;
  const input::TomlReader reader("x.toml", whole.diagnostics, sources);
  const auto same_place = [&](const toml::node& left, const toml::node& right) {
    const diag::Span a = reader.place(left);
    const diag::Span b = reader.place(right);
    return a.line == b.line && a.column == b.column;
  };
  CHECK(same_place(*(*parts.table)["p"].node(), all));
  CHECK(same_place(*(*parts.table)["p"][1]["name"].node(), *all[1].as_table()->get("name")));
  CHECK(same_place(*(*parts.table)["p"][0]["sub"].node(), *all[0].as_table()->get("sub")));
  CHECK(reader.place(*(*parts.table)["tail"]["y"].node()).line == 14);
}

TEST_CASE("places in tables that are read one by one count bytes of the file's own lines", "[toml]")
{
  const std::string text = table_named("\xC3\xA9") + "[[p]]\nname = \"b\"\nlist = [\"\xC3\xA9\xC3\xA9\", 1]\n";
  ReadInParts parts(text);
  REQUIRE(parts.table);
  diag::Sources sources;
  sources.add("x.toml", text);
  const input::TomlReader reader("x.toml", parts.diagnostics, sources);
  const diag::Span place = reader.place(*(*parts.table)["p"][1]["list"][1].node());
  CHECK(place.line == 6);
  CHECK(place.column == 17);
}

TEST_CASE("tables of an older key are handed over from the whole document", "[toml]")
{
  ReadInParts parts("[[older]]\nname = \"a\"\nlarge = 1\n[[older]]\nname = \"b\"\n");
  REQUIRE(parts.table);
  CHECK(parts.names == std::vector<std::string>{"a", "b"});
  CHECK_FALSE((*parts.table)["older"][0].as_table()->contains("large"));

  // Where both are there, the first is the one that is read.
  ReadInParts both("older = [{name = \"x\"}]\np = [{name = \"a\"}]\n");
  REQUIRE(both.table);
  CHECK(both.names == std::vector<std::string>{"a"});
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
