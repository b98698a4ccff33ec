// Typed members of a suite's maps. What is missing, unknown or of another kind becomes a finding at its place.
#pragma once

#include "diag/diag.hpp"
#include "input/yaml.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace envlift::suite {

class Fields {
public:
  // Adds EL0621 for keys of the map that are none of `keys`. `what` is whose keys they are: "a case".
  Fields(const input::YamlNode& map, std::string_view what, const std::vector<std::string>& keys,
         diag::Diagnostics& diagnostics);

  // The value of a key, null too; nullptr when there is none.
  const input::YamlNode* find(std::string_view key) const { return map_.find(key); }
  bool has(std::string_view key) const { return find(key) != nullptr; }

  // Each returns nothing for an absent key, for one with nothing behind it, and, after a finding (EL0622 for the kind,
  // EL0623 for the form), for a wrong value.
  const input::YamlNode* map(std::string_view key) const;
  const input::YamlNode* list(std::string_view key) const;
  std::optional<std::string> text(std::string_view key) const;
  std::optional<bool> boolean(std::string_view key) const;
  // Zero or more.
  std::optional<double> number(std::string_view key) const;
  // "500 ms", "2 s", in milliseconds; more than zero.
  std::optional<double> milliseconds(std::string_view key) const;
  // A regular expression.
  std::optional<std::string> pattern(std::string_view key) const;

  // Where a key stands.
  diag::Span place_of(std::string_view key) const;

  void wrong_form(std::string_view key, const std::string& complaint, std::string hint) const;

private:
  const input::YamlNode* of_kind(std::string_view key, input::YamlKind kind, std::string_view due) const;

  const input::YamlNode& map_;
  diag::Diagnostics& diagnostics_;
};

// Adds EL0622: "`cases` must be a list, not a map".
void wrong_kind(std::string_view what, std::string_view due, const input::YamlNode& found, std::string hint,
                diag::Diagnostics& diagnostics);
// Adds EL0623 when the node's text is no regular expression.
bool check_pattern(const input::YamlNode& node, diag::Diagnostics& diagnostics);

}   // namespace envlift::suite
