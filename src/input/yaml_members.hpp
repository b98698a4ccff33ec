// Typed members of maps in lock files.
#pragma once

#include "input/yaml.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace envlift::input {

// They look a key up; where its value has another kind they add EL0119 at its place and return what they
// return for an absent key. The `need_` ones add EL0119 for an absent key too.
class YamlMembers {
public:
  explicit YamlMembers(diag::Diagnostics& diagnostics) : diagnostics_(diagnostics) {}

  // nullptr for an absent key and for an empty value.
  const YamlNode* list(const YamlNode& map, std::string_view key) const;
  const YamlNode* map(const YamlNode& map, std::string_view key) const;
  std::string text(const YamlNode& map, std::string_view key) const;   // "" when absent

  const YamlNode* need_list(const YamlNode& map, std::string_view key) const;
  const YamlNode* need_map(const YamlNode& map, std::string_view key) const;
  std::optional<std::string> need_text(const YamlNode& map, std::string_view key) const;

  // Whether the node is a map; else EL0119 for `what`.
  bool is_map(const YamlNode& node, std::string_view what) const;

private:
  const YamlNode* member(const YamlNode& map, std::string_view key, YamlKind kind) const;
  const YamlNode* need(const YamlNode& map, std::string_view key, YamlKind kind) const;

  diag::Diagnostics& diagnostics_;
};

// The lock's `version`; nothing, with EL0118 or EL0119, when it is not a number from 1 to `newest`.
std::optional<int> read_lock_version(const YamlNode& root, std::string_view what, int newest,
                                     diag::Diagnostics& diagnostics);

// Whether a line of the text begins with the key of a map at the top, or the head of a table: "packages:", "[[package]]".
bool has_top_key(std::string_view text, std::string_view key);

}  // namespace envlift::input
