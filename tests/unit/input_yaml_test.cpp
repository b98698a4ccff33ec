#include "input/yaml.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

using namespace envlift;
using input::YamlKind;
using input::YamlNode;

namespace {

struct Parsed {
  std::optional<YamlNode> root;
  diag::Diagnostics diagnostics;
};

Parsed parse(const std::string& text)
{
  Parsed parsed;
  parsed.root = input::parse_yaml("f.yml", text, parsed.diagnostics);
  return parsed;
}

std::string repeat(const std::string& text, std::size_t times)
{
  std::string result;
  for (std::size_t i = 0; i < times; ++i) {
    result += text;
  }
  return result;
}

// The finding that the text gives: "CODE LINE:COLUMN".
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

std::string place(const diag::Span& span)
{
  return std::to_string(span.line) + ":" + std::to_string(span.column) + "+" + std::to_string(span.length);
}

}  // namespace

TEST_CASE("a tree with places", "[yaml]")
{
  const Parsed parsed = parse("name: caf\xC3\xA9 b\r\nlist:\r\n  - 3.10\r\n  - \"q x\"\r\n  - !!str y\r\n  - "
                              "|\r\n    a\r\n    b\r\nnone:\r\nmap: {k: [1, ~]}\r\n");
  REQUIRE(parsed.root);
  CHECK(parsed.diagnostics.all().empty());
  const YamlNode& root = *parsed.root;
  REQUIRE(root.entries.size() == 4);
  CHECK(root.find("name")->scalar == "caf\xC3\xA9 b");
  CHECK(place(root.find("name")->span) == "1:7+7");
  CHECK(root.find("absent") == nullptr);
  const auto& items = root.find("list")->items;
  REQUIRE(items.size() == 4);
  CHECK(items[0].scalar == "3.10");
  CHECK(items[0].plain);
  CHECK(place(items[0].span) == "3:5+4");
  CHECK(items[1].quoted);
  CHECK(place(items[1].span) == "4:5+5");
  CHECK(place(items[1].place_of(2, 1)) == "4:8+1");
  CHECK(place(items[2].span) == "5:11+1");
  CHECK(items[3].scalar == "a\nb\n");
  CHECK(items[3].place_of(2, 1).length == 0);
  CHECK(root.find("none")->kind == YamlKind::null);
  CHECK(place(root.find("none")->span) == "9:1+4");
  CHECK(root.find("map")->find("k")->items[1].kind == YamlKind::null);
}

TEST_CASE("texts without content are null", "[yaml]")
{
  for (const char* text : {"", "\n\n", "# only\n# comments\n", "---\n", "~\n"}) {
    CAPTURE(text);
    const Parsed parsed = parse(text);
    REQUIRE(parsed.root);
    CHECK(parsed.root->kind == YamlKind::null);
    CHECK(parsed.diagnostics.all().empty());
  }
}

