#include "report/sbom.hpp"

#include "audit/texts.hpp"
#include "base/sha256.hpp"
#include "fakes/image_facts.hpp"
#include "report/license_expression.hpp"
#include "report/license_list.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

using namespace envlift;
using nlohmann::json;

namespace {

const std::string k_sum(64, 'a');
const std::string k_conda = "opt/env/conda-meta/";

std::string conda_record(const std::string& name, const std::string& channel, const std::string& url,
                         const std::string& license)
{
  return json{{"name", name},       {"version", "1!2.0+x"}, {"build", "h1_0"}, {"subdir", "linux-64"},
              {"channel", channel}, {"url", url},           {"sha256", k_sum}, {"license", license}}
      .dump();
}

// The good image with packages of both kinds over the base.
fakes::ImageFacts described_image()
{
  fakes::ImageFacts image = fakes::good_image();
  image.config().text = R"({"made": "up"})";
  image.config().created = "2026-01-02T03:04:05.678Z";
  image.config().diff_ids = {"sha256:0", "sha256:1", "sha256:2", "sha256:3"};
  image.layer();
  image.file(k_conda + "zlib.json",
             audit::reduced_conda(conda_record(
                 "zlib", "https://conda.anaconda.org/conda-forge/linux-64",
                 "https://conda.anaconda.org/conda-forge/linux-64/zlib-1!2.0+x-h1_0.conda", "zlib")));
  image.file(k_conda + "own.json", audit::reduced_conda(conda_record(
                                       "own", "https://user:hunter22@host.example/channel",
                                       "https://user:hunter22@host.example/own.conda", "Mine, all mine")));
  const std::string info = fakes::k_env_site + "/My_Tool-3.dist-info/";
  image.file(
      info + "METADATA",
      audit::reduced_metadata("Name: My_Tool\nVersion: 3\nLicense-Expression: mit or Apache-2.0\n\nText\n"));
  image.file(
      info + "direct_url.json",
      R"({"url": "https://host.example/tool.git", "vcs_info": {"vcs": "git", "commit_id": "c0ffee"}})");
  return image;
}

json document(report::SbomFormat format, fakes::ImageFacts image = described_image(),
              const report::SbomSubject& subject = {"host/fn", "sha256:d1", ""})
{
  return json::parse(report::sbom(format, audit::inventory(image.facts()), subject));
}

json named(const json& list, const std::string& name)
{
  for (const json& one : list) {
    if (one["name"] == name) {
      return one;
    }
  }
  FAIL(name << " is not listed");
  return {};
}

}  // namespace

TEST_CASE("CycloneDX lists the packages with origin, sum and license, and the base's below the base",
          "[report][sbom]")
{
  const json bom = document(report::SbomFormat::cyclonedx);
  CHECK(bom["specVersion"] == "1.6");
  CHECK(bom["metadata"]["timestamp"] == "2026-01-02T03:04:05Z");
  CHECK(bom["metadata"]["component"]["purl"] == "pkg:oci/fn@sha256:d1?arch=amd64&repository_url=host/fn");
  const json zlib = named(bom["components"], "zlib");
  CHECK(zlib["purl"] ==
        "pkg:conda/zlib@1%212.0%2Bx?build=h1_0&channel=conda-forge&subdir=linux-64&type=conda");
  CHECK(zlib["hashes"] == json::parse(R"([{"alg": "SHA-256", "content": ")" + k_sum + "\"}]"));
  CHECK(zlib["licenses"] == json::parse(R"([{"expression": "Zlib"}])"));
  CHECK(zlib["externalReferences"][0]["url"] ==
        "https://conda.anaconda.org/conda-forge/linux-64/zlib-1!2.0+x-h1_0.conda");
  CHECK(named(bom["components"], "own")["licenses"] ==
        json::parse(R"([{"license": {"name": "Mine, all mine"}}])"));
  const json tool = named(bom["components"], "my-tool");
  CHECK(tool["purl"] == "pkg:pypi/my-tool@3");
  CHECK(tool["licenses"][0]["expression"] == "MIT OR Apache-2.0");
  CHECK(tool["externalReferences"][0]["url"] == "git+https://host.example/tool.git@c0ffee");
  const json base = bom["components"][0];
  CHECK(base["type"] == "container");
  CHECK(base["version"] == "sha256:0");
  CHECK(named(base["components"], "boto3")["version"] == "1.35.36");
  CHECK(bom["dependencies"][0]["dependsOn"].size() == bom["components"].size());
}

TEST_CASE("SPDX lists the same", "[report][sbom]")
{
  const json bom = document(report::SbomFormat::spdx);
  CHECK(bom["creationInfo"]["created"] == "2026-01-02T03:04:05Z");
  const json zlib = named(bom["packages"], "zlib");
  CHECK(zlib["licenseDeclared"] == "Zlib");
  CHECK(zlib["checksums"][0]["checksumValue"] == k_sum);
  const std::string own = named(bom["packages"], "own")["licenseDeclared"];
  CHECK(bom["hasExtractedLicensingInfos"] ==
        json::array({{{"licenseId", own}, {"name", "Mine, all mine"}, {"extractedText", "Mine, all mine"}}}));
  CHECK(named(bom["packages"], "numpy")["licenseDeclared"] == "NOASSERTION");
  std::map<std::string, std::string> holder;
  for (const json& one : bom["relationships"]) {
    holder[one["relatedSpdxElement"]] = one["spdxElementId"];
  }
  CHECK(holder.size() == bom["packages"].size());
  CHECK(holder[zlib["SPDXID"]] == "SPDXRef-Image");
  CHECK(holder[named(bom["packages"], "boto3")["SPDXID"]] == "SPDXRef-Base");
}

