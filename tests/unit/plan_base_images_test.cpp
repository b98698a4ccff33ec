#include "plan/base_images.hpp"

#include <catch2/catch.hpp>

#include <string>

using namespace envlift::plan;

TEST_CASE("every base has an installer that its glibc can run", "[plan]")
{
  for (const BaseImage& base : base_images()) {
    INFO(base.reference);
    for (const Installer& installer : {base.x86_64, base.arm64}) {
      CHECK_FALSE(is_newer(installer.glibc_floor, base.glibc));
      CHECK(installer_glibc_floor(installer.url) == installer.glibc_floor);
      CHECK(installer.sha256.size() == 64);
      CHECK(installer.sha256.find_first_not_of("0123456789abcdef") == std::string_view::npos);
    }
    CHECK(base.x86_64.url.ends_with("-Linux-x86_64.sh"));
    CHECK(base.arm64.url.ends_with("-Linux-aarch64.sh"));
    CHECK(base.reference.ends_with(":" + std::string(base.python_minor)));
    CHECK(base.runtime_client.starts_with("awslambdaric=="));
    const OsBaseImage& without = os_base_of(base);
    CHECK(without.os == base.os);
    CHECK(without.reference.ends_with(":" + std::string(without.name)));
    CHECK((base.compressed_mb == 0 || base.compressed_mb > without.compressed_mb));
  }
}

TEST_CASE("bases are found by their minor", "[plan]")
{
  REQUIRE(find_base("3.11") != nullptr);
  CHECK(find_base("3.11")->glibc == "2.26");
  CHECK(find_base("3.12")->glibc == "2.34");
  CHECK(find_base("3.7") == nullptr);
  CHECK(find_base("") == nullptr);
  CHECK(find_base(k_default_minor) != nullptr);
}

TEST_CASE("an installer's glibc floor is read off its name", "[plan]")
{
  CHECK(installer_glibc_floor("https://host/Miniconda3-py311_24.9.2-0-Linux-x86_64.sh") == "2.17");
  CHECK(installer_glibc_floor("https://host/Miniconda3-py312_24.11.1-0-Linux-x86_64.sh") == "2.28");
  CHECK(installer_glibc_floor("https://host/Miniconda3-py39_4.12.0-Linux-x86_64.sh") == "2.17");
  CHECK(installer_glibc_floor("https://host/Miniconda3-latest-Linux-x86_64.sh") == "2.28");
  CHECK(installer_glibc_floor("https://host/installer.sh").empty());
  CHECK(installer_glibc_floor("").empty());
}

TEST_CASE("glibc versions are compared as numbers", "[plan]")
{
  CHECK(is_newer("2.28", "2.26"));
  CHECK(is_newer("2.28", "2.5"));
  CHECK_FALSE(is_newer("2.17", "2.26"));
  CHECK_FALSE(is_newer("2.26", "2.26"));
  CHECK_FALSE(is_newer("", "2.26"));
}
