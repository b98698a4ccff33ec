#include "input/toml.hpp"

#include "base/text.hpp"
#include "input/toml_inline.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace envlift::input {

namespace {

// Offsets of the characters of a line, and of its end; none for a line of ASCII, where each is a byte.
std::vector<std::size_t> characters_of(std::string_view line)
{
  std::vector<std::size_t> found;
  if (std::ranges::none_of(line, [](char c) { return (static_cast<unsigned char>(c) & 0x80U) != 0; })) {
    return found;
  }
  for (std::size_t at = 0; at < line.size(); ++at) {
    if ((static_cast<unsigned char>(line[at]) & 0xC0U) != 0x80U) {
      found.push_back(at);
    }
  }
  found.push_back(line.size());
  return found;
}

// The column in bytes of one in characters.
std::size_t column_of(const std::vector<std::size_t>& characters, std::size_t column)
{
  return column == 0 || column > characters.size() ? column : characters[column - 1] + 1;
}

// The place where the library stopped, whose columns are characters: in bytes, and not behind its line's end.
diag::Span stop_of(const std::string& file, std::string_view text, const toml::source_region& region)
{
  const auto lines = text::lines(text);
  const std::size_t number = region.begin.line;
  if (number == 0 || number > lines.size()) {
    return number == 0 ? diag::Span{.file = file} : diag::Span{file, number, region.begin.column, 0};
  }
  const std::string_view line = lines[number - 1];
  const std::size_t column = column_of(characters_of(line), region.begin.column);
  return {file, number, std::min(column, line.size() + 1), 0};
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

TomlReader::TomlReader(std::string file, diag::Diagnostics& diagnostics, const diag::Sources& sources)
    : file_(std::move(file)),
      diagnostics_(diagnostics),
      sources_(sources)
{}

diag::Span TomlReader::place_of(const toml::source_region& region) const
{
  const std::size_t line = region.begin.line;
  if (line == 0) {
    return {.file = file_};
  }
  if (line != line_) {
    characters_ = characters_of(sources_.line(file_, line));
    line_ = line;
  }
  return {file_, line, column_of(characters_, region.begin.column), 0};
}

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
      unknown_key(key, text::nearest(key.str(), known), owner);
    }
  }
}

void TomlReader::warn_misspelt(const toml::table& in, const std::vector<std::string>& known,
                               std::string_view owner) const
{
  constexpr std::size_t k_slips = 2;   // letters that are wrong, missing or too many
  for (const auto& [key, value] : in) {
    const auto near = text::nearest(key.str(), known, k_slips);
    if (near && std::ranges::find(known, key.str()) == known.end()) {
      unknown_key(key, near, owner);
    }
  }
}

void TomlReader::unknown_key(const toml::key& key, const std::optional<std::string>& near, std::string_view owner) const
{
  diagnostics_.add("EL0356",
                   fmt::format("`{}` of `{}` is not known and not read", text::printable(key.str()),
                               text::printable(owner)),
                   near ? fmt::format("did you mean `{}`?", *near) : "remove it", place(key));
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
