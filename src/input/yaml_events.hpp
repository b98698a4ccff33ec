// libyaml's events as a visitor, and its complaints in words that help.
#pragma once

#include "input/yaml_text.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace envlift::input {

// Why a text is not read.
struct YamlRefusal {
  std::string code;
  std::string message;
  std::string hint;
  std::size_t offset = 0;
  std::string note = {};
};

// What stands at a node besides its value. Texts live as long as the call.
struct YamlEvent {
  std::size_t begin = 0;      // of the node, its tag and its anchor included
  std::size_t end = 0;
  std::string_view anchor;    // of an alias: what it names
  std::string_view tag;       // "" where there is none
  std::string_view scalar = {};
  bool plain = false;
  bool quoted = false;
};

class YamlVisitor {
public:
  virtual ~YamlVisitor() = default;
  virtual void on_scalar(const YamlEvent& event) = 0;
  virtual void on_alias(const YamlEvent& event) = 0;
  virtual void on_begin(YamlKind kind, const YamlEvent& event) = 0;
  virtual void on_end() = 0;
};

// Gives the events of the text's one document. What a visitor throws ends the reading and passes through.
std::optional<YamlRefusal> read_yaml_events(const YamlText& text, YamlVisitor& visitor);

}  // namespace envlift::input