TEST_CASE("anchors are copied, cycles and bombs refused", "[yaml]")
{
  const Parsed parsed = parse("a: &x [1, 2]\nb: *x\nc: &k name\n*k : v\n");
  REQUIRE(parsed.root);
  CHECK(parsed.root->find("b")->items.size() == 2);
  CHECK(parsed.root->find("name")->scalar == "v");
  CHECK(finding("a: &x [*x]\n") == "EL0113 1:8");
  CHECK(finding("a: &x {b: *x}\n") == "EL0113 1:11");
  CHECK(finding("a: *x\n") == "EL0110 1:4");
  std::string bomb = "a: &a [x,x,x,x,x,x,x,x,x]\n";
  for (char c = 'b'; c <= 'i'; ++c) {
    bomb += std::string(1, c) + ": &" + c + " [" +
            repeat(std::string("*") + static_cast<char>(c - 1) + ",", 9) + "]\n";
  }
  CHECK(finding(bomb).substr(0, 6) == "EL0113");
  // Depth adds up over aliases too.
  CHECK(finding("a: &a " + repeat("[", 60) + repeat("]", 60) + "\nb: " + repeat("[", 60) + "*a" +
                repeat("]", 60) + "\n") == "EL0112 2:64");
  CHECK(finding("a: &a " + std::string(100'000, 'x') + "\nb: [" + repeat("*a,", 100) + "]\n").substr(0, 6) ==
        "EL0113");
}

TEST_CASE("what is not YAML is refused at its place", "[yaml]")
{
  CHECK(finding("a: [1\nb: 2\n") == "EL0110 1:4");
  CHECK(finding("x: [1]\na: [b, c\n\n# end\n") == "EL0110 2:4");
  CHECK(finding("a: {b: [c, d]\ne: f\n") == "EL0110 1:4");
  CHECK(finding("a: b: c\nd: [e\n") == "EL0110 1:5");
  CHECK(finding("a: b: c\n") == "EL0110 1:5");
  CHECK(finding("a:\n\t- b\n") == "EL0110 2:1");
  CHECK(finding("a:\n  - b\n\t- c\n") == "EL0110 3:1");
  CHECK(finding("a: 'b\nc: d\n") == "EL0110 1:4");
  CHECK(finding("a:\n  - \"b\n") == "EL0110 2:5");
  CHECK(finding("- !!str 'b\n") == "EL0110 1:9");
  CHECK(finding("@EXPLICIT\n") == "EL0110 1:1");
  CHECK(finding(",") == "EL0110 1:1");
  CHECK(finding("[a],\n") == "EL0110 1:4");
  CHECK(finding("{a: 1},\n") == "EL0110 1:7");
  CHECK(finding(std::string("a: b\0c\n", 7)) == "EL0106 1:5");
  CHECK(finding("a: b\x01\n") == "EL0110 1:5");
  CHECK(finding("a: 1\n---\nb: 2\n") == "EL0114 2:1");
  CHECK(finding("a: 1\n---\n") == "EL0114 2:1");
  CHECK(finding("a: 1\n...\n") == "none");
}

TEST_CASE("keys stand once and are text", "[yaml]")
{
  const Parsed parsed = parse("a: 1\nb: {c: 1, c: 2}\na: 3\n");
  REQUIRE(parsed.root);
  REQUIRE(parsed.diagnostics.all().size() == 2);
  CHECK(parsed.diagnostics.all()[0].code == "EL0111");
  CHECK(parsed.diagnostics.all()[1].notes == std::vector<std::string>{"the first is in line 1"});
  CHECK(parsed.root->find("a")->scalar == "1");
  CHECK(finding("<<: {a: 1}\n") == "EL0115 1:1");
  CHECK(finding("'<<': {a: 1}\n") == "none");
  CHECK(finding("? [a]\n: b\n") == "EL0115 1:3");
  CHECK(finding(": b\n") == "EL0115 1:1");
  CHECK(finding("a: !!python/object:os.system x\n") == "EL0115 1:4");
}

// Quotes, tabs and brackets that mean nothing where they stand.
TEST_CASE("ordinary texts with odd characters are read", "[yaml]")
{
  for (const char* text : {
         "a: it's\nb: say \"x\n",
         "a: some text\n  'tis a continuation\nb: 1\n",
         "a: |\n  \"open\n  \ttab\n\n  [[[\nb: 1\n",
         "- k: >-\n    'open\n  other: 1\n",
         "--- |\n 'x\n",
         "a: 1 # it's a comment [\nb: 2\n",
         "a: 1\t# tab before a comment\n",
         "a:\n\n\t\nb: 1\n",
         "a: [1,\n\t2]\n",
         "a: 'it''s'\nb: \"a\\\"b\"\n",
         "a: 'two\n  lines'\nb: 1\n",
         "{\"a\":\"b\", 'c':[{d: e}]}\n",
         "- - - a\n",
       }) {
    CAPTURE(text);
    CHECK(finding(text) == "none");
  }
}

TEST_CASE("depth and size are bounded before they cost", "[yaml]")
{
  CHECK(finding("a: " + repeat("[", 98) + repeat("]", 98)) == "none");
  CHECK(finding("a: " + repeat("[", 1'000'000)) == "EL0112 1:103");
  CHECK(finding(repeat("{a: ", 200'000)).substr(0, 6) == "EL0112");
  CHECK(finding(repeat("- ", 500'000)).substr(0, 6) == "EL0112");
  CHECK(finding(repeat("? ", 500'000)).substr(0, 6) == "EL0112");
  std::string blocks;
  for (std::size_t i = 0; i < 400; ++i) {
    blocks += std::string(i, ' ') + "a:\n";
  }
  CHECK(finding(blocks) == "EL0112 101:101");
  CHECK(finding("[" + repeat("a,", 500'000) + "]").substr(0, 6) == "EL0112");
}

TEST_CASE("every line end ends a line", "[yaml]")
{
  for (const char* end : {"\n", "\r\n", "\r"}) {
    const Parsed parsed = parse(std::string("a: 1") + end + "b: 2" + end);
    REQUIRE(parsed.root);
    CHECK(place(parsed.root->find("b")->span) == "2:4+1");
  }
}

TEST_CASE("places are bytes of their line, whatever the characters", "[yaml]")
{
  std::string text = "k\xC3\xA9: v\n";
  for (std::size_t i = 0; i < 100; ++i) {
    text += "# \xE2\x82\xAC\xF0\x9F\x98\x80 \xC3\xA9\n";
  }
  text += "\xE2\x82\xAC: \xC3\xA9 # \xC3\xA9\nlast: [\"\xC3\xA9\", b]\nb: [\xC3\xA9: ]]\n";
  CHECK(finding(text) == "EL0110 104:10");
  const Parsed parsed = parse(text.substr(0, text.find("b: [")));
  REQUIRE(parsed.root);
  CHECK(place(parsed.root->find("\xE2\x82\xAC")->span) == "102:6+2");
  CHECK(place(parsed.root->find("last")->items[1].span) == "103:14+1");
}

TEST_CASE("a key of a large map stands once too", "[yaml]")
{
  std::string text;
  for (int i = 0; i < 1000; ++i) {
    text += "key" + std::to_string(i) + ": 1\n";
  }
  CHECK(finding(text) == "none");
  CHECK(finding(text + "key999: 2\n") == "EL0111 1001:1");
  CHECK(finding(text + "key3: 2\n") == "EL0111 1001:1");
  // Findings end somewhere as well.
  const Parsed parsed = parse(repeat("a: 1\n", 20'000));
  CHECK_FALSE(parsed.root);
  CHECK(parsed.diagnostics.all().size() == 101);
}

TEST_CASE("the file's limit bounds the values", "[yaml]")
{
  const std::string text = "[" + repeat("a,", 60'000) + "]";
  CHECK(finding(text).substr(0, 6) == "EL0112");
  diag::Diagnostics diagnostics;
  const auto root = input::parse_yaml("f.yml", text, diagnostics, std::size_t{256} << 20U);
  REQUIRE(root);
  CHECK(root->items.size() == 60'000);
}

TEST_CASE("a tree is copied whole", "[yaml]")
{
  std::optional<YamlNode> copy;
  {
    const Parsed parsed = parse("a: {b: [c, {d: e}]}\n");
    copy = *parsed.root->find("a");
    copy = YamlNode(*copy);
  }
  CHECK(copy->find("b")->items[1].find("d")->scalar == "e");
  CHECK(diag::Span(copy->find("b")->span).file == "f.yml");
}

TEST_CASE("an alias names the last anchor before it", "[yaml]")
{
  const Parsed parsed = parse("a: &x 1\nb: &x 2\nc: *x\n");
  REQUIRE(parsed.root);
  CHECK(parsed.root->find("c")->scalar == "2");
  CHECK(finding("a: &x 1\nb: &x [*x]\n") == "EL0113 2:8");
}

TEST_CASE("tabs are refused in indentation, not in empty lines", "[yaml]")
{
  CHECK(finding("a: 1\n \t# comment\n\t\nb: 1\n") == "none");
  CHECK(finding("a: 1\n\t\nb:\n\t- c\n") == "EL0110 4:1");
  CHECK(finding("-\ta\n") == "EL0110 1:2");
}

TEST_CASE("what an open bracket swallowed is named", "[yaml]")
{
  const Parsed parsed = parse("a: [b, c\nd: e\n");
  REQUIRE(parsed.diagnostics.all().size() == 1);
  const diag::Diagnostic& found = parsed.diagnostics.all()[0];
  CHECK(found.message == "the `[` is not closed");
  CHECK(found.hint == "close it with `]`");
  CHECK(found.notes == std::vector<std::string>{"what stands in line 2 cannot be within it"});
  CHECK(finding("a: &x !!seq [b\n") == "EL0110 1:13");
  CHECK(finding("a: [b, {c: d]\n") == "EL0110 1:13");
  // At the text's end libyaml does not say which bracket it was.
  for (const char* text : {"a: [", "a: [\n", "a: [b,\n", "a: [\"]\", # ]\n", "a: [ {}, [], ']'"}) {
    CHECK(finding(text) == "EL0110 1:4");
  }
  CHECK(finding("{") == "EL0110 1:1");
}
