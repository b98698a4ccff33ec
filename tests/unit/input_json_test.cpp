#include "input/json.hpp"

#include <catch2/catch.hpp>

#include <optional>
#include <string>

using namespace envlift;
using input::JsonKind;
using input::JsonNode;

namespace {

struct Parsed {
  std::optional<JsonNode> root;
  diag::Diagnostics diagnostics;
};

Parsed parse(const std::string& text)
{
  Parsed parsed;
  parsed.root = input::parse_json("f.json", text, parsed.diagnostics);
  return parsed;
}

// The first finding: "CODE LINE:COLUMN".
std::string finding(const std::string& text)
{
  const Parsed parsed = parse(text);
  if (parsed.diagnostics.all().empty()) {
    return "none";
  }
  const diag::Diagnostic& first = parsed.diagnostics.all().front();
  CHECK_FALSE(first.hint.empty());
  return first.code + " " + std::to_string(first.span.line) + ":" + std::to_string(first.span.column);
}

std::string place(const JsonNode& node)
{
  return std::to_string(node.line) + ":" + std::to_string(node.column);
}

}  // namespace

TEST_CASE("a tree of JSON with places", "[json]")
{
  const Parsed parsed =
      parse("{\"a\": [1, -2.50e3,\r\n  true , \"x\\\"}y\\u00e9\"],\n\"b\" :{\"c\":null}\r , \"d\": {}}\n");
  REQUIRE(parsed.root);
  CHECK(parsed.diagnostics.all().empty());
  const JsonNode& root = *parsed.root;
  CHECK(place(root) == "1:1");
  const auto& items = root.find("a")->items;
  REQUIRE(items.size() == 4);
  CHECK(place(items[0]) == "1:8");
  CHECK(items[1].text == "-2.50e3");
  CHECK(place(items[1]) == "1:11");
  CHECK(items[2].boolean);
  CHECK(place(items[2]) == "2:3");
  CHECK(items[3].text == "x\"}y\xC3\xA9");
  CHECK(place(items[3]) == "2:10");
  CHECK(root.members[1].line == 3);
  CHECK(root.find("b")->find("c")->kind == JsonKind::null);
  CHECK(place(*root.find("b")->find("c")) == "3:11");
  CHECK(place(*root.find("d")) == "4:9");
  CHECK(root.find("e") == nullptr);
}

TEST_CASE("what is not JSON is refused at its place", "[json]")
{
  for (const auto& [text, due] :
       std::initializer_list<std::pair<const char*, const char*>>{{"", "EL0117 1:1"},
                                                                  {"{\"a\": 1,}", "EL0117 1:9"},
                                                                  {"{\n  \"a\" 1}", "EL0117 2:7"},
                                                                  {"{\"a\": tru}", "EL0117 1:10"},
                                                                  {"[1, 2", "EL0117 1:6"},
                                                                  {"[1]\n]", "EL0117 2:1"},
                                                                  {"[\"a\nb\"]", "EL0117 1:4"},
                                                                  {"// comment\n{}", "EL0117 1:1"},
                                                                  {"[1e999]", "EL0117 1:6"},
                                                                  {"[NaN]", "EL0117 1:2"}}) {
    CAPTURE(text);
    CHECK(finding(text) == due);
    CHECK_FALSE(parse(text).root);
  }
  CHECK(parse("{\"a\": 1,}").diagnostics.all()[0].message ==
        "this is not JSON: while parsing object key - unexpected '}'; expected string literal");
}

TEST_CASE("keys of JSON objects stand once", "[json]")
{
  CHECK(finding("{\"a\": 1,\n \"a\": {\"b\": 2}}") == "EL0111 2:2");
  std::string text = "{";
  for (int i = 0; i < 1000; ++i) {
    text += "\"k" + std::to_string(i) + "\": 1,\n";
  }
  CHECK(finding(text + "\"x\": 1}") == "none");
  CHECK(finding(text + "\"k7\": 1}") == "EL0111 1001:1");
}

TEST_CASE("JSON's depth is bounded", "[json]")
{
  CHECK(finding(std::string(100, '[') + std::string(100, ']')) == "none");
  CHECK(finding(std::string(1'000'000, '[')) == "EL0112 1:101");
}

TEST_CASE("members of JSON objects have a kind", "[json]")
{
  Parsed parsed = parse("{\"t\": \"x\", \"l\": [\"a\", 1],\n \"o\": 3, \"b\": \"yes\"}");
  REQUIRE(parsed.root);
  const input::JsonReader reader("f.json", parsed.diagnostics);
  CHECK(reader.text(*parsed.root, "t") == "x");
  CHECK_FALSE(reader.text(*parsed.root, "absent"));
  CHECK(reader.texts(*parsed.root, "l") == std::vector<std::string>{"a"});
  CHECK(reader.object(*parsed.root, "o") == nullptr);
  CHECK(reader.array(*parsed.root, "o") == nullptr);
  CHECK_FALSE(reader.boolean(*parsed.root, "b"));
  REQUIRE(parsed.diagnostics.all().size() == 4);
  CHECK(parsed.diagnostics.all()[0].span.column == 23);
  CHECK(parsed.diagnostics.all()[1].message == "`o` must be an object, not a number");
  CHECK(parsed.diagnostics.all()[1].code == "EL0119");
}
