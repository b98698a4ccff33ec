#include "input/wheel_name.hpp"

#include <catch2/catch.hpp>

#include <string>

using namespace envlift::input;
using envlift::environment::Target;

namespace {

bool fits(const std::string& tags, const Target& target)
{
  const auto wheel = parse_wheel_name("x-1.0-" + tags + ".whl");
  REQUIRE(wheel);
  return !misfit(*wheel, target);
}

}  // namespace

TEST_CASE("a wheel's name is taken apart", "[input]")
{
  const auto wheel =
      parse_wheel_name("Foo_Bar-1.2+cpu-1a-py2.py3-none-manylinux1_x86_64.manylinux_2_5_x86_64.whl");
  REQUIRE(wheel);
  CHECK(wheel->name == "foo-bar");
  CHECK(wheel->version == "1.2+cpu");
  CHECK(wheel->python_tags == std::vector<std::string>{"py2", "py3"});
  CHECK(wheel->platform_tags.size() == 2);
  for (const char* bad :
       {"x.whl", "x-1.0.whl", "x-1.0-py3-none.whl", "x-1.0-py3-none-any.zip", "x-one-py3-none-any.whl",
        "x-1.0-b1-py3-none-any.whl", "-1.0-py3-none-any.whl", "x y-1.0-py3-none-any.whl"}) {
    CAPTURE(bad);
    CHECK_FALSE(parse_wheel_name(bad));
  }
}

TEST_CASE("Python and ABI tags", "[input]")
{
  const Target target{"3.11", "x86_64"};
  CHECK(fits("py3-none-any", target));
  CHECK(fits("py2.py3-none-any", target));
  CHECK(fits("py310-none-any", target));
  CHECK(fits("cp311-cp311-manylinux2014_x86_64", target));
  CHECK(fits("cp311-none-any", target));
  CHECK(fits("cp37-abi3-manylinux2014_x86_64", target));
  CHECK_FALSE(fits("cp312-abi3-manylinux2014_x86_64", target));
  CHECK_FALSE(fits("cp310-cp310-manylinux2014_x86_64", target));
  CHECK_FALSE(fits("cp311-cp311t-manylinux2014_x86_64", target));
  CHECK_FALSE(fits("cp310-none-any", target));
  CHECK_FALSE(fits("py2-none-any", target));
  CHECK_FALSE(fits("py312-none-any", target));
  CHECK_FALSE(fits("pp310-pypy310_pp73-manylinux2014_x86_64", target));
}

TEST_CASE("platform tags", "[input]")
{
  CHECK(fits("py3-none-manylinux_2_26_x86_64", {"3.11", "x86_64"}));
  CHECK_FALSE(fits("py3-none-manylinux_2_28_x86_64", {"3.11", "x86_64"}));
  CHECK(fits("py3-none-manylinux_2_28_x86_64", {"3.12", "x86_64"}));
  CHECK(fits("py3-none-manylinux_2_39_x86_64.manylinux_2_17_x86_64", {"3.11", "x86_64"}));
  CHECK(fits("py3-none-linux_x86_64", {"3.11", "x86_64"}));
  CHECK(fits("py3-none-manylinux2014_aarch64", {"3.12", "arm64"}));
  CHECK_FALSE(fits("py3-none-manylinux2014_aarch64", {"3.12", "x86_64"}));
  CHECK_FALSE(fits("py3-none-manylinux2014_x86_64", {"3.12", "arm64"}));
  CHECK_FALSE(fits("py3-none-musllinux_1_1_x86_64", {"3.12", "x86_64"}));
  CHECK(misfit(*parse_wheel_name("x-1-py3-none-manylinux_2_35_x86_64.whl"), {"3.12", "x86_64"}) ==
        "built for glibc 2.35, and the image has 2.34");
  const Target own_base{.python_minor = "3.11", .arch = "x86_64", .has_known_glibc = false};
  CHECK(fits("py3-none-manylinux_2_39_x86_64", own_base));
  CHECK_FALSE(fits("py3-none-manylinux_2_39_aarch64", own_base));
  CHECK_FALSE(fits("py3-none-musllinux_1_1_x86_64", own_base));
}

TEST_CASE("the least glibc of a wheel", "[input]")
{
  const auto need = [](const std::string& tags) {
    return needed_glibc_minor(*parse_wheel_name("x-1-" + tags + ".whl"), {"3.11", "x86_64"});
  };
  CHECK(need("py3-none-any") == 0);
  CHECK(need("cp311-cp311-linux_x86_64") == 0);
  CHECK(need("cp311-cp311-manylinux_2_39_x86_64.manylinux_2_28_x86_64") == 28);
  CHECK(need("cp311-cp311-manylinux2014_x86_64") == 17);
  CHECK_FALSE(need("cp311-cp311-manylinux_2_28_aarch64"));
  CHECK_FALSE(need("cp312-cp312-manylinux_2_28_x86_64"));
  CHECK_FALSE(need("py3-none-musllinux_1_1_x86_64"));
}

TEST_CASE("wheels of other systems", "[input]")
{
  const auto system = [](const std::string& platform) {
    return other_system(*parse_wheel_name("x-1-py3-none-" + platform + ".whl")).value_or("");
  };
  CHECK(system("win_amd64") == "a wheel built for Windows");
  CHECK(system("win32") == "a wheel built for Windows");
  CHECK(system("macosx_11_0_arm64") == "a wheel built for macOS");
  CHECK(system("any").empty());
  CHECK(system("manylinux1_x86_64.win_amd64").empty());
}
