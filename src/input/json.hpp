// JSON -> a tree with places. Bounded in depth; a key that stands twice is a finding.
#pragma once

#include "diag/diag.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace envlift::input {

enum class JsonKind : std::uint8_t { null, boolean, number, text, array, object };

struct JsonMember;

struct JsonNode {
  JsonKind kind = JsonKind::null;
  bool boolean = false;
  std::string text;                   // of a string; a number as it is written
  std::vector<JsonNode> items;        // of an array
  std::vector<JsonMember> members;    // of an object, in order
  std::uint32_t line = 0;
  std::uint32_t column = 0;

  const JsonNode* find(std::string_view key) const;
};

struct JsonMember {
  std::string key;
  std::uint32_t line = 0;
  std::uint32_t column = 0;
  JsonNode value;
};

// The document; nothing, with EL0117 at its place, when the text is not JSON, with EL0112 when it is too deep.
// EL0111 for a key that stands twice: the first one is kept. `text` is UTF-8.
std::optional<JsonNode> parse_json(const std::string& file, std::string_view text,
                                   diag::Diagnostics& diagnostics);

// Typed members of objects. They look a key up; where its value has another kind they add EL0119 at its place and
// return what they return for an absent key.
class JsonReader {
public:
  JsonReader(std::string file, diag::Diagnostics& diagnostics);

  const JsonNode* object(const JsonNode& in, std::string_view key) const;
  const JsonNode* array(const JsonNode& in, std::string_view key) const;
  std::optional<std::string> text(const JsonNode& in, std::string_view key) const;
  std::optional<bool> boolean(const JsonNode& in, std::string_view key) const;
  // The texts of an array of strings.
  std::vector<std::string> texts(const JsonNode& in, std::string_view key) const;

  diag::Span place(const JsonNode& node) const { return {file_, node.line, node.column, 0}; }
  diag::Span place(const JsonMember& member) const { return {file_, member.line, member.column, 0}; }
  // Adds EL0119: "`KEY` must be DUE, not an object".
  void wrong_kind(std::string_view key, std::string_view due, const JsonNode& found) const;

private:
  const JsonNode* member(const JsonNode& in, std::string_view key, JsonKind kind, std::string_view due) const;

  std::string file_;
  diag::Diagnostics& diagnostics_;
};

}   // namespace envlift::input
