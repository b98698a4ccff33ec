#include "function/syntax.hpp"

#include <catch2/catch.hpp>

#include <string>

using namespace envlift;

namespace {

// "2: what", or "" for none.
std::string error_of(const std::string& source)
{
  const auto found = function::find_syntax_error(source);
  return found ? std::to_string(found->line) + ": " + found->what : "";
}

}  // namespace

TEST_CASE("Python sources that no Python takes are known", "[function]")
{
  CHECK(error_of("def handler(event, context:\n  return 1\n") == "1: the bracket ( is not closed");
  CHECK(error_of("x = 1\ny = (1,]\n") == "2: the bracket ] closes none");
  CHECK(error_of("class A\n  x = 1\n") == "1: `class` without its colon");
  CHECK(error_of("x = 'abc\n") == "1: the string is not closed");
  CHECK(error_of("x = '''abc\n") == "1: the string is not closed");
  CHECK(error_of("x = = 2\n") == "1: `=` twice");
  CHECK(error_of("def f():\n  print 'x'\n") == "2: `print` is a function since Python 3");
  CHECK(error_of("def f():\nreturn 1\n") == "2: the block before this line has no lines");
  CHECK(error_of("def f():\n") == "1: the block at the end has no lines");
  CHECK(error_of("x = 1\n  y = 2\n") == "2: the line is indented, and no block begins before it");
  CHECK(error_of("def f():\n    a = 1\n  b = 2\n") == "3: the indentation is that of no block around it");
  CHECK(error_of("<<<<<<< HEAD\nx = 1\n") == "1: a mark of a merge that was not resolved");
}

TEST_CASE("sources that Python takes have no error", "[function]")
{
  for (const char* source :
       {"", "# only\n", "if x: y = 1\nelse: y = 2\n", "print('x')\nprint\n", "x = y = 1\n",
        "a[1:2] = {1: 2}\n", "def f(a, *, b: int = 3) -> int: return a\n",
        "x = f'{a!r:>{w}}' '''\n''' rb\"\\\"\"\n", "if (a and\nb):\n\tpass\n",
        "match x:\n  case [1, *_]:\n    pass\n", "x = lambda: 0\r\ny = 1\r\n",
        "async def f():\n  async with a as b: await b\n", "x = 1; y = 2 \\\n  + 3\n", "a << b\nx: int\n"}) {
    CHECK(error_of(source) == "");
  }
}
