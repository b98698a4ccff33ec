#include "audit/slimmed.hpp"
#include "fakes/image_facts.hpp"

#include <catch2/catch.hpp>

using namespace envlift;

namespace {

const std::string k_site = fakes::k_env_site;

// One distribution, whose list says what the file had when it was installed.
fakes::ImageFacts image_with(const std::string& path, const std::string& size)
{
  fakes::ImageFacts image = fakes::good_image();
  image.layer();
  image.distribution(k_site, "demo");
  image.file(k_site + "/demo-1.0.dist-info/RECORD", path + ",sha256=x," + size + "\n");
  return image;
}

}  // namespace

TEST_CASE("a file of pip's that was changed after its installation is found", "[audit]")
{
  auto image = image_with("demo/data.txt", "5");
  image.file(k_site + "/demo/data.txt", "12345");
  CHECK(image.findings_of("EL1148").empty());
  image.file(k_site + "/demo/data.txt", "1234");
  const auto found = image.findings_of("EL1148");
  REQUIRE(found.size() == 1);
  CHECK(found[0].path == "/" + k_site + "/demo/data.txt");
  CHECK(found[0].package == "demo");
  CHECK(found[0].message == "this file of demo has 4 bytes, 5 when it was installed");
}

TEST_CASE("a module of pip's that has the same size and another content is found", "[audit]")
{
  const std::string sum(43, 'a');
  auto image = image_with("demo/core.py", "5");
  image.file(k_site + "/demo-1.0.dist-info/RECORD", "demo/core.py,sha256=" + sum + ",5\n");
  image.file(k_site + "/demo/core.py", "12345").sha256 = sum;
  CHECK(image.findings_of("EL1148").empty());
  image.at(k_site + "/demo/core.py").sha256 = std::string(43, 'b');
  const auto found = image.findings_of("EL1148");
  REQUIRE(found.size() == 1);
  CHECK(found[0].message == "this file of demo has another content than when it was installed");
  image.at(k_site + "/demo/core.py").sha256 = "";   // too large to be read
  CHECK(image.findings_of("EL1148").empty());
}

TEST_CASE("certificates that are added to a bundle are no alteration", "[audit]")
{
  auto image = image_with("demo/cacert.pem", "5");
  image.file(k_site + "/demo/cacert.pem", "12345 and one more");
  CHECK(image.findings_of("EL1148").empty());
  image.file(k_site + "/demo/cacert.pem", "1234");
  CHECK(image.findings_of("EL1148").size() == 1);
}

TEST_CASE("a library that was cut off is found, a stripped one is not", "[audit]")
{
  auto image = image_with("demo/_c.so", "4000");
  image.elf(k_site + "/demo/_c.so");   // 1000 bytes
  CHECK(image.findings_of("EL1148").empty());
  image.file(k_site + "/demo/_c.so", "\x7f"
                                     "ELF");
  CHECK(image.findings_of("EL1148").size() == 1);
}

TEST_CASE("texts of conda may have another prefix, but not be empty", "[audit]")
{
  auto image = fakes::good_image();
  image.layer();
  image.file("opt/env/conda-meta/demo-1-0.json",
             R"({"name":"demo","version":"1","files":["bin/demo"],"sizes":[90]})");
  image.file("opt/env/bin/demo", "#!/opt/env/bin/python\n");
  CHECK(image.findings_of("EL1148").empty());
  image.file("opt/env/bin/demo", "");
  CHECK(image.findings_of("EL1148").size() == 1);
}

TEST_CASE("what pip writes about its installation, and files that are left out, are no alteration", "[audit]")
{
  auto image = image_with("demo-1.0.dist-info/METADATA", "9999");
  CHECK(image.findings_of("EL1148").empty());
  CHECK(image_with("demo/none.txt", "5").findings_of("EL1148").empty());
}

TEST_CASE("a source that --slim trace reduced is no alteration, another text in its place is", "[audit]")
{
  auto image = image_with("demo/core.py", "5000");
  image.file(k_site + "/demo/core.py", std::string(audit::k_reduced_source));
  CHECK(image.findings_of("EL1148").size() == 1);
  image.config().labels = {{std::string(audit::k_slim_label), ""}};
  CHECK(image.findings_of("EL1148").empty());
  image.file(k_site + "/demo/core.py", "1234");
  CHECK(image.findings_of("EL1148").size() == 1);
}

TEST_CASE("a module of conda's that has other bytes than its record says is found", "[audit]")
{
  auto image = fakes::good_image();
  image.layer();
  image.file("opt/env/conda-meta/demo-1-0.json",
             R"({"name":"demo","version":"1","files":["lib/a.py","lib/b.py","ssl/c.pem"],)"
             R"("sizes":[5,5,5],"prefixed":["lib/b.py"]})");
  image.file("opt/env/lib/a.py", "12345");
  image.file("opt/env/lib/b.py", "/opt/env");
  image.file("opt/env/ssl/c.pem", "12345 and a certificate of the house");
  CHECK(image.findings_of("EL1148").empty());
  image.file("opt/env/lib/a.py", "123456");
  image.file("opt/env/ssl/c.pem", "1");
  const auto found = image.findings_of("EL1148");
  REQUIRE(found.size() == 1);
  CHECK(found[0].paths == std::vector<std::string>{"/opt/env/lib/a.py", "/opt/env/ssl/c.pem"});
}

TEST_CASE("a module that a later layer removes is found, one that the image never had is not", "[audit]")
{
  auto image = fakes::good_image();
  image.layer();
  image.file(
      "opt/env/conda-meta/demo-1-0.json",
      R"({"name":"demo","version":"1","files":["lib/a.py","lib/b.py","lib/tests/c.py","lib/never.py"]})");
  for (const char* name : {"a.py", "b.py", "tests/c.py"}) {
    image.file(std::string("opt/env/lib/") + name, "x = 1\n");
  }
  CHECK(image.findings_of("EL1148").empty());
  image.layer();
  image.top().whiteouts = {"opt/env/lib/b.py", "opt/env/lib/tests"};
  const auto found = image.findings_of("EL1148");
  REQUIRE(found.size() == 1);
  CHECK(found[0].path == "/opt/env/lib/b.py");
  CHECK(found[0].message == "a later layer removes this file of demo");
  image.top().whiteouts = {"opt/env/lib"};   // the package as a whole
  CHECK(image.findings_of("EL1148").empty());
}
