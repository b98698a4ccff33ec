#include "input/decode.hpp"

#include <catch2/catch.hpp>

#include <string>

using namespace envlift::input;

namespace {

// Bytes of an ASCII text in wider code units.
std::string wide(const std::string& ascii, std::size_t bytes, bool big_endian)
{
  std::string result;
  for (const char c : ascii) {
    const std::string zeros(bytes - 1, '\0');
    result += big_endian ? zeros + c : c + zeros;
  }
  return result;
}

}  // namespace

TEST_CASE("byte order marks tell the encoding", "[input]")
{
  const std::string text = "numpy==1\n";
  const std::string le32("\xFF\xFE\0\0", 4);
  const std::string be32("\0\0\xFE\xFF", 4);
  for (const Encoding encoding : {Encoding::pip, Encoding::conda}) {
    CHECK(decode("\xEF\xBB\xBF" + text, encoding).text == text);
    CHECK(decode("\xFF\xFE" + wide(text, 2, false), encoding).text == text);
    CHECK(decode("\xFE\xFF" + wide(text, 2, true), encoding).text == text);
    CHECK(decode(le32 + wide(text, 4, false), encoding).text == text);
    CHECK(decode(be32 + wide(text, 4, true), encoding).text == text);
  }
}

TEST_CASE("UTF-16 beyond the first plane", "[input]")
{
  using namespace std::string_literals;
  CHECK(decode("\xFF\xFE\x3D\xD8\x00\xDE"s, Encoding::conda).text == "\xF0\x9F\x98\x80");
  const Decoded lone =
      decode("\xFF\xFE" + wide("a\nb", 2, false) + "\x3D\xD8"s + wide("c", 2, false), Encoding::conda);
  CHECK_FALSE(lone.ok);
  CHECK(lone.problem == "invalid UTF-16");
  CHECK(lone.line == 2);
  CHECK(lone.column == 2);
  CHECK_FALSE(decode("\xFF\xFE" + wide("ab", 2, false) + "c", Encoding::conda).ok);
}

TEST_CASE("UTF-16 without a mark is read where conda files are", "[input]")
{
  CHECK(decode(wide("name: x\n", 2, false), Encoding::conda).text == "name: x\n");
  CHECK(decode(wide("name: x\n", 2, true), Encoding::conda).text == "name: x\n");
  CHECK(decode(wide("numpy\n", 2, false), Encoding::pip).problem == "NUL byte");
}

TEST_CASE("a PEP 263 comment names pip's encoding", "[input]")
{
  const auto pip = [](const std::string& bytes) { return decode(bytes, Encoding::pip); };
  CHECK(pip("# -*- coding: latin-1 -*-\n# caf\xE9\n").text == "# -*- coding: latin-1 -*-\n# caf\xC3\xA9\n");
  CHECK(pip("numpy\n# coding=CP1252\n# \x80\n").text == "numpy\n# coding=CP1252\n# \xE2\x82\xAC\n");
  CHECK(pip("# coding: utf_8\n# \xC3\xA9\n").ok);
  CHECK(pip("# coding: ascii\n# \xC3\xA9\n").problem == "a byte that ASCII does not have");
  CHECK(pip("# coding: cp1252\n\x81\n").line == 2);
  CHECK(pip("# coding: gbk\n").problem.find("`gbk`") != std::string::npos);
  // Only the first two lines count, and only comments.
  CHECK(pip("a\nb\n# coding: latin-1\n# \xE9\n").problem == "invalid UTF-8");
  CHECK(pip(" # coding: latin-1\n# \xE9\n").problem == "invalid UTF-8");
  CHECK(decode("# coding: latin-1\n# \xE9\n", Encoding::conda).problem == "invalid UTF-8");
}

TEST_CASE("problems have their place", "[input]")
{
  const Decoded invalid = decode("ab\nc\xFF", Encoding::pip);
  CHECK(invalid.line == 2);
  CHECK(invalid.column == 2);
  const Decoded nul = decode(std::string("ab\0\xFF", 4), Encoding::pip);
  CHECK(nul.problem == "NUL byte");
  CHECK(nul.line == 1);
  CHECK(nul.column == 3);
}

TEST_CASE("line ends stay as they were", "[input]")
{
  CHECK(decode("a\r\nb\rc", Encoding::pip).text == "a\r\nb\rc");
}

TEST_CASE("a lone carriage return ends a line before a problem too", "[input]")
{
  const Decoded damaged = decode("\xEF\xBB\xBFok\r\xE9\n", Encoding::utf8);
  CHECK_FALSE(damaged.ok);
  CHECK(damaged.line == 2);
  CHECK(damaged.column == 1);
  CHECK(damaged.text == "ok\r\xE9\n");   // what the place is in: without the mark
}
