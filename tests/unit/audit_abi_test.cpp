#include "fakes/image_facts.hpp"

#include <catch2/catch.hpp>

using namespace envlift;
using fakes::base_image;
using fakes::good_image;
using fakes::k_env_site;

namespace {

bool holds(const std::string& text, const std::string& part)
{
  return text.find(part) != std::string::npos;
}

const std::string k_module = k_env_site + "/fast/_fast.cpython-311-x86_64-linux-gnu.so";

}  // namespace

TEST_CASE("a good image and its bare base have no finding", "[audit]")
{
  for (const audit::Finding& finding : good_image().findings()) {
    CHECK((finding.code + finding.path + finding.message) == "");
  }
  auto base = base_image();
  base.config().cmd = {};
  for (const audit::Finding& finding : base.findings()) {
    CHECK(finding.code == "EL1134");
  }
}

TEST_CASE("files for another machine are found, those of several are not", "[audit]")
{
  auto image = good_image();
  image.distribution(k_env_site, "fast");
  image.elf(k_module).machine = 183;
  image.elf(k_env_site + "/debugger/attach_x86.so").machine = 3;
  image.elf(k_env_site + "/debugger/attach_amd64.so");
  image.elf(k_env_site + "/gpu/kernel.so").machine = 190;
  image.elf(k_env_site + "/fast/tests/data.so").machine = 183;
  const auto found = image.findings_of("EL1111");
  REQUIRE(found.size() == 1);
  CHECK(found[0].path == "/" + k_module);
  CHECK(holds(found[0].message, "aarch64"));

  auto arm = base_image();
  arm.config().architecture = "arm64";
  CHECK(arm.findings_of("EL1111").size() == 1);
}

TEST_CASE("a library that the loader does not find is an error, an optional one a warning", "[audit]")
{
  auto image = good_image();
  image.elf(k_module, {"libnothere.so.1"});
  image.elf(k_env_site + "/ui/_tkinter.cpython-311-x86_64-linux-gnu.so", {"libtk8.6.so"});
  image.elf("opt/env/share/strange/libodd.so.1");
  image.elf(k_env_site + "/odd/odd.cpython-311-x86_64-linux-gnu.so", {"libodd.so.1"});
  const auto found = image.findings_of("EL1112");
  REQUIRE(found.size() == 2);
  CHECK(found[0].path == "/" + k_module);
  CHECK(holds(found[0].message, "libnothere.so.1 is not in the image"));
  CHECK(holds(found[1].message, "/opt/env/share/strange"));
  const auto optional = image.findings_of("EL1113");
  REQUIRE(optional.size() == 1);
  CHECK(holds(optional[0].message, "libtk8.6.so"));
}

TEST_CASE("libraries that a package loads first, and those that the interpreter has, are no errors",
          "[audit]")
{
  auto image = good_image();
  image.elf(k_module, {"libcudart.so.12", "libpython3.11.so.1.0"});
  image.elf(k_env_site + "/nvidia/cuda_runtime/lib/libcudart.so.12");
  CHECK(image.findings_of("EL1112").empty());
  CHECK(image.findings_of("EL1113").size() == 1);
}

TEST_CASE("DT_RPATH is inherited, DT_RUNPATH is not", "[audit]")
{
  const auto with = [](bool is_runpath) {
    auto image = good_image();
    auto& module = image.elf(k_module, {"libone.so.1"});
    (is_runpath ? module.runpath : module.rpath) = {"$ORIGIN/private"};
    image.elf(k_env_site + "/fast/private/libone.so.1", {"libtwo.so.1"});
    image.elf(k_env_site + "/fast/private/libtwo.so.1");
    return image;
  };
  const auto reasons = [](const fakes::ImageFacts& image) {
    return image.findings_of("EL1112").size() + image.findings_of("EL1113").size();
  };
  CHECK(reasons(with(true)) == 1);
  CHECK(reasons(with(false)) == 0);
}

TEST_CASE("folders of ld.so.conf and its includes are looked into", "[audit]")
{
  auto image = good_image();
  image.elf(k_module, {"libconf.so.1"});
  image.elf("usr/lib64/odd/libconf.so.1");
  REQUIRE(image.findings_of("EL1112").size() == 1);
  image.file("etc/ld.so.conf", "include ld.so.conf.d/*.conf\n");
  image.file("etc/ld.so.conf.d/odd.conf", "# odd\n/usr/lib64/odd\n");
  CHECK(image.findings_of("EL1112").empty());
}

