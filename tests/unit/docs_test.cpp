// Reference pages are made from the program's tables; BLESS=1 rewrites them.
#include "diag/codes.hpp"
#include "settings/settings.hpp"

#include <cstdlib>
#include <fstream>
#include <iterator>

#include <catch2/catch.hpp>

using namespace envlift;

namespace {

void check_page(const std::string& name, const std::string& page)
{
  const std::string path = std::string(ENVLIFT_SOURCE_DIR) + "/docs/" + name;
  if (std::getenv("BLESS") != nullptr) {
    std::ofstream(path, std::ios::binary) << page;
  }
  std::ifstream file(path, std::ios::binary);
  const std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  INFO("scripts/bless rewrites docs/" << name);
  CHECK(text == page);
}

}  // namespace

TEST_CASE("docs/diagnostics.md is what the list of codes says", "[docs]")
{
  check_page("diagnostics.md", diag::reference_page());
}

TEST_CASE("docs/settings.md is what the table of settings says", "[docs]")
{
  check_page("settings.md", settings::reference_page());
}
