// YAML -> a tree with places, over libyaml's events. Bounded: depth 100, a node budget, aliases counted;
// duplicate keys and second documents are findings. Scalars stay text: 3.10 is "3.10".
#pragma once

#include "diag/diag.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace envlift::input {

struct YamlNode;
struct YamlEntry;

enum class YamlKind : std::uint8_t { null, scalar, sequence, map };

// A diag::Span that shares its file's name: a lock file has a hundred thousand of them.
struct YamlPlace {
  std::shared_ptr<const std::string> file;
  std::uint32_t line = 0;
  std::uint32_t column = 0;
  std::uint32_t length = 0;

  operator diag::Span() const   // NOLINT(google-explicit-constructor): it is one
  {
    return {file ? *file : std::string(), line, column, length};
  }
};

// A constant vector of one pointer's size: most nodes have no children.
template <class T>
class YamlList {
public:
  YamlList() = default;
  explicit YamlList(std::vector<T> all)
      : all_(all.empty() ? nullptr : std::make_unique<std::vector<T>>(std::move(all)))
  {
    if (all_) {
      all_->shrink_to_fit();
    }
  }
  YamlList(const YamlList& other) : all_(other.all_ ? std::make_unique<std::vector<T>>(*other.all_) : nullptr)
  {}
  YamlList(YamlList&&) noexcept = default;
  YamlList& operator=(const YamlList& other) { return *this = YamlList(other); }
  YamlList& operator=(YamlList&&) noexcept = default;
  ~YamlList() = default;

  const T* begin() const { return all_ ? all_->data() : nullptr; }
  const T* end() const { return begin() + size(); }
  std::size_t size() const { return all_ ? all_->size() : 0; }
  bool empty() const { return size() == 0; }
  const T& operator[](std::size_t at) const { return (*all_)[at]; }
  const T& front() const { return all_->front(); }
  const T& back() const { return all_->back(); }

private:
  std::unique_ptr<std::vector<T>> all_;
};

// Laid out to be small: a lock file has a hundred thousand of them.
struct YamlNode {
  std::string scalar;
  YamlList<YamlNode> items;              // of a sequence
  YamlList<YamlEntry> entries;           // of a map, in order
  // Where it begins; a null value has its key's place. `length` is that of a scalar on one line with
  // its quotes, else 0.
  [[no_unique_address]] YamlPlace span;
  YamlKind kind = YamlKind::null;
  bool plain = false;                    // an unquoted scalar
  bool quoted = false;                   // within ' or "; neither: a block scalar (| or >)

  // The value of a key; nullptr when there is none.
  const YamlNode* find(std::string_view key) const;
  // The place of `length` bytes of the scalar that begin at `offset`; the node's own place where the
  // scalar does not stand on one line as it is.
  diag::Span place_of(std::size_t offset, std::size_t length) const;
};

struct YamlEntry {
  std::string key;
  YamlNode value;
  std::uint32_t key_line = 0;
  std::uint32_t key_column = 0;
  std::uint32_t key_length = 0;

  // Of the file that the value stands in.
  YamlPlace key_span() const { return {value.span.file, key_line, key_column, key_length}; }
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
// An empty document gives a null node. `text` is UTF-8 (decode() first), `limit_bytes` the format's limit. Codes:
// EL0106 (NUL byte), EL0110 (not YAML), EL0111 (duplicate key), EL0112 (too deep or too large), EL0113 (cyclic or
// too many aliases), EL0114 (more documents), EL0115 (a merge key, a tag or a key of a kind that files read here do
// not use).
std::optional<YamlNode> parse_yaml(const std::string& file, std::string_view text,
                                   diag::Diagnostics& diagnostics,
                                   std::size_t limit_bytes = k_yaml_limit_bytes);

}   // namespace envlift::input
