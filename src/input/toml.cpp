#include "input/toml.hpp"

#include "base/text.hpp"
#include "input/toml_inline.hpp"

#include <algorithm>
#include <charconv>
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

// Of a part of a file the library is told, in place of the file's name, how many lines stand before it.
std::size_t lines_before(const toml::source_region& region)
{
  std::size_t lines = 0;
  if (region.path) {
    std::from_chars(region.path->data(), region.path->data() + region.path->size(), lines);
  }
  return lines;
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

// Where the next line that is the header alone begins; the text's end for none.
std::size_t find_header(std::string_view text, std::string_view header, std::size_t from)
{
  for (std::size_t at = text.find(header, from); at != std::string_view::npos; at = text.find(header, at + 1)) {
    const std::string_view rest = text.substr(at + header.size());
    const bool begins_line = at == 0 || text[at - 1] == '\n';
    if (begins_line && (rest.empty() || rest.starts_with('\n') || rest.starts_with("\r\n"))) {
      return at;
    }
  }
  return text.size();
}

// A document that is put together of parts, each of which is one by itself. What such parts say is what they say
// together, but for a key that stands in two of them: then, and where a part is no document, there is nothing.
class Parts {
public:
  Parts(std::string_view key, const TakeFromTable& take) : key_(key), take_(take) {}

  std::optional<toml::table> read(std::string_view text)
  {
    const std::string header = fmt::format("[[{}]]", key_);
    std::size_t end = find_header(text, header, 0);
    if (end == text.size()) {
      return std::nullopt;
    }
    root_ = toml::parse(text.substr(0, end));
    if (root_.contains(key_)) {
      return std::nullopt;
    }
    auto lines = std::ranges::count(text.substr(0, end), '\n');
    while (end < text.size()) {
      const std::string_view rest = text.substr(end);
      const std::string_view part = rest.substr(0, find_header(rest, header, 1));
      if (!add(toml::parse(part, std::to_string(lines)))) {
        return std::nullopt;
      }
      lines += std::ranges::count(part, '\n');
      end += part.size();
    }
    return std::move(root_);
  }

private:
  bool add(toml::table part)
  {
    for (auto&& [key, value] : part) {
      if (key == key_) {
        add_tables(key, *value.as_array());
      }
      else if (!root_.insert(key, std::move(value)).second) {
        return false;
      }
    }
    return true;
  }

  void add_tables(const toml::key& key, toml::array& tables)
  {
    for (toml::node& table : tables) {
      take_(number_++, *table.as_table());
    }
    if (toml::array* all = root_.get_as<toml::array>(key_)) {
      for (toml::node& table : tables) {
        all->push_back(std::move(*table.as_table()));
      }
    }
    else {
      root_.insert(key, std::move(tables));
    }
  }

  std::string_view key_;
  const TakeFromTable& take_;
  toml::table root_;
  std::size_t number_ = 0;
};

// Nothing where the text is not read in parts: what is wrong with it, the whole tells.
std::optional<toml::table> parse_in_parts(std::string_view text, std::string_view key, const TakeFromTable& take)
{
  try {
    return Parts(key, take).read(text);
  }
  catch (const toml::parse_error&) {
    return std::nullopt;
  }
}

// Hands over the tables of the first array that there is.
void take_from_tables(toml::table& root, std::span<const std::string_view> keys, const TakeFromTable& take)
{
  const auto key = std::ranges::find_if(keys, [&](std::string_view one) { return root.contains(one); });
  toml::array* tables = key == keys.end() ? nullptr : root.get_as<toml::array>(*key);
  for (std::size_t i = 0; tables != nullptr && i < tables->size(); ++i) {
    if (toml::table* table = tables->get_as<toml::table>(i)) {
      take(i, *table);
    }
  }
}

}  // namespace

std::optional<toml::table> parse_toml(const std::string& file, std::string_view text,
                                      std::span<const std::string_view> keys, const TakeFromTable& take,
                                      diag::Diagnostics& diagnostics, TomlVersion version)
{
  if (auto parts = parse_in_parts(text, keys.front(), take)) {
    return parts;
  }
  auto root = parse_toml(file, text, diagnostics, version);
  if (root) {
    take_from_tables(*root, keys, take);
  }
  return root;
}

std::optional<toml::table> parse_toml(const std::string& file, std::string_view text,
                                      diag::Diagnostics& diagnostics, TomlVersion version)
{
  try {
    return toml::parse(text);
  }
  catch (const toml::parse_error& error) {
    auto table = parse_inline_tables(text);
    if (table && version == TomlVersion::v1_1) {
      return table;
    }
    if (table) {
      diagnostics.add("EL0116",
                      fmt::format("this is TOML 1.1, and {} is read as TOML 1.0: there an inline table, "
                                  "`{{…}}`, stands on one line "
                                  "and has no last comma",
                                  text::printable(file)),
                      "write the table on one line without a comma at its end, or as a `[TABLE]` of its own",
                      stop_of(file, text, error.source()));
      return std::nullopt;
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
  if (region.begin.line == 0) {
    return {.file = file_};
  }
  const std::size_t line = lines_before(region) + region.begin.line;
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
