#include "suite/json_text.hpp"

#include "base/text.hpp"

#include <array>

#include <nlohmann/json.hpp>

namespace envlift::suite {

namespace {

using input::YamlKind;
using input::YamlNode;

bool is_nested_deeper(std::string_view text, std::size_t deepest)
{
  std::size_t depth = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size() && depth <= deepest; ++i) {
    const char c = text[i];
    if (in_string) {
      i += c == '\\' ? 1 : 0;
      in_string = c != '"';
      continue;
    }
    in_string = c == '"';
    depth += c == '{' || c == '[' ? 1 : 0;
    depth -= (c == '}' || c == ']') && depth > 0 ? 1 : 0;
  }
  return depth > deepest;
}

bool is_number(std::string_view scalar)
{
  return !scalar.empty() && (text::is_digit(scalar.front()) || scalar.front() == '-') &&
         nlohmann::json::accept(scalar);
}

std::string scalar_json(const YamlNode& node)
{
  const std::string lower =
      node.scalar == "True" || node.scalar == "TRUE" || node.scalar == "False" || node.scalar == "FALSE"
          ? text::to_lower(node.scalar)
          : node.scalar;
  if (node.plain && (lower == "true" || lower == "false" || is_number(lower))) {
    return lower;
  }
  return text::json_quote(node.scalar);
}

void write(const YamlNode& node, std::string& out)
{
  switch (node.kind) {
    case YamlKind::null: out += "null"; return;
    case YamlKind::scalar: out += scalar_json(node); return;
    case YamlKind::sequence:
      out += '[';
      for (const YamlNode& item : node.items) {
        out += &item == node.items.begin() ? "" : ", ";
        write(item, out);
      }
      out += ']';
      return;
    case YamlKind::map:
      out += '{';
      for (const input::YamlEntry& entry : node.entries) {
        out += &entry == node.entries.begin() ? "" : ", ";
        out += text::json_quote(entry.key) + ": ";
        write(entry.value, out);
      }
      out += '}';
      return;
  }
}

}   // namespace

bool is_json(std::string_view text, std::size_t deepest)
{
  return !is_nested_deeper(text, deepest) && nlohmann::json::accept(text);
}

std::string json_of(const YamlNode& node)
{
  std::string out;
  write(node, out);
  return out;
}

}   // namespace envlift::suite
