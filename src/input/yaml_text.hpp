// The text of a YAML file as libyaml counts it (characters) and as findings do (bytes of a line).
#pragma once

#include "input/yaml.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace envlift::input {

class YamlText {
public:
  YamlText(const std::string& file, std::string_view text);

  std::string_view text() const { return text_; }
  // '\0' behind the end.
  char at(std::size_t offset) const { return offset < text_.size() ? text_[offset] : '\0'; }
  // Byte offset of the character with this number.
  std::size_t offset(std::size_t character) const;
  YamlPlace place(std::size_t offset, std::size_t length = 0) const;

private:
  std::shared_ptr<const std::string> file_;
  std::string_view text_;
  std::vector<std::uint32_t> lines_ = {0};   // offsets of their beginnings
  std::vector<std::uint32_t> steps_;   // offset of every 64th character; empty when all are one byte
};

}   // namespace envlift::input
