#include "render/render.hpp"

#include "base/text.hpp"
#include "plan_fixture.hpp"
#include "render/safe_text.hpp"

#include <catch2/catch.hpp>

#include <functional>

using namespace envlift;
using test::make_plan;
using Words = std::vector<std::string>;

namespace {

// The keywords of a Dockerfile as the builder's parser finds them: comments and empty lines dropped, a
// backslash at the end of a line joins the next one.
Words keywords(const std::string& dockerfile)
{
  Words found;
  bool continued = false;
  for (const std::string_view line : text::lines(dockerfile)) {
    const std::string_view trimmed = text::trim(line);
    if (trimmed.empty() || trimmed.starts_with('#')) {
      continue;
    }
    if (!continued) {
      found.emplace_back(trimmed.substr(0, trimmed.find_first_of(" \t")));
    }
    continued = trimmed.ends_with('\\');
  }
  return found;
}

std::string rendered(const plan::Plan& plan)
{
  const auto text = render::dockerfile(plan, &render::builtin_template);
  return text ? *text : text.error().code;
}

const Words k_nasty = {
  "x\nRUN evil",
  "x\r\nRUN evil",
  "\nUSER root",
  "x\\",
  "x\\\n",
  "\"",
  "x\"]\nRUN [\"evil\"",
  "'; RUN evil; '",
  "$(evil)",
  "${HOME}",
  "`evil`",
  "# escape=`",
  "<<EOF\nRUN evil\nEOF",
  "\xE2\x80\xA8RUN evil",
  "\xC2\x85RUN evil",
  "\xFF\xFE",
  "{{#stages}}RUN evil{{/stages}}",
  "{{base}}",
  std::string("x\0RUN evil", 10),
  "\x1B[2J",
  "--from=evil",
  "a b",
  "",
  " ",
};

}  // namespace

TEST_CASE("a swap's Dockerfile", "[render]")
{
  const std::string text = rendered(make_plan(test::conda_environment()).plan);
  CHECK(keywords(text) == Words{"FROM", "WORKDIR", "COPY", "COPY", "RUN", "COPY", "COPY", "RUN", "COPY",
                                "RUN", "FROM", "COPY", "RUN", "FROM", "COPY", "COPY", "ENV", "COPY",
                                "ENTRYPOINT", "CMD"});
  CHECK(text.starts_with("# Rendered by envlift"));   // line 1 is ours: no directive can stand there
  CHECK(text.ends_with("ENTRYPOINT [\"/lambda-entrypoint.sh\"]\nCMD [\"app.handler\"]\n"));
  CHECK(text.find("\nFROM public.ecr.aws/lambda/python:3.11 AS builder\nWORKDIR /build\n\n# ") !=
        std::string::npos);
  CHECK(text.find("\n\n\n") == std::string::npos);
  CHECK(text.find("<<") == std::string::npos);
  CHECK(text.find("numpy") == std::string::npos);   // package specs lie in files, not here
}

TEST_CASE("the header says which secrets the build needs, and not where they lie", "[render]")
{
  settings::Settings settings;
  settings.ca_bundle = "/home/someone/ca.pem";
  settings.condarc = "/home/someone/condarc";
  const std::string text = rendered(make_plan(test::conda_environment(), settings).plan);
  CHECK(text.find("# Its secret mounts need --secret id=ca_bundle,src=FILE --secret id=condarc,src=FILE\n") !=
        std::string::npos);
  CHECK(text.find("/home/someone") == std::string::npos);
  CHECK(rendered(make_plan(test::conda_environment()).plan).find("# Its secret mounts") == std::string::npos);
}

TEST_CASE("the header's build line has the network that is set", "[render]")
{
  settings::Settings settings;
  CHECK(rendered(make_plan(test::conda_environment(), settings).plan).find("--network") == std::string::npos);
  settings.build_network = "host";
  auto plan = make_plan(test::conda_environment(), settings).plan;
  CHECK(rendered(plan).find(" docker build --platform linux/amd64 --network host --tag NAME .\n") !=
        std::string::npos);
  plan.build_network = "host\nRUN evil";
  CHECK_FALSE(render::dockerfile(plan, &render::builtin_template));
}

TEST_CASE("keywords never depend on the user's text: environments", "[render]")
{
  const Words expected_swap = keywords(rendered(make_plan(test::conda_environment()).plan));
  for (const std::string& nasty : k_nasty) {
    INFO(text::printable(nasty));
    auto environment = test::conda_environment();
    environment.name = nasty;
    environment.channels.push_back(nasty);
    environment.variables = {{"X1", nasty}};
    environment.conda.push_back(test::conda_package(nasty, nasty));
    environment.pip.push_back(test::pip_package(nasty, nasty));
    environment.pip_options = {{"--index-url", nasty, {}}};
    environment.constraints = {{nasty, {}, {}}};
    environment.dropped = {{nasty, nasty, {}}};
    CHECK(keywords(rendered(make_plan(environment).plan)) == expected_swap);
  }
}

