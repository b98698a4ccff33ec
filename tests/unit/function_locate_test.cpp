#include "function/function.hpp"

#include <catch2/catch.hpp>

#include <map>
#include <string>

using namespace envlift;

namespace {

struct Located {
  function::Function function;
  diag::Diagnostics diagnostics;
  diag::Sources sources;

  diag::Diagnostic only() const
  {
    return diagnostics.all().size() == 1 ? diagnostics.all().front() : diag::Diagnostic{};
  }
};

using Tree = std::map<std::string, std::string>;

Located locate(const std::string& wanted, const Tree& tree, const environment::Environment& environment = {},
               const diag::Span& place = {})
{
  std::vector<function::CodeFile> files;
  for (const auto& [path, text] : tree) {
    files.insert(files.begin(), {path, false, "code/" + path});
  }
  const auto read = [&](const std::string& path) -> std::optional<std::string> {
    const auto found = tree.find(path);
    return found == tree.end() ? std::nullopt : std::optional(found->second);
  };
  Located located;
  located.function =
      function::locate(wanted, files, read, located.diagnostics, located.sources, environment, place);
  return located;
}

const std::string k_good = "def lambda_handler(event, context):\n    return 1\n";

bool holds(const std::string& text, const std::string& part)
{
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("a handler that is there has no findings", "[function]")
{
  for (const char* handler : {"app.lambda_handler", "pkg.mod.lambda_handler", "pkg/mod.lambda_handler",
                              "my-app.lambda_handler", "sub.lambda_handler"}) {
    CAPTURE(handler);
    const Located located = locate(
        handler,
        {{"app.py", k_good}, {"pkg/mod.py", k_good}, {"my-app.py", k_good}, {"sub/__init__.py", k_good}});
    CHECK(located.diagnostics.all().empty());
    CHECK(located.function.handler == handler);
  }
}

TEST_CASE("files come sorted", "[function]")
{
  const Located located = locate("a.lambda_handler", {{"a.py", k_good}, {"b.txt", ""}, {"c/d.py", ""}});
  REQUIRE(located.function.files.size() == 3);
  CHECK(located.function.files[0].path == "a.py");
  CHECK(located.function.files[2].path == "c/d.py");
}

TEST_CASE("what is no MODULE.NAME is refused with a cure", "[function]")
{
  for (const char* bad :
       {"app", "app.", ".handler", "app..handler", "/app.handler", "app/.handler", "app.handler x",
        "app.handler;id", "$(id).x", "a\"b.c", "app.1st", "../app.handler", "app.\nhandler", "app.h-x"}) {
    CAPTURE(bad);
    CHECK(locate(bad, {{"app.py", k_good}}).only().code == "EL0501");
  }
  CHECK(holds(locate("app:handler", {}).only().hint, "`app.handler`"));
  CHECK(holds(locate("app.py:handler", {}).only().hint, "`app.handler`"));
  CHECK(holds(locate("./app.handler", {}).only().hint, "`app.handler`"));
  CHECK(holds(locate("app.handler()", {}).only().hint, "`app.handler`"));
  CHECK(locate("time.handler", {{"time.py", k_good}}).only().code == "EL0512");
}

TEST_CASE("a missing module names where the function is", "[function]")
{
  const auto elsewhere = locate("handler.lambda_handler", {{"app.py", k_good}}).only();
  CHECK(elsewhere.code == "EL0502");
  CHECK(holds(elsewhere.hint, "`app.lambda_handler`"));
  REQUIRE(elsewhere.notes.size() == 1);
  CHECK(holds(elsewhere.notes[0], "app"));

  const auto below = locate("app.lambda_handler", {{"src/app.py", k_good}}).only();
  CHECK(holds(below.hint, "`src.app.lambda_handler`"));
  CHECK(holds(below.hint, "the folder src"));
  CHECK(holds(locate("ap.other", {{"app.py", k_good}}).only().hint, "`app`"));
  CHECK(holds(locate("zzz.other", {}).only().hint, "zzz.py"));
}

TEST_CASE("a missing name lists what the module binds", "[function]")
{
  const diag::Span place{"envlift.yaml", 3, 10, 0};
  const auto near = locate("app.lambda_handlr", {{"app.py", "import os\n" + k_good}}, {}, place).only();
  CHECK(near.code == "EL0503");
  CHECK(holds(near.hint, "`app.lambda_handler`"));
  CHECK(near.span.line == 3);
  REQUIRE(near.notes.size() == 1);
  CHECK(near.notes[0] == "code/app.py binds: os, lambda_handler");
  CHECK(holds(locate("app.py", {{"app.py", k_good}}).only().hint, "`app.lambda_handler`"));
  CHECK(locate("app.x", {{"app.py", ""}}).only().span.file == "code/app.py");
}

TEST_CASE("names and modules that cannot be looked into are warnings", "[function]")
{
  CHECK(locate("app.h", {{"app.py", "from impl import *"}}).only().code == "EL0505");
  CHECK(
      locate("app.lambda_handler", {{"app.py", "from impl import *\n" + k_good}}).diagnostics.all().empty());
  CHECK(locate("app.h", {{"app.cpython-313-x86_64-linux-gnu.so", ""}}).only().code == "EL0506");
  CHECK(locate("app.h", {{"app.pyc", ""}}).only().code == "EL0506");
  CHECK(locate("app.h", {{"apple.so", ""}}).only().code == "EL0502");
}

TEST_CASE("a module that a package brings is no error", "[function]")
{
  environment::Environment environment;
  environment.pip.push_back({});
  environment.pip.back().name = "datadog-lambda";
  const auto brought = locate("datadog_lambda.handler.handler", {{"app.py", ""}}, environment).only();
  CHECK(brought.code == "EL0507");
  CHECK(brought.severity == diag::Severity::warning);
  CHECK(locate("datadog_lambda.handler.handler", {{"datadog_lambda/x.py", ""}}, environment).only().code ==
        "EL0502");
  CHECK(locate("other.handler", {{"app.py", ""}}, environment).only().code == "EL0502");
  environment.pip.back().path = "lib/mine";
  CHECK(locate("other.handler", {{"app.py", ""}}, environment).only().code == "EL0507");
}

TEST_CASE("the handler's signature", "[function]")
{
  const auto handler = [](const std::string& source) { return locate("a.h", {{"a.py", source}}); };
  CHECK(handler("def h(event): ...").only().code == "EL0508");
  CHECK(handler("\ndef h(a, b, c): ...").only().span.line == 2);
  CHECK(handler("def h(): ...").only().code == "EL0508");
  CHECK(handler("async def h(event, context): ...").only().code == "EL0509");
  for (const char* good : {"def h(*a): ...", "def h(event, context=None, *rest): ...", "h = make()",
                           "class h: ...", "@wrap\ndef h(event): ...", "from x import h"}) {
    CAPTURE(good);
    CHECK(handler(good).diagnostics.all().empty());
  }
}

TEST_CASE("the usual handlers are found in the documented order", "[function]")
{
  CHECK(locate("", {{"app.py", k_good}}).function.handler == "app.lambda_handler");
  CHECK(locate("", {{"main.py", "def handler(e, c): ..."}}).function.handler == "main.handler");
  CHECK(locate("", {{"lambda_function/__init__.py", k_good}}).function.handler ==
        "lambda_function.lambda_handler");
  const Located both = locate("", {{"main.py", k_good}, {"app.py", k_good}});
  CHECK(both.function.handler == "app.lambda_handler");
  CHECK(both.only().code == "EL0511");
  CHECK(both.only().severity == diag::Severity::note);
  CHECK(locate("", {{"app.py", "def lambda_handler(): ..."}}).only().code == "EL0508");
}

TEST_CASE("without a usual handler the nearest thing is proposed", "[function]")
{
  const Located none = locate("", {{"src/worker.py", k_good}});
  CHECK(none.function.handler.empty());
  CHECK(none.only().code == "EL0504");
  CHECK(holds(none.only().hint, "src.worker.lambda_handler"));
  CHECK(holds(locate("", {}).only().hint, "--handler"));
}

TEST_CASE("file names that tools would misread are refused", "[function]")
{
  for (const char* bad : {"a'b.txt", "a\"b", "a\\b", "$HOME", "a\nb", "a`b", "\xff"}) {
    CAPTURE(bad);
    CHECK(locate("a.lambda_handler", {{"a.py", k_good}, {bad, ""}}).only().code == "EL0510");
  }
  CHECK(locate("a.lambda_handler", {{"a.py", k_good}, {"ä b (1).txt", ""}}).diagnostics.all().empty());
}

TEST_CASE("what does not belong to the code is left out", "[function]")
{
  for (const char* path :
       {".git", ".git/config", ".env", "a/.cache/x", "__pycache__/a.pyc", "a/__pycache__", "venv/bin/python",
        ".venv", "envlift.yaml", "Dockerfile", "app.py~", "x.egg-info/PKG-INFO", "node_modules/a"}) {
    CAPTURE(path);
    CHECK(function::is_excluded(path));
  }
  for (const char* path : {"app.py", "a/envlift.yaml", "tests/x.py", "venv.py", "lib/x.dist-info/METADATA",
                           "mod.pyc", "env/x.py"}) {
    CAPTURE(path);
    CHECK_FALSE(function::is_excluded(path));
  }
}