TEST_CASE("a version that the found library lacks names the base that has it", "[audit]")
{
  auto image = good_image();
  image.distribution(k_env_site, "fast");
  image.elf(k_module, {"libc.so.6"}).version_needs = {{"libc.so.6", "GLIBC_2.28"},
                                                      {"libc.so.6", "GLIBC_2.34"}};
  auto found = image.findings_of("EL1114");
  REQUIRE(found.size() == 1);
  CHECK(found[0].severity == diag::Severity::error);
  CHECK(holds(found[0].message, "GLIBC_2.34"));
  CHECK(holds(found[0].message, "up to GLIBC_2.26"));
  CHECK(holds(found[0].hint, "Amazon Linux 2023"));

  image.elf(k_module, {"libc.so.6"}).version_needs = {{"libc.so.6", "GLIBC_2.38"}};
  found = image.findings_of("EL1114");
  REQUIRE(found.size() == 1);
  CHECK(holds(found[0].hint, "no base"));
}

TEST_CASE("without the launcher the base's libraries come before the environment's", "[audit]")
{
  auto image = good_image();
  const std::string ssl = "opt/env/lib/python3.11/lib-dynload/_hashlib.cpython-311-x86_64-linux-gnu.so";
  auto& module = image.elf(ssl, {"libssl.so.3"});
  module.runpath = {"$ORIGIN/../.."};
  module.version_needs = {{"libssl.so.3", "OPENSSL_3.2.0"}};
  CHECK(image.findings_of("EL1114").empty());
  CHECK(image.findings_of("EL1115").empty());
  for (const char* name : {"python3.11", "python3", "python"}) {
    image.link(std::string("var/lang/bin/") + name, "/opt/env/bin/python3.11");
  }
  const auto lacking = image.findings_of("EL1114");
  REQUIRE(lacking.size() == 1);
  CHECK(holds(lacking[0].message, "/var/lang/lib/libssl.so.3"));
  CHECK(holds(lacking[0].hint, "/opt/env/lib/libssl.so.3 has it"));
  image.elf(ssl, {"libssl.so.3"}).runpath = {"$ORIGIN/../.."};
  const auto shadowed = image.findings_of("EL1115");
  REQUIRE(shadowed.size() == 1);
  CHECK(shadowed[0].severity == diag::Severity::warning);
  image.config().env = {};
  CHECK(image.findings_of("EL1115").empty());
}

TEST_CASE("a file of another machine is no data because another one lies beside it", "[audit]")
{
  auto image = good_image();
  image.distribution(k_env_site, "fast");
  image.elf(k_env_site + "/fast/native.so");
  image.elf(k_env_site + "/fast/arm4.so").machine = 183;
  image.elf(k_env_site + "/fast/mips.so").machine = 8;
  image.elf(k_env_site + "/fast/bin/linux-arm64/tool").machine = 183;
  image.elf(k_env_site + "/fast/bin/linux-x64/tool");
  image.elf(k_env_site + "/fast/sharp-linux-arm64/lib/x.so").machine = 183;
  image.elf(k_env_site + "/fast/sharp-linux-x64/lib/x.so");
  const auto found = image.findings_of("EL1111");
  REQUIRE(found.size() == 2);
  CHECK(found[0].path == "/" + k_env_site + "/fast/arm4.so");
  CHECK(found[1].path == "/" + k_env_site + "/fast/mips.so");
  image.elf("var/task/tool").machine = 258;
  CHECK(image.findings_of("EL1111").size() == 3);
}

TEST_CASE("a library that was cut off is an error", "[audit]")
{
  auto image = good_image();
  image.elf(k_env_site + "/fast/native.so").is_cut = true;
  image.elf(k_env_site + "/fast/native.so.debug").is_cut = true;
  CHECK(image.findings_of("EL1116").size() == 1);
}

TEST_CASE("the cure for a missing library is no folder that the launcher takes off the path", "[audit]")
{
  auto image = good_image();
  image.elf("var/lang/lib/libffi.so.8");
  image.elf(k_module, {"libffi.so.8"});
  const auto found = image.findings_of("EL1112");
  REQUIRE(found.size() == 1);
  CHECK(found[0].hint == "add the package that brings libffi.so.8 to the environment");
}
