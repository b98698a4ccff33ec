#include "render/template.hpp"

#include "render/template_tags.hpp"

#include <catch2/catch.hpp>

using namespace envlift;
using render::Fields;
using render::fill_template;

namespace {

std::string problem(const std::string& text, const Fields& fields)
{
  const auto filled = fill_template("look.mustache", text, fields);
  return filled ? "filled: " + *filled : filled.error().code + " " + filled.error().message;
}

Fields values(std::map<std::string, std::string> given)
{
  return {std::move(given), {}, {}};
}

}  // namespace

TEST_CASE("values are written as they are", "[render]")
{
  const std::string nasty = "<a> & \"b\" 'c' {{d}} >=1,<2";
  CHECK(fill_template("t", "[{{x}}] [{{{x}}}] [{{&x}}]", values({{"x", nasty}})) ==
        "[" + nasty + "] [" + nasty + "] [" + nasty + "]");
}

TEST_CASE("sections and lists", "[render]")
{
  Fields fields;
  fields.values = {{"name", "outer"}};
  fields.sections = {{"on", true}, {"off", false}};
  fields.lists["items"] = {values({{"item", "a"}}), values({{"item", "b"}})};
  CHECK(fill_template("t",
                      "{{#on}}on{{/on}}{{^on}}-{{/on}}{{#off}}-{{/off}}{{^off}}off{{/off}}"
                      "{{#items}} {{item}}/{{name}}{{/items}}",
                      fields) == "onoff a/outer b/outer");
}

TEST_CASE("a key that is not set is an error, with its line", "[render]")
{
  CHECK(problem("a\nb {{y}} {{x}}", values({{"x", ""}})) ==
        "EL0711 template look.mustache: line 2: the key `y` is not one that envlift sets here");
  CHECK(problem("{{#s}}{{/s}}", {}) ==
        "EL0711 template look.mustache: line 1: the section `s` is not one that envlift sets here");
}

TEST_CASE("a key that is not used is an error", "[render]")
{
  CHECK(problem("", values({{"x", ""}})) == "EL0711 template look.mustache: the key `x` is set but not used");
  CHECK(problem("", {{}, {{"s", true}}, {}}) ==
        "EL0711 template look.mustache: the key `s` is set but not used");
  Fields fields;
  fields.lists["items"] = {values({{"a", ""}, {"b", ""}})};
  CHECK(problem("\n{{#items}}{{a}}{{/items}}", fields) ==
        "EL0711 template look.mustache: line 2: in `items`, the key `b` is set but not used");
}

TEST_CASE("a key of a list is not known outside of it", "[render]")
{
  Fields fields;
  fields.lists["items"] = {values({{"a", ""}})};
  CHECK(problem("{{#items}}{{a}}{{/items}}{{a}}", fields) ==
        "EL0711 template look.mustache: line 1: the key `a` is not one that envlift sets here");
}

TEST_CASE("sections that are off are checked, too", "[render]")
{
  CHECK(problem("{{#s}}{{x}}{{/s}}", {{}, {{"s", false}}, {}}) ==
        "EL0711 template look.mustache: line 1: the key `x` is not one that envlift sets here");
}

TEST_CASE("broken templates are named", "[render]")
{
  const Fields fields{{}, {{"s", true}}, {}};
  CHECK(problem("{{#s}}", fields) == "EL0711 template look.mustache: line 1: the section `s` is not closed");
  CHECK(problem("{{/s}}", fields) ==
        "EL0711 template look.mustache: line 1: `s` ends a section that is not open");
  CHECK(problem("{{#s}}\n{{/t}}", fields) ==
        "EL0711 template look.mustache: line 2: `t` ends a section that is not open");
  CHECK(problem("{{s", fields) == "EL0711 template look.mustache: a tag is not closed");
  CHECK(problem("{{> other}}", fields) ==
        "EL0711 template look.mustache: line 1: `other` is neither a value nor a section");
  CHECK(problem("{{=<% %>=}}", fields).starts_with("EL0711 template look.mustache: line 1: "));
  CHECK(problem("{{a b}}", fields) ==
        "EL0711 template look.mustache: line 1: `a b` is neither a value nor a section");
}

TEST_CASE("comments of a template are not keys", "[render]")
{
  CHECK(fill_template("t", "a{{! not a key }}b", {}) == "ab");
}

TEST_CASE("tags are read nested", "[render]")
{
  const auto read = render::read_tags("{{a}}\n{{#s}}{{b}}{{^t}}{{{c}}}{{/t}}{{/s}}");
  REQUIRE(read.problem.empty());
  REQUIRE(read.tags.size() == 2);
  CHECK(read.tags[0].key == "a");
  CHECK(read.tags[1].kind == render::Tag::Kind::section);
  CHECK(read.tags[1].line == 2);
  REQUIRE(read.tags[1].inside.size() == 2);
  REQUIRE(read.tags[1].inside[1].inside.size() == 1);
  CHECK(read.tags[1].inside[1].inside[0].key == "c");
}
