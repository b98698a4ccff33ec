#include "report/audit.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

using namespace envlift;
using Json = nlohmann::json;

namespace {

const std::vector<audit::Finding> k_findings = {
  {"EL1114",
   diag::Severity::error,
   "numpy",
   "/opt/env/a b.so",
   "too old: https://me:hunter22@host/",
   "cure",
   {}},
  {"EL1137", diag::Severity::note, "", "", "large", "", {"/a", "/b"}},
};

}  // namespace

TEST_CASE("an audit's JSON has the members of its schema, and no credentials", "[report]")
{
  const Json json = Json::parse(report::audit_json("demo:1", k_findings));
  CHECK(json["schema"] == 1);
  CHECK(json["image"] == "demo:1");
  REQUIRE(json["findings"].size() == 2);
  CHECK(json["findings"][0] == Json{{"code", "EL1114"},
                                    {"severity", "error"},
                                    {"package", "numpy"},
                                    {"path", "/opt/env/a b.so"},
                                    {"message", "too old: https://****@host/"},
                                    {"hint", "cure"}});
  CHECK(json["findings"][1]["path"] == "");
  CHECK(json["findings"][1]["paths"] == Json{"/a", "/b"});
  CHECK(Json::parse(report::audit_json("demo", {}))["findings"] == Json::array());
}

TEST_CASE("an audit's SARIF has rules, levels and places", "[report]")
{
  const std::string text = report::audit_sarif("demo:1", k_findings);
  CHECK(text.find("hunter22") == std::string::npos);
  const Json run = Json::parse(text)["runs"][0];
  CHECK(Json::parse(text)["version"] == "2.1.0");
  CHECK(run["tool"]["driver"]["rules"].size() == 2);
  CHECK(run["results"][0]["ruleId"] == "EL1114");
  CHECK(run["results"][0]["level"] == "error");
  CHECK(run["tool"]["driver"]["rules"][run["results"][1]["ruleIndex"].get<std::size_t>()]["id"] == "EL1137");
  CHECK(run["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] ==
        "opt/env/a%20b.so");
  CHECK(run["results"][1]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "demo%3A1");
  CHECK(run["results"][1]["locations"][1]["physicalLocation"]["artifactLocation"]["uri"] == "b");
}

TEST_CASE("an audit's text has a paragraph each and their numbers", "[report]")
{
  CHECK(report::audit_text("demo:1", k_findings) ==
        "error[EL1114]: too old: https://****@host/\n  --> /opt/env/a b.so (numpy)\n  hint: cure\n\n"
        "note[EL1137]: large\n\n"
        "demo:1: 1 error, 0 warnings, 1 note\n");
}
