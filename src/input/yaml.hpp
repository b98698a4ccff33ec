// YAML -> a tree with places, over yaml-cpp's event interface. Bounded: depth 100, a node budget,
// aliases counted; duplicate keys and second documents are findings. Scalars stay text: 3.10 is
// "3.10". Built so because yaml-cpp's own tree has traps: cycles, first-wins duplicates, silent NULs.
#pragma once

#include "diag/diag.hpp"

#include <cstddef>
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
  bool quoted = false;                   // within ' or "; neither: a block scalar (| or >)
  std::vector<YamlNode> items;           // of a sequence
  std::vector<YamlEntry> entries;        // of a map, in order
  // Where it begins; a null value has its key's place. `length` is that of a scalar on one line with
  // its quotes, else 0.
  diag::Span span;

  // The value of a key; nullptr when there is none.
  const YamlNode* find(std::string_view key) const;
  // The place of `length` bytes of the scalar that begin at `offset`; the node's own place where the
  // scalar does not stand on one line as it is.
  diag::Span place_of(std::size_t offset, std::size_t length) const;
};

struct YamlEntry {
  std::string key;
  diag::Span key_span;
  YamlNode value;
};

// "nothing", "a single value", "a list", "a map": for messages about a wrong kind.
std::string_view describe(YamlKind kind);

inline constexpr std::size_t k_yaml_limit_bytes = std::size_t{1} << 20;   // of what is written by hand

// How many values are read of a file that may have `limit_bytes`: a lock has one in 25 bytes. Bounds memory.
constexpr std::size_t yaml_node_budget(std::size_t limit_bytes)
{
  return limit_bytes / 20;
}

// The document's root; nothing (and at least one error added) when the text cannot be read.
// An empty document gives a null node. `text` is UTF-8 (decode() first). Codes: EL0106 (NUL byte),
// EL0110 (not YAML), EL0111 (duplicate key), EL0112 (too deep or too large), EL0113 (cyclic or too
// many aliases), EL0114 (more documents), EL0115 (a merge key, a tag or a key of a kind that files
// read here do not use).
// `limit_bytes`: the format's limit.
std::optional<YamlNode> parse_yaml(const std::string& file, std::string_view text, diag::Diagnostics& diagnostics,
                                   std::size_t limit_bytes = k_yaml_limit_bytes);

}  // namespace envlift::input
