// The tree of Python's import times, and what packages cost.
#include "suite/init_profile.hpp"

#include <catch2/catch.hpp>

using namespace envlift;
using suite::Import;

namespace {

std::vector<Import> tree_of(const std::vector<std::string>& lines)
{
  suite::ImportTree tree;
  for (const std::string& line : lines) {
    suite::ImportLine import;
    REQUIRE(suite::read_import_line(line, import));
    CHECK(tree.add(import));
  }
  return tree.take();
}

}   // namespace

TEST_CASE("a line of import times is read, and nothing else")
{
  suite::ImportLine import;
  REQUIRE(suite::read_import_line("import time:       354 |       1091 |     _frozen_importlib", import));
  CHECK(import.self_ms == Approx(0.354));
  CHECK(import.cumulative_ms == Approx(1.091));
  CHECK(import.depth == 2);
  CHECK(import.name == "_frozen_importlib");
  for (const char* other :
       {"import time: self [us] | cumulative | imported package", "import time:", "import time: 1 | 2",
        "import time: 1 | 2 |", "import time: 1 | x | a", "import time: -1 | 2 | a",
        "x import time: 1 | 2 | a", "import time: 1 | 2 |   ", ""}) {
    INFO(other);
    CHECK_FALSE(suite::read_import_line(other, import));
  }
}

TEST_CASE("what a module imports stands below it")
{
  const std::vector<Import> roots = tree_of({
    "import time:       100 |        100 |     numpy.core",
    "import time:        50 |        150 |   numpy",
    "import time:        10 |         10 |   pytz",
    "import time:       200 |        360 | pandas",
    "import time:         5 |          5 | app_tools",
  });
  REQUIRE(roots.size() == 2);
  CHECK(roots[0].name == "pandas");
  REQUIRE(roots[0].imports.size() == 2);
  CHECK(roots[0].imports[0].name == "numpy");
  CHECK(roots[0].imports[0].imports[0].name == "numpy.core");
  CHECK(roots[0].imports[1].name == "pytz");
  CHECK(roots[1].imports.empty());
}

TEST_CASE("an import whose outer module failed is not lost")
{
  const std::vector<Import> roots = tree_of({"import time: 7 | 7 |     half", "import time: 1 | 1 | other"});
  REQUIRE(roots.size() == 1);
  CHECK(roots[0].imports[0].name == "half");
  CHECK(tree_of({"import time: 7 | 7 |     half"})[0].name == "half");
}

TEST_CASE("the tree is bounded, and shows nothing that a terminal acts on")
{
  suite::ImportTree tree;
  CHECK_FALSE(tree.add({1, 1, suite::k_deepest_import + 1, "deep"}));
  const std::string name = "\x1b[31m" + std::string(10'000, 'x');
  for (std::size_t i = 0; i < suite::k_most_imports; ++i) {
    REQUIRE(tree.add({1, 1, 0, name}));
  }
  CHECK_FALSE(tree.add({1, 1, 0, "more"}));
  const std::vector<Import> roots = tree.take();
  CHECK(roots.size() == suite::k_most_imports);
  CHECK(roots[0].name.size() < 2 * suite::k_longest_module);
  CHECK(roots[0].name.find('\x1b') == std::string::npos);
}

TEST_CASE("a package's own time is that of its modules, wherever they are imported")
{
  suite::InitProfile profile;
  profile.imports = tree_of({
    "import time:      1000 |       1000 |     numpy.core",
    "import time:      2000 |       3000 |   numpy",
    "import time:      5000 |       8000 | pandas",
    "import time:      4000 |       4000 | numpy.linalg",
    "import time:       100 |        100 | json",
  });
  const std::vector<suite::ImportCost> costs = suite::import_costs(profile.imports);
  REQUIRE(costs.size() == 3);
  CHECK(costs[0].package == "numpy");
  CHECK(costs[0].own_ms == Approx(7));
  CHECK(costs[0].cumulative_ms == Approx(7));   // numpy.core is within numpy's
  CHECK(costs[0].modules == 3);
  CHECK(costs[1].package == "pandas");
  CHECK(costs[1].own_ms == Approx(5));
  CHECK(costs[1].cumulative_ms == Approx(8));
  CHECK(suite::most_expensive(profile, 2) == "numpy 7 ms, pandas 5 ms");
  CHECK(suite::most_expensive({}, 3).empty());
}

TEST_CASE("a budget of 0 is none")
{
  suite::InitProfile profile;
  profile.init_ms = 500;
  CHECK_FALSE(profile.is_over_budget());
  profile.budget_ms = 499;
  CHECK(profile.is_over_budget());
  profile.budget_ms = 500;
  CHECK_FALSE(profile.is_over_budget());
}
