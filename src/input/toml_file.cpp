#include "input/toml_file.hpp"

#include "base/text.hpp"
#include "input/text_file.hpp"

#include <cstdint>
#include <utility>

namespace envlift::input {

std::optional<toml::table> read_toml_file(const std::string& path, std::string bytes, TomlVersion version,
                                          ReadResult& result)
{
  const auto text = decode_file(path, std::move(bytes), Encoding::utf8, result);
  return text ? parse_toml(path, *text, result.diagnostics, version) : std::nullopt;
}

std::optional<toml::table> read_toml_file(const std::string& path, std::string bytes, TomlVersion version,
                                          std::span<const std::string_view> keys, const TakeFromTable& take,
                                          ReadResult& result)
{
  const auto text = decode_file(path, std::move(bytes), Encoding::utf8, result);
  return text ? parse_toml(path, *text, keys, take, result.diagnostics, version) : std::nullopt;
}

const toml::table* table_at(const toml::table& root, std::string_view dotted)
{
  const toml::table* table = &root;
  for (const std::string_view key : text::split(dotted, '.')) {
    const toml::node* node = table->get(key);
    table = node == nullptr ? nullptr : node->as_table();
    if (table == nullptr) {
      return nullptr;
    }
  }
  return table;
}

std::string_view text_at(const toml::table& table, std::string_view key)
{
  const toml::node* node = table.get(key);
  return node == nullptr ? std::string_view() : node->value_or(std::string_view());
}

unsigned long long bytes_at(const toml::table& table, std::string_view key)
{
  const toml::node* node = table.get(key);
  const std::int64_t bytes = node == nullptr ? 0 : node->value_or(std::int64_t{0});
  return bytes > 0 ? static_cast<unsigned long long>(bytes) : 0;
}

}  // namespace envlift::input
