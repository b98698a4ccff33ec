// YAML -> a tree with places, over yaml-cpp's event interface. Bounded: depth 100, a node budget,
// aliases counted; duplicate keys and second documents are findings. Scalars stay text: 3.10 is
// "3.10". Built so because yaml-cpp's own tree has traps: cycles, first-wins duplicates, silent NULs.
#pragma once

#include "diag/diag.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace envlift::input {

struct YamlNode;
struct YamlEntry;

enum class YamlKind { null, scalar, sequence, map };

struct YamlNode {
  YamlKind kind = YamlKind::null;
  std::string scalar;
  bool plain = false;                    // an unquoted scalar
  std::vector<YamlNode> items;           // of a sequence
  std::vector<YamlEntry> entries;        // of a map, in order
  diag::Span span;

  // The value of a key; nullptr when there is none.
  const YamlNode* find(std::string_view key) const;
};

struct YamlEntry {
  std::string key;
  diag::Span key_span;
  YamlNode value;
};

// The document's root; nothing (and at least one error added) when the text cannot be read.
// An empty document gives a null node. `text` is UTF-8 (decode() first); codes are given by the
// caller's range: "EL0201" style codes for syntax are EL0110 (not YAML), EL0111 (duplicate key),
// EL0112 (too deep or too large), EL0113 (cyclic or too many aliases), EL0114 (more documents).
std::optional<YamlNode> parse_yaml(const std::string& file, const std::string& text,
                                   diag::Diagnostics& diagnostics);

}  // namespace envlift::input