TEST_CASE("a bill of materials tells no credentials, and the same bytes each time", "[report][sbom]")
{
  for (const auto format : {report::SbomFormat::spdx, report::SbomFormat::cyclonedx}) {
    const audit::Inventory inventory = audit::inventory(described_image().facts());
    const std::string text = report::sbom(format, inventory, {"fn", "", ""});
    CHECK(text.find("hunter22") == std::string::npos);
    CHECK(text == report::sbom(format, audit::inventory(described_image().facts()), {"fn", "", ""}));
    // Another document has another identifier, and an image of no time the earliest.
    const char* identifier = format == report::SbomFormat::spdx ? "documentNamespace" : "serialNumber";
    CHECK(document(format)[identifier] != json::parse(text)[identifier]);
    fakes::ImageFacts timeless = described_image();
    timeless.config().created = "yesterday";
    CHECK(report::sbom(format, audit::inventory(timeless.facts()), {}).find("1970-01-01T00:00:00Z") !=
          std::string::npos);
    CHECK(report::sbom(format, inventory, {"fn", "", "2001-09-09T01:46:40Z"})
              .find("\"2001-09-09T01:46:40Z\"") != std::string::npos);
  }
}

TEST_CASE("the base has the reference that it was built on, or the system's name", "[report][sbom]")
{
  fakes::ImageFacts image = described_image();
  image.file("etc/os-release", "NAME=x\nPRETTY_NAME=\"Amazon Linux 2023\"\n");
  CHECK(audit::inventory(image.facts()).base_name == "Amazon Linux 2023");
  image.config().history = {{"public.ecr.aws/lambda/python:3.11", false}, {"envlift: numpy 1.26.4", false}};
  const audit::Inventory inventory = audit::inventory(image.facts());
  CHECK(inventory.base_name == "public.ecr.aws/lambda/python:3.11");
  // Of two layers, as the OCI image-spec has it.
  fakes::ImageFacts two = fakes::base_image();
  two.config().diff_ids = {"sha256:0", "sha256:1"};
  two.layer();
  two.file("var/runtime/bootstrap", "#!/bin/bash\n");
  CHECK(audit::inventory(two.facts()).base_chain == "sha256:0");
}

TEST_CASE("what a license is called is kept of a distribution's metadata, but not its text", "[audit][sbom]")
{
  const auto license_of = [](const std::string& headers) {
    fakes::ImageFacts image = fakes::good_image();
    image.file(fakes::k_env_site + "/x-1.dist-info/METADATA",
               audit::reduced_metadata("Name: x\n" + headers + "\n\nLicense: body\n"));
    const audit::Inventory inventory = audit::inventory(image.facts());
    const auto found = std::ranges::find(inventory.own, "x", &audit::Component::name);
    REQUIRE(found != inventory.own.end());
    return found->license;
  };
  CHECK(license_of("License: BSD\nClassifier: License :: OSI Approved :: MIT License") == "BSD");
  CHECK(license_of("License: BSD\nLicense-Expression: MIT") == "MIT");
  CHECK(license_of("License: UNKNOWN\nClassifier: License :: OSI Approved :: MIT License") == "MIT License");
  CHECK(license_of("License: Copyright by many\n        All rights reserved\nClassifier: License :: OSI "
                   "Approved :: BSD License\n"
                   "Classifier: License :: Public Domain") == "BSD License, Public Domain");
  CHECK(license_of("Summary: none").empty());
}

TEST_CASE("license expressions", "[report][sbom]")
{
  using report::license_expression;
  CHECK(license_expression("mit") == "MIT");
  CHECK(license_expression("(apache-2.0 or MIT) AND bsd-3-clause") == "(Apache-2.0 OR MIT) AND BSD-3-Clause");
  CHECK(license_expression("GPL-2.0+ WITH classpath-exception-2.0") ==
        "GPL-2.0+ WITH Classpath-exception-2.0");
  CHECK(license_expression("EPL-2.0+") == "EPL-2.0+");
  for (const char* text :
       {"", "BSD", "MIT License", "MIT OR", "OR MIT", "(MIT", "MIT)", "()", "MIT AND AND MIT", "MIT WITH MIT",
        "MIT WITH", "MIT, BSD-3-Clause", "LicenseRef-Mine", "+", "MIT/X11"}) {
    INFO(text);
    CHECK_FALSE(license_expression(text));
  }
  CHECK_FALSE(license_expression(std::string(100'000, '(')));
  for (const auto ids : {report::license_ids(), report::exception_ids()}) {
    for (const std::string_view id : ids) {
      if (ids.data() == report::license_ids().data()) {
        CHECK(license_expression(id) == std::string(id));
      }
    }
  }
}
