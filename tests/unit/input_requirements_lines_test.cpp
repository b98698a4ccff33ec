#include "input/requirements_lines.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

using namespace envlift;

namespace {

template <class... Source>
std::vector<input::LogicalLine> logical_lines(const Source&... source)
{
  std::vector<input::LogicalLine> lines;
  input::read_logical_lines(source..., [&](const input::LogicalLine& line) { lines.push_back(line); });
  return lines;
}

std::vector<std::string> texts(const std::string& file)
{
  std::vector<std::string> result;
  for (const input::LogicalLine& line : logical_lines(std::string("r.txt"), file)) {
    result.push_back(line.text());
  }
  return result;
}

using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("comments, empty lines and continuations as pip reads them", "[requirements]")
{
  CHECK(texts("a\n\n  \n# c\n b # c\n") == Texts{"a", "b"});
  CHECK(texts("a#b\n") == Texts{"a#b"});
  CHECK(texts("a \\\n  b\\\nc\n") == Texts{"a   bc"});
  CHECK(texts("a\\\n# c\nb\n") == Texts{"a", "b"});
  CHECK(texts("# c \\\nb\n") == Texts{"b"});
  CHECK(texts("a # c \\\nb\n") == Texts{"a"});
  CHECK(texts("a\\\n") == Texts{"a"});
  CHECK(texts("\\a\\\\\n") == Texts{"a"});
  CHECK(texts("a\r\nb\rc") == Texts{"a", "b", "c"});
}

TEST_CASE("whatever ends a line in Python ends a comment", "[requirements]")
{
  CHECK(texts("# c\xE2\x80\xA8"
              "b\n") == Texts{"b"});
  CHECK(texts("# c\fb\x1C"
              "c\xC2\x85"
              "d\n") == Texts{"b", "c", "d"});
}

TEST_CASE("places survive joining and stripping", "[requirements]")
{
  const auto lines = logical_lines(std::string("r.txt"), std::string("x\n  ab \\\n   --hash=c\n"));
  REQUIRE(lines.size() == 2);
  REQUIRE(lines[1].text() == "ab    --hash=c");
  const diag::Span name = lines[1].place(0, 2);
  CHECK(name.line == 2);
  CHECK(name.column == 3);
  CHECK(name.length == 2);
  const diag::Span hash = lines[1].place(6, 8);
  CHECK(hash.file == "r.txt");
  CHECK(hash.line == 3);
  CHECK(hash.column == 4);
  CHECK(hash.length == 8);
  // The part in the first line of what goes over two.
  CHECK(lines[1].place().length == 3);
}

TEST_CASE("a text that does not stand in its file as it is keeps the place it was given", "[requirements]")
{
  const auto lines = logical_lines(std::vector<input::RequirementLine>{{"a==1\nb", {"e.yml", 7, 5, 0}}});
  REQUIRE(lines.size() == 2);
  CHECK(lines[1].text() == "b");
  CHECK(lines[1].place().line == 7);
  CHECK(lines[1].place().column == 5);
  const auto exact = logical_lines(std::vector<input::RequirementLine>{{" a", {"e.yml", 7, 5, 2}}});
  CHECK(exact[0].place().column == 6);
  // A text that was made from a table at the begin of a line does not stand there.
  const auto made = logical_lines(std::vector<input::RequirementLine>{{"--index-url x", {"e.toml", 7, 1, 0}}});
  CHECK(made[0].place(12, 1).column == 1);
}