TEST_CASE("keywords never depend on the user's text: what the Dockerfile names", "[render]")
{
  using Change = std::function<void(plan::Plan&, const std::string&)>;
  const plan::Plan clean = make_plan(test::conda_environment()).plan;
  const Words expected = keywords(rendered(clean));
  const std::vector<std::pair<std::string, Change>> changes = {
    {"base",
     [](plan::Plan& plan, const std::string& text) { plan.stages[0].base = plan.stages[2].base = text; }},
    {"stage", [](plan::Plan& plan, const std::string& text) { plan.stages[0].name = "builder" + text; }},
    {"comment",
     [](plan::Plan& plan, const std::string& text) { plan.stages[0].steps[1].comment = "why " + text; }},
    {"workdir", [](plan::Plan& plan,
                   const std::string& text) { plan.stages[0].steps[0].instruction = plan::Workdir{text}; }},
    {"handler", [](plan::Plan& plan,
                   const std::string& text) { plan.stages[2].steps.back().instruction = plan::Cmd{{text}}; }},
    {"variable",
     [](plan::Plan& plan, const std::string& text) {
       plan.stages[2].steps[2].instruction = plan::Env{{{"A", text}, {"B", "b"}}};
     }},
    {"variable's name",
     [](plan::Plan& plan, const std::string& text) {
       plan.stages[2].steps[2].instruction = plan::Env{{{text, "a"}}};
     }},
    {"source",
     [](plan::Plan& plan, const std::string& text) {
       plan.stages[0].steps[1].instruction = plan::Copy{{text}, "/x/", ""};
     }},
    {"destination",
     [](plan::Plan& plan, const std::string& text) {
       plan.stages[0].steps[1].instruction = plan::Copy{{"a"}, text, ""};
     }},
    {"cache",
     [](plan::Plan& plan, const std::string& text) {
       plan.stages[0].steps[3].instruction = plan::Run{{"a"}, {plan::CacheMount{text}}};
     }},
    {"secret",
     [](plan::Plan& plan, const std::string& text) {
       plan.stages[0].steps[3].instruction = plan::Run{{"a"}, {plan::SecretMount{text}}};
     }},
    {"secret's id",
     [](plan::Plan& plan, const std::string& text) { plan.secrets = {{text, "ca_bundle", "/ca.pem"}}; }},
  };
  REQUIRE(std::holds_alternative<plan::Env>(clean.stages[2].steps[2].instruction));
  REQUIRE(std::holds_alternative<plan::Run>(clean.stages[0].steps[3].instruction));
  std::size_t refused = 0;
  for (const auto& [what, change] : changes) {
    for (const std::string& nasty : k_nasty) {
      INFO(what << ": " << text::printable(nasty));
      plan::Plan plan = clean;
      change(plan, nasty);
      const std::string text = rendered(plan);
      CHECK((text == "EL0708" || keywords(text) == expected));
      refused += text == "EL0708" ? 1U : 0U;
    }
  }
  CHECK(refused > changes.size());
}

TEST_CASE("what may stand bare and what in quotes", "[render]")
{
  CHECK(render::is_safe_word("123.dkr.ecr.eu-west-1.amazonaws.com/python:3.11@sha256:ab"));
  CHECK(render::is_safe_word("/build/envlift/"));
  for (const char* word : {"", "-x", "a b", "a\"b", "a$b", "a\\", "a,b", "a=b", "a*", "\xC3\xA9"}) {
    INFO(word);
    CHECK_FALSE(render::is_safe_word(word));
  }
  CHECK(render::is_safe_quoted("caf\xC3\xA9 \"quoted\" $x \\ 'y'"));
  CHECK_FALSE(render::is_safe_quoted("a\nb"));
  CHECK_FALSE(render::is_safe_quoted("\xFF"));
}

TEST_CASE("an instruction longer than the parser takes is refused", "[render]")
{
  plan::Plan plan = make_plan(test::conda_environment()).plan;
  plan.stages[2].steps.back().instruction = plan::Cmd{{std::string(70000, 'x')}};
  CHECK(rendered(plan) == "EL0708");
}

TEST_CASE("the user's template gives the look, a wrong one is named", "[render]")
{
  const plan::Plan plan = make_plan(test::conda_environment()).plan;
  const auto none = [](const std::string&) -> std::optional<std::string> { return std::nullopt; };
  const auto missing = render::dockerfile(plan, none);
  REQUIRE_FALSE(missing);
  CHECK(missing.error().code == "EL0712");
  const auto empty = [](const std::string&) -> std::optional<std::string> { return ""; };
  const auto unused = render::dockerfile(plan, empty);
  REQUIRE_FALSE(unused);
  CHECK(unused.error().code == "EL0711");
}
