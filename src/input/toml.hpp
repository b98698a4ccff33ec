// TOML 1.0 -> toml++'s tree, and its places as ours.
#pragma once

#include "diag/diag.hpp"

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <toml++/toml.h>

namespace envlift::input {

// The document; nothing, and EL0116 with its place added, when the text is not TOML. `text` is UTF-8.
std::optional<toml::table> parse_toml(const std::string& file, std::string_view text,
                                      diag::Diagnostics& diagnostics);

// Moves out of a table, the array's one with that number, what would be large as a tree. A number may come again: the
// last table counts.
using TakeFromTable = std::function<void(std::size_t number, toml::table& table)>;

// The same for a document that is mostly tables of one array, `[[KEY]]`. They are read one by one, and each is handed
// over before the next, so that the tree of the whole is never there.
std::optional<toml::table> parse_toml(const std::string& file, std::string_view text, std::string_view key,
                                      const TakeFromTable& take, diag::Diagnostics& diagnostics);
// Hands over the tables of the root's array.
void take_from_tables(toml::table& root, std::string_view key, const TakeFromTable& take);

// Where a node or a key begins; the file as a whole when the tree does not know.
diag::Span toml_place(const std::string& file, const toml::node& node);
diag::Span toml_place(const std::string& file, const toml::key& key);

// Typed members of tables. They look a key up; where its value has another kind they add EL0119 at its place
// and return what they return for an absent key: nothing, nullptr, "", {}.
class TomlReader {
public:
  TomlReader(std::string file, diag::Diagnostics& diagnostics);

  const toml::table* table(const toml::table& in, std::string_view key) const;
  const toml::array* array(const toml::table& in, std::string_view key) const;
  std::optional<std::string> text(const toml::table& in, std::string_view key) const;
  std::optional<bool> boolean(const toml::table& in, std::string_view key) const;
  std::optional<long long> integer(const toml::table& in, std::string_view key) const;
  // The texts of an array of strings.
  std::vector<std::string> texts(const toml::table& in, std::string_view key) const;

  // Adds EL0356 for each key that is not among the known ones, with the nearest of them.
  void warn_unknown(const toml::table& in, const std::vector<std::string>& known, std::string_view owner) const;

  diag::Span place(const toml::node& node) const { return toml_place(file_, node); }
  diag::Span place(const toml::key& key) const { return toml_place(file_, key); }
  // Adds EL0119: "`KEY` must be DUE, not a table".
  void wrong_kind(std::string_view key, std::string_view due, const toml::node& found) const;

private:
  std::string file_;
  diag::Diagnostics& diagnostics_;
};

}  // namespace envlift::input
