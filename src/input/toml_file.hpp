// The beginning of every reader of TOML: bytes -> tree, or findings.
#pragma once

#include "input/input.hpp"
#include "input/toml.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace envlift::input {

// The file's tree, its text kept in result.sources; nothing when the bytes are no text or the text no TOML.
std::optional<toml::table> read_toml_file(const std::string& path, std::string bytes, TomlVersion version,
                                          ReadResult& result);

// The same for a lock, whose packages are the tables of the first of these arrays that there is.
std::optional<toml::table> read_toml_file(const std::string& path, std::string bytes, TomlVersion version,
                                          std::span<const std::string_view> keys, const TakeFromTable& take,
                                          ReadResult& result);

// The table at "tool.poetry.dependencies"; nullptr where a step is missing or no table.
const toml::table* table_at(const toml::table& root, std::string_view dotted);
// The text at the key; "" where there is none. It lies in the tree.
std::string_view text_at(const toml::table& table, std::string_view key);
// The table's number of bytes with that key; 0 when there is none.
unsigned long long bytes_at(const toml::table& table, std::string_view key);

}  // namespace envlift::input
