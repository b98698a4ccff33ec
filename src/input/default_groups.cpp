#include "input/default_groups.hpp"

#include "base/text.hpp"
#include "environment/requirement.hpp"
#include "input/toml_file.hpp"

#include <algorithm>
#include <array>

namespace envlift::input {

namespace {

// uv: `default-groups = ["a"]`, or "all". Without the key its default is `dev`.
void add_groups_of_uv(const toml::table& pyproject, std::set<std::string>& found)
{
  const toml::table* uv = table_at(pyproject, "tool.uv");
  const toml::table* groups = table_at(pyproject, "dependency-groups");
  const toml::node* defaults = uv == nullptr ? nullptr : uv->get("default-groups");
  if (defaults == nullptr || groups == nullptr) {
    return;
  }
  const bool is_all = defaults->value_or(std::string_view()) == "all";
  std::set<std::string> named;
  if (const toml::array* names = defaults->as_array()) {
    for (const toml::node& name : *names) {
      named.insert(environment::normalize_name(name.value_or(std::string_view())));
    }
  }
  for (const auto& [key, value] : *groups) {
    const std::string name = environment::normalize_name(key.str());
    if (is_all || named.contains(name)) {
      found.insert(name);
    }
  }
}

void add_groups_of_poetry(const toml::table& pyproject, std::set<std::string>& found)
{
  const toml::table* groups = table_at(pyproject, "tool.poetry.group");
  if (groups == nullptr) {
    return;
  }
  for (const auto& [key, value] : *groups) {
    const toml::table* group = value.as_table();
    const toml::node* optional = group == nullptr ? nullptr : group->get("optional");
    if (group != nullptr && (optional == nullptr || !optional->value_or(false))) {
      found.insert(environment::normalize_name(key.str()));
    }
  }
}

}  // namespace

bool is_of_development(std::string_view group)
{
  constexpr std::array<std::string_view, 14> words = {
    "dev",  "develop",       "development", "test",    "tests",  "testing",   "doc",
    "docs", "documentation", "lint",        "linting", "typing", "typecheck", "ci"};
  const std::string name = environment::normalize_name(group);
  return std::ranges::any_of(text::split(name, '-'), [&](std::string_view part) {
    return std::ranges::find(words, part) != words.end();
  });
}

std::set<std::string> default_groups(const toml::table& pyproject)
{
  std::set<std::string> found;
  add_groups_of_uv(pyproject, found);
  add_groups_of_poetry(pyproject, found);
  std::erase_if(found, is_of_development);
  return found;
}

}  // namespace envlift::input
