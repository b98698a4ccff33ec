#include "render/template.hpp"

#include "render/template_tags.hpp"

#include <set>

#include <fmt/format.h>
#include <kainjow/mustache.hpp>

namespace envlift::render {

namespace {

namespace mustache = kainjow::mustache;

// The keys that may be used at one depth of a template, and those that were.
struct Scope {
  const Fields& fields;
  Scope* outer = nullptr;
  std::set<std::string> used = {};
};

// Both return what is wrong, or "".
std::string check_tags(const std::vector<Tag>& tags, Scope& scope);

std::string check_value(const Tag& tag, Scope& scope)
{
  for (Scope* at = &scope; at != nullptr; at = at->outer) {
    if (at->fields.values.contains(tag.key)) {
      at->used.insert(tag.key);
      return "";
    }
  }
  return fmt::format("line {}: the key `{}` is not one that envlift sets here", tag.line, tag.key);
}

std::string unused_key(const Scope& scope)
{
  const auto first_unused = [&](const auto& given) -> std::string {
    for (const auto& [key, value] : given) {
      if (!scope.used.contains(key)) {
        return fmt::format("the key `{}` is set but not used", key);
      }
    }
    return "";
  };
  for (std::string found : {first_unused(scope.fields.values), first_unused(scope.fields.sections),
                            first_unused(scope.fields.lists)}) {
    if (!found.empty()) {
      return found;
    }
  }
  return "";
}

std::string check_list(const Tag& tag, const std::vector<Fields>& items, Scope& scope)
{
  for (const Fields& item : items) {
    Scope inner{item, &scope};
    if (std::string problem = check_tags(tag.inside, inner); !problem.empty()) {
      return problem;
    }
    if (std::string problem = unused_key(inner); !problem.empty()) {
      return fmt::format("line {}: in `{}`, {}", tag.line, tag.key, problem);
    }
  }
  return "";
}

std::string check_section(const Tag& tag, Scope& scope)
{
  for (Scope* at = &scope; at != nullptr; at = at->outer) {
    if (at->fields.sections.contains(tag.key)) {
      at->used.insert(tag.key);
      return check_tags(tag.inside, scope);
    }
    if (const auto list = at->fields.lists.find(tag.key); list != at->fields.lists.end()) {
      at->used.insert(tag.key);
      return check_list(tag, list->second, scope);
    }
  }
  return fmt::format("line {}: the section `{}` is not one that envlift sets here", tag.line, tag.key);
}

std::string check_tags(const std::vector<Tag>& tags, Scope& scope)
{
  for (const Tag& tag : tags) {
    std::string problem = tag.kind == Tag::Kind::value ? check_value(tag, scope) : check_section(tag, scope);
    if (!problem.empty()) {
      return problem;
    }
  }
  return "";
}

mustache::data to_data(const Fields& fields)
{
  mustache::data data(mustache::data::type::object);
  for (const auto& [key, value] : fields.values) {
    data.set(key, value);
  }
  for (const auto& [key, on] : fields.sections) {
    data.set(key, on ? mustache::data::type::bool_true : mustache::data::type::bool_false);
  }
  for (const auto& [key, items] : fields.lists) {
    mustache::data list(mustache::data::type::list);
    for (const Fields& item : items) {
      list.push_back(to_data(item));
    }
    data.set(key, list);
  }
  return data;
}

Failure not_exact(const std::string& name, const std::string& what)
{
  return fail({"EL0711",
               fmt::format("template {}: {}", name, what),
               "correct the template, or leave --templates out to use the built-in one",
               ExitCode::input_error,
               {}});
}

}  // namespace

Result<std::string> fill_template(const std::string& name, const std::string& text, const Fields& fields)
{
  // The library renders a missing key as nothing: what it takes and what it gets is compared before.
  const TagsOrProblem read = read_tags(text);
  if (!read.problem.empty()) {
    return not_exact(name, read.problem);
  }
  Scope scope{fields};
  if (const std::string problem = check_tags(read.tags, scope); !problem.empty()) {
    return not_exact(name, problem);
  }
  if (const std::string problem = unused_key(scope); !problem.empty()) {
    return not_exact(name, problem);
  }
  mustache::mustache engine(text);
  if (!engine.is_valid()) {
    return not_exact(name, engine.error_message());
  }
  engine.set_custom_escape([](const std::string& value) { return value; });
  return engine.render(to_data(fields));
}

}  // namespace envlift::render
