// Reference pages are made from the program's tables; BLESS=1 rewrites them.
#include "diag/codes.hpp"
#include "settings/settings.hpp"
#include "unit/golden.hpp"

using namespace envlift;

TEST_CASE("docs/diagnostics.md is what the list of codes says", "[docs]")
{
  check_golden("docs/diagnostics.md", diag::reference_page());
}

TEST_CASE("docs/settings.md is what the table of settings says", "[docs]")
{
  check_golden("docs/settings.md", settings::reference_page());
}
