// TOML 1.0 -> toml++'s tree, and its places as ours.
#pragma once

#include "diag/diag.hpp"

#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <toml++/toml.h>

namespace envlift::input {

// TOML 1.1 has inline tables of several lines and with a last comma. pixi, uv and pipenv read them; pip, poetry and Python's
// tomllib, before Python 3.15, refuse the file.
enum class TomlVersion { v1_0, v1_1 };

// The document; nothing, and EL0116 with its place added, when the text is not TOML. `text` is UTF-8.
std::optional<toml::table> parse_toml(const std::string& file, std::string_view text,
                                      diag::Diagnostics& diagnostics,
                                      TomlVersion version = TomlVersion::v1_1);

// Moves out of a table, the array's one with that number, what would be large as a tree. A number may come again: the
// last table counts.
using TakeFromTable = std::function<void(std::size_t number, toml::table& table)>;

// The same for a document that is mostly tables of one array, `[[KEY]]`, whose key is the first of `keys` that there is.
// Those of the usual key, which is the first one, are read one by one, and each is handed over before the next, so that
// the tree of the whole is never there.
std::optional<toml::table> parse_toml(const std::string& file, std::string_view text,
                                      std::span<const std::string_view> keys, const TakeFromTable& take,
                                      diag::Diagnostics& diagnostics,
                                      TomlVersion version = TomlVersion::v1_1);

// Typed members of tables. They look a key up; where its value has another kind they add EL0119 at its place
// and return what they return for an absent key: nothing, nullptr, "", {}.
class TomlReader {
public:
  // `sources` has the file's text: the library counts columns in characters, and places count bytes.
  TomlReader(std::string file, diag::Diagnostics& diagnostics, const diag::Sources& sources);

  const toml::table* table(const toml::table& in, std::string_view key) const;
  const toml::array* array(const toml::table& in, std::string_view key) const;
  std::optional<std::string> text(const toml::table& in, std::string_view key) const;
  std::optional<bool> boolean(const toml::table& in, std::string_view key) const;
  std::optional<long long> integer(const toml::table& in, std::string_view key) const;
  // The texts of an array of strings.
  std::vector<std::string> texts(const toml::table& in, std::string_view key) const;

  // Adds EL0356 for each key that is not among the known ones, with the nearest of them.
  void warn_unknown(const toml::table& in, const std::vector<std::string>& known, std::string_view owner) const;
  // The same for keys that are almost one of the known ones only: of tables that a tool's next release adds keys to.
  void warn_misspelt(const toml::table& in, const std::vector<std::string>& known, std::string_view owner) const;

  // Where a node or a key begins; the file as a whole when the tree does not know.
  diag::Span place(const toml::node& node) const { return place_of(node.source()); }
  diag::Span place(const toml::key& key) const { return place_of(key.source()); }
  // Adds EL0119: "`KEY` must be DUE, not a table".
  void wrong_kind(std::string_view key, std::string_view due, const toml::node& found) const;

private:
  void unknown_key(const toml::key& key, const std::optional<std::string>& near, std::string_view owner) const;
  diag::Span place_of(const toml::source_region& region) const;

  std::string file_;
  diag::Diagnostics& diagnostics_;
  const diag::Sources& sources_;
  // Of the line asked for last, where its characters begin: a line may hold many thousands of values. None for ASCII.
  mutable std::size_t line_ = 0;
  mutable std::vector<std::size_t> characters_;
};

}  // namespace envlift::input
