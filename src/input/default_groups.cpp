#include "input/default_groups.hpp"

#include "base/text.hpp"
#include "environment/requirement.hpp"
#include "input/toml_file.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace envlift::input {

namespace {

bool is_optional(const toml::node& group)
{
  const toml::table* table = group.as_table();
  const toml::node* optional = table == nullptr ? nullptr : table->get("optional");
  return optional != nullptr && optional->value_or(false);
}

std::set<std::string> without_development(std::set<std::string> groups)
{
  std::erase_if(groups, is_of_development);
  return groups;
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

// `default-groups = ["a"]`, or "all". Without the key uv's default is `dev`.
std::set<std::string> default_groups_of_uv(const toml::table& pyproject)
{
  const toml::table* uv = table_at(pyproject, "tool.uv");
  const toml::table* groups = table_at(pyproject, "dependency-groups");
  const toml::node* defaults = uv == nullptr ? nullptr : uv->get("default-groups");
  if (defaults == nullptr || groups == nullptr) {
    return {};
  }
  const bool is_all = defaults->value_or(std::string_view()) == "all";
  std::set<std::string> named;
  if (const toml::array* names = defaults->as_array()) {
    for (const toml::node& name : *names) {
      named.insert(environment::normalize_name(name.value_or(std::string_view())));
    }
  }
  std::set<std::string> found;
  for (const auto& [key, value] : *groups) {
    const std::string name = environment::normalize_name(key.str());
    if (is_all || named.contains(name)) {
      found.insert(name);
    }
  }
  return without_development(std::move(found));
}

// [tool.poetry.group.NAME] says of a group of [dependency-groups], too, that it is optional.
std::set<std::string> default_groups_of_poetry(const toml::table& pyproject)
{
  std::set<std::string> found;
  if (const toml::table* groups = table_at(pyproject, "dependency-groups")) {
    for (const auto& [key, value] : *groups) {
      found.insert(environment::normalize_name(key.str()));
    }
  }
  if (const toml::table* groups = table_at(pyproject, "tool.poetry.group")) {
    for (const auto& [key, value] : *groups) {
      const std::string name = environment::normalize_name(key.str());
      if (is_optional(value)) {
        found.erase(name);
      }
      else if (value.is_table()) {
        found.insert(name);
      }
    }
  }
  return without_development(std::move(found));
}

std::set<std::string> default_groups(const toml::table& pyproject)
{
  const toml::table* uv = table_at(pyproject, "tool.uv");
  const bool is_of_uv = uv != nullptr && uv->contains("default-groups");
  return is_of_uv || table_at(pyproject, "tool.poetry") == nullptr ? default_groups_of_uv(pyproject)
                                                                   : default_groups_of_poetry(pyproject);
}

}  // namespace envlift::input
