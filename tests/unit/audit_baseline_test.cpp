#include "audit/baseline.hpp"

#include <catch2/catch.hpp>

using namespace envlift;

namespace {

audit::Finding finding(const std::string& code, const std::string& path, const std::string& package = "")
{
  return {code, diag::Severity::warning, package, path, "message", "hint", {}};
}

}  // namespace

TEST_CASE("a baseline takes away what it accepts and nothing else", "[audit]")
{
  const std::string yaml = "accepted:\n  - code: EL1144\n    path: /opt/env/*\n    reason: known\n"
                           "  - code: EL1128\n    package: urllib3\n";
  const std::string json = R"({"accepted": [{"code": "EL1144", "path": "/opt/env/*", "reason": "known"},
                              {"code": "EL1128", "package": "urllib3"}]})";
  for (const std::string& text : {yaml, json}) {
    diag::Diagnostics diagnostics;
    const audit::Baseline baseline = audit::read_baseline("baseline", text, diagnostics);
    CHECK(diagnostics.all().empty());
    REQUIRE(baseline.accepted.size() == 2);
    const auto left = audit::without_accepted(
        {finding("EL1144", "/opt/env/lib/x"), finding("EL1144", "/usr/x"), finding("EL1145", "/opt/env/x"),
         finding("EL1128", "/x", "urllib3"), finding("EL1128", "/x", "numpy")},
        baseline, diagnostics);
    CHECK(diagnostics.all().empty());
    REQUIRE(left.size() == 3);
    CHECK(left[0].path == "/usr/x");
    CHECK(left[1].code == "EL1145");
    CHECK(left[2].package == "numpy");
  }
}

TEST_CASE("what a baseline accepts and the image has not is told, with its place", "[audit]")
{
  diag::Diagnostics diagnostics;
  const audit::Baseline baseline = audit::read_baseline(
      "accepted.yaml", "accepted:\n  - code: EL1144\n  - code: EL1128\n    path: /gone\n", diagnostics);
  const auto left =
      audit::without_accepted({finding("EL1144", "/x"), finding("EL1128", "/y")}, baseline, diagnostics);
  CHECK(left.size() == 1);
  REQUIRE(diagnostics.all().size() == 1);
  CHECK(diagnostics.all()[0].code == "EL1154");
  CHECK(diagnostics.all()[0].span.file == "accepted.yaml");
  CHECK(diagnostics.all()[0].span.line == 3);
  CHECK_FALSE(diagnostics.has_errors());
}

TEST_CASE("a baseline that is written accepts what was found, but for secrets", "[audit]")
{
  audit::Finding note = finding("EL1137", "/n");
  note.severity = diag::Severity::note;
  const std::vector<audit::Finding> found = {
    finding("EL1144", "/a \"b\": #c\n"), finding("EL1128", "/x", "numpy"), finding("EL1145", "/.env"), note};
  const audit::Baseline known{{{"EL1115", "/opt/*", "", "looked at", {}}}};
  const std::string text = audit::baseline_text(audit::accepting(known, found));
  diag::Diagnostics diagnostics;
  const audit::Baseline read = audit::read_baseline("written.yaml", text, diagnostics);
  CHECK(diagnostics.all().empty());
  REQUIRE(read.accepted.size() == 3);
  CHECK(read.accepted[0].reason == "looked at");
  CHECK(read.accepted[1].path == found[0].path);
  const auto left = audit::without_accepted(found, read, diagnostics);
  REQUIRE(left.size() == 2);
  CHECK(left[0].code == "EL1145");
  CHECK(audit::read_baseline("empty.yaml", audit::baseline_text({}), diagnostics).accepted.empty());
}

TEST_CASE("a baseline of another form is an error", "[audit]")
{
  for (const char* text : {"accepted: all", "- EL1144", "accepted: [{codes: EL1144}]",
                           "accepted: [{path: /x}]", "accepted: [{code: EL9999}]"}) {
    INFO(text);
    diag::Diagnostics diagnostics;
    CHECK(audit::read_baseline("baseline", text, diagnostics).accepted.empty());
    REQUIRE(diagnostics.all().size() == 1);
    CHECK(diagnostics.all()[0].code == "EL1151");
  }
}
