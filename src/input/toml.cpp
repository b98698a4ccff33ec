#include "input/toml.hpp"

#include "base/text.hpp"
#include "input/toml_inline.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace envlift::input {

namespace {

diag::Span place_of(const std::string& file, const toml::source_region& region)
{
  return region.begin.line == 0 ? diag::Span{.file = file}
                                : diag::Span{file, region.begin.line, region.begin.column, 0};
}

// The place where the library stopped, whose columns are characters: in bytes, and not behind its line's end.
diag::Span stop_of(const std::string& file, std::string_view text, const toml::source_region& region)
{
  diag::Span place = place_of(file, region);
  const auto lines = text::lines(text);
  if (place.line == 0 || place.line > lines.size()) {
    return place;
  }
  const std::string_view line = lines[place.line - 1];
  std::size_t at = 0;
  for (std::size_t left = place.column; left > 1 && at < line.size(); --left) {
    ++at;
    while (at < line.size() && (static_cast<unsigned char>(line[at]) & 0xC0U) == 0x80U) {
      ++at;
    }
  }
  place.column = at + 1;
  return place;
}

std::string_view describe(const toml::node& node)
{
  switch (node.type()) {
    case toml::node_type::table: return "a table";
    case toml::node_type::array: return "an array";
    case toml::node_type::string: return "a string";
    case toml::node_type::integer:
    case toml::node_type::floating_point: return "a number";
    case toml::node_type::boolean: return "true or false";
    case toml::node_type::none:
    case toml::node_type::date:
    case toml::node_type::time:
    case toml::node_type::date_time: break;
  }
  return "a date or time";
}

// Read as TOML 1.1 has it; nothing when that does not help.
std::optional<toml::table> parse_inline_tables(std::string_view text)
{
  const std::string plain = with_plain_inline_tables(text);
  if (plain == text) {
    return std::nullopt;
  }
  try {
    return toml::parse(plain);
  }
  catch (const toml::parse_error&) {
    return std::nullopt;
  }
}

}  // namespace

std::optional<toml::table> parse_toml(const std::string& file, std::string_view text,
                                      diag::Diagnostics& diagnostics)
{
  try {
    return toml::parse(text);
  }
  catch (const toml::parse_error& error) {
    if (auto table = parse_inline_tables(text)) {
      return table;
    }
    diagnostics.add("EL0116", text::printable(fmt::format("this is not TOML: {}", error.description())),
                    "correct the line", stop_of(file, text, error.source()));
    return std::nullopt;
  }
}

diag::Span toml_place(const std::string& file, const toml::node& node)
{
  return place_of(file, node.source());
}

diag::Span toml_place(const std::string& file, const toml::key& key)
{
  return place_of(file, key.source());
}

TomlReader::TomlReader(std::string file, diag::Diagnostics& diagnostics)
    : file_(std::move(file)),
      diagnostics_(diagnostics)
{}

void TomlReader::wrong_kind(std::string_view key, std::string_view due, const toml::node& found) const
{
  diagnostics_.add("EL0119", fmt::format("`{}` must be {}, not {}", text::printable(key), due, describe(found)),
                   "correct the value", place(found));
}

void TomlReader::warn_unknown(const toml::table& in, const std::vector<std::string>& known,
                              std::string_view owner) const
{
  for (const auto& [key, value] : in) {
    if (std::ranges::find(known, key.str()) == known.end()) {
      const auto near = text::nearest(key.str(), known);
      diagnostics_.add("EL0356",
                       fmt::format("`{}` of `{}` is not known and not read", text::printable(key.str()),
                                   text::printable(owner)),
                       near ? fmt::format("did you mean `{}`?", *near) : "remove it", place(key));
    }
  }
}

const toml::table* TomlReader::table(const toml::table& in, std::string_view key) const
{
  const toml::node* node = in.get(key);
  if (node != nullptr && !node->is_table()) {
    wrong_kind(key, "a table", *node);
  }
  return node == nullptr ? nullptr : node->as_table();
}

const toml::array* TomlReader::array(const toml::table& in, std::string_view key) const
{
  const toml::node* node = in.get(key);
  if (node != nullptr && !node->is_array()) {
    wrong_kind(key, "an array", *node);
  }
  return node == nullptr ? nullptr : node->as_array();
}

std::optional<std::string> TomlReader::text(const toml::table& in, std::string_view key) const
{
  const toml::node* node = in.get(key);
  if (node != nullptr && !node->is_string()) {
    wrong_kind(key, "a string", *node);
  }
  return node == nullptr ? std::nullopt : node->value_exact<std::string>();
}

std::optional<bool> TomlReader::boolean(const toml::table& in, std::string_view key) const
{
  const toml::node* node = in.get(key);
  if (node != nullptr && !node->is_boolean()) {
    wrong_kind(key, "true or false", *node);
  }
  return node == nullptr ? std::nullopt : node->value_exact<bool>();
}

std::optional<long long> TomlReader::integer(const toml::table& in, std::string_view key) const
{
  const toml::node* node = in.get(key);
  if (node != nullptr && !node->is_integer()) {
    wrong_kind(key, "a whole number", *node);
  }
  const auto value = node == nullptr ? std::nullopt : node->value_exact<std::int64_t>();
  return value ? std::optional<long long>(*value) : std::nullopt;
}

std::vector<std::string> TomlReader::texts(const toml::table& in, std::string_view key) const
{
  std::vector<std::string> found;
  const toml::array* items = array(in, key);
  if (items == nullptr) {
    return found;
  }
  for (const toml::node& item : *items) {
    if (const auto text = item.value_exact<std::string>()) {
      found.push_back(*text);
    }
    else {
      wrong_kind(key, "an array of strings", item);
    }
  }
  return found;
}

}  // namespace envlift::input
