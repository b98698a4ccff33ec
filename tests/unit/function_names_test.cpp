#include "function/function.hpp"

#include <catch2/catch.hpp>

#include <set>
#include <string>

using namespace envlift;
using Names = std::set<std::string>;
using Kind = function::Binding::Kind;

namespace {

Names names_of(const std::string& source)
{
  Names names;
  for (const auto& binding : function::top_level_names(source).bindings) {
    names.insert(binding.name);
  }
  return names;
}

bool is_open(const std::string& source)
{
  return function::top_level_names(source).may_bind_more;
}

}  // namespace

TEST_CASE("definitions bind their name and hide their body", "[function]")
{
  CHECK(names_of("def a():\n  x = 1\n  def y(): pass\nclass B:\n  z = 1\nc = 2\n") == Names{"a", "B", "c"});
  CHECK(names_of("async def a(e, c): return 1\n") == Names{"a"});
  CHECK(names_of("class A: x = 1\nb = 2") == Names{"A", "b"});
  CHECK(names_of("@wrap(\n  1)\ndef a(): pass") == Names{"a"});
  CHECK(names_of("def a(\nx=1,\ny=2):\n    z = 3\n") == Names{"a"});
}

TEST_CASE("imports bind", "[function]")
{
  CHECK(names_of("import os, a.b.c, d.e as f") == Names{"os", "a", "f"});
  CHECK(names_of("from x import a, b as c") == Names{"a", "c"});
  CHECK(names_of("from . import (\n  a,  # one\n  b as c,\n)") == Names{"a", "c"});
  CHECK(names_of("from x import (a); y = 1") == Names{"a", "y"});
}

TEST_CASE("assignments bind their targets", "[function]")
{
  CHECK(names_of("a = b = 1") == Names{"a", "b"});
  CHECK(names_of("a, (b, *c) = f()") == Names{"a", "b", "c"});
  CHECK(names_of("[a, b] = 1, 2") == Names{"a", "b"});
  CHECK(names_of("a.b = c[0] = 1") == Names{});
  CHECK(names_of("a: int = 1\nb: str\nc: Dict[str, int] = {}") == Names{"a", "c"});
  CHECK(names_of("a += 1; b == 2; f(c=3); d = lambda x=1: x") == Names{"d"});
  CHECK(names_of("x = {'a': 1,\n 'b': [\n2]}\ny = 1") == Names{"x", "y"});
  CHECK(names_of("x = 1 + \\\n  2\ny = 2") == Names{"x", "y"});
  CHECK(names_of("print(a := 1)") == Names{"a"});
  CHECK(names_of("type A = int\ntype = 3") == Names{"A", "type"});
}

TEST_CASE("blocks at module scope are entered", "[function]")
{
  CHECK(names_of("if x:\n  a = 1\nelif y: b = 2\nelse:\n  if z:\n    c = 3\n") == Names{"a", "b", "c"});
  CHECK(names_of("try:\n  import a\nexcept ImportError as e:\n  a = None\nfinally:\n\tb = 1") ==
        Names{"a", "b"});
  CHECK(names_of("for i, (j, k) in f():\n  a = i\nwhile x: b = 1") == Names{"i", "j", "k", "a", "b"});
  CHECK(names_of("with open(p) as f, g() as (h, i): a = 1") == Names{"f", "h", "i", "a"});
  CHECK(names_of("with (open(p) as f, g()):\n  a = 1") == Names{"f", "a"});
  CHECK(names_of("if (lambda: 1)() or (lambda x: x): a = 1") == Names{"a"});
  CHECK(names_of("if lambda: 1: a = 1") == Names{"a"});
  CHECK(names_of("match x:\n  case 1: a = 1\n  case _:\n    b = 2") == Names{"a", "b"});
  CHECK(names_of("match = 3\ncase: int = 4\nmatch.x = 1") == Names{"match", "case"});
  CHECK(names_of("if x:\n  def a():\n    y = 1\n  b = 1\n") == Names{"a", "b"});
}

TEST_CASE("what runs only as a script does not count", "[function]")
{
  CHECK(names_of("if __name__ == '__main__':\n  a = 1\nb = 2") == Names{"b"});
  CHECK(names_of("if __name__ == '__main__':\n  a = 1\nelse:\n  c = 2") == Names{"c"});
}

