// Reference pages are made from the program's tables; BLESS=1 rewrites them.
#include "base/text.hpp"
#include "diag/codes.hpp"
#include "settings/settings.hpp"
#include "unit/golden.hpp"

using namespace envlift;

TEST_CASE("docs/diagnostics.md is what the list of codes says", "[docs]")
{
  check_golden("docs/diagnostics.md", diag::reference_page());
}

TEST_CASE("every code of the table of docs/diagnostics.md leads to its own section", "[docs]")
{
  const std::string page = read_repository_file("docs/diagnostics.md");
  for (const diag::CodeInfo& row : diag::all_codes()) {
    const std::string code(row.code);
    INFO(code);
    CHECK(page.find("\n| [" + code + "](#" + text::to_lower(code) + ") | ") != std::string::npos);
    CHECK(page.find("\n## " + code + "\n") != std::string::npos);
  }
}

TEST_CASE("docs/settings.md is what the table of settings says", "[docs]")
{
  check_golden("docs/settings.md", settings::reference_page());
}