TEST_CASE("text in strings and comments binds nothing", "[function]")
{
  CHECK(names_of("'''\ndef a(): pass\n'''\n# b = 1\nc = 'd = 1'  # e = 2") == Names{"c"});
  CHECK(names_of("a = r'\\'\n") == Names{"a"});
  CHECK(names_of("a = r'\\\\'\nb = 1") == Names{"a", "b"});
  CHECK(names_of("a = \"\"\"x \\\"\"\" y = 1\n\"\"\"\nb = 1") == Names{"a", "b"});
  CHECK(names_of("a = 'never closed\nb = 1") == Names{"a", "b"});
  CHECK(names_of("a = rb'x' B'y' u'z'\nb = 1") == Names{"a", "b"});
}

TEST_CASE("f-strings are read with the rules of Python 3.12", "[function]")
{
  CHECK(names_of("a = f'{x}{{' f\"{d[\"k\"]}\"\nb = 1") == Names{"a", "b"});
  CHECK(names_of("a = f'{x:>{w}}' f'{x!r:#x}'\nb = 1") == Names{"a", "b"});
  CHECK(names_of("a = f'{f\"{f'{1}'}\"}'\nb = 1") == Names{"a", "b"});
  CHECK(names_of("a = f'''{\n  x  # '''\n}'''\nb = 1") == Names{"a", "b"});
  CHECK(names_of("a = f'\\N{DASH}\\{x}'\nb = 1") == Names{"a", "b"});
  CHECK(names_of("a = f'{x != y} {z=}'\nb = 1") == Names{"a", "b"});
  CHECK(names_of("a = rf'\\d{n}\\'\nb = 1") == Names{"a", "b"});
}

TEST_CASE("line ends and a BOM do not matter", "[function]")
{
  CHECK(names_of("\xEF\xBB\xBF"
                 "a = 1\r\ndef b():\r\n  x = 1\rc = 2") == Names{"a", "b", "c"});
}

TEST_CASE("names that only running shows are admitted", "[function]")
{
  CHECK(is_open("from x import *"));
  CHECK(is_open("def __getattr__(name): ..."));
  CHECK(is_open("globals()['a'] = 1"));
  CHECK(is_open("exec(code)"));
  CHECK_FALSE(is_open("def f():\n  exec(code)\n"));
  CHECK_FALSE(is_open("from x import a"));
}

TEST_CASE("a function's arguments are counted", "[function]")
{
  struct Case {
    const char* source;
    std::size_t least;
    std::optional<std::size_t> most;
  };
  for (const Case& c :
       {Case{"def f(): ...", 0, 0}, Case{"def f(a, b): ...", 2, 2}, Case{"def f(a, b=1, *, c=2): ...", 1, 2},
        Case{"def f(*a, **k): ...", 0, std::nullopt}, Case{"def f(a, **k): ...", 1, 1},
        Case{"def f(a: Dict[str, int] = {}, /, b=(1, 2)) -> None: ...", 0, 2},
        Case{"def f[T: (int, str)](a: T): ...", 1, 1}, Case{"def f(\n  a,\n  b,\n): ...", 2, 2}}) {
    CAPTURE(c.source);
    const auto names = function::top_level_names(c.source);
    const auto* binding = names.find("f");
    REQUIRE(binding != nullptr);
    CHECK(binding->kind == Kind::function);
    CHECK(binding->least_arguments == c.least);
    CHECK(binding->most_arguments == c.most);
  }
}

TEST_CASE("the last binding tells what a name is", "[function]")
{
  const auto names =
      function::top_level_names("def f(): ...\nasync def g(): ...\n\nf = wrap(f)\n@d\ndef h(): ...\n");
  CHECK(names.find("f")->kind == Kind::other);
  CHECK(names.find("f")->line == 4);
  CHECK(names.find("g")->kind == Kind::coroutine);
  CHECK(names.find("h")->kind == Kind::other);
  CHECK(names.find("x") == nullptr);
}

TEST_CASE("any text ends and gives something", "[function]")
{
  std::string deep;
  for (int i = 0; i < 20000; ++i) {
    deep += "f'{";
  }
  CHECK_NOTHROW(function::top_level_names(deep));
  CHECK_NOTHROW(function::top_level_names("x = f'{a:" + std::string(20000, '{')));
  CHECK_NOTHROW(function::top_level_names(std::string(20000, '(') + "\n)]}"));
  for (const char* text :
       {"",        "\\",     "@",  "async", "def",    "class", "import", "from", "from x import",
        "with as", "for",    "=",  "a =",   "lambda", "if:",   "f'",     "f'{",  "f'{x:",
        "'",       "\"\"\"", "\0", ")",     "*,=1"}) {
    CAPTURE(text);
    CHECK_NOTHROW(function::top_level_names(text));
  }
}
