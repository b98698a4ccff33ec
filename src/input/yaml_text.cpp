#include "input/yaml_text.hpp"

#include "base/text.hpp"

#include <algorithm>

namespace envlift::input {

namespace {

constexpr std::size_t k_step = 64;

bool continues_character(char c)
{
  return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
}

}  // namespace

YamlText::YamlText(const std::string& file, std::string_view text)
    : file_(std::make_shared<const std::string>(file)),
      text_(text)
{
  bool is_ascii = true;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text::ends_line(text, at)) {
      lines_.push_back(static_cast<std::uint32_t>(at + 1));
    }
    is_ascii = is_ascii && static_cast<unsigned char>(text[at]) < 0x80U;
  }
  if (is_ascii) {
    return;
  }
  std::size_t character = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (!continues_character(text[at]) && character++ % k_step == 0) {
      steps_.push_back(static_cast<std::uint32_t>(at));
    }
  }
}

std::size_t YamlText::offset(std::size_t character) const
{
  if (steps_.empty()) {
    return std::min(character, text_.size());
  }
  if (character / k_step >= steps_.size()) {
    return text_.size();
  }
  std::size_t at = steps_[character / k_step];
  for (std::size_t left = character % k_step; left > 0 && at < text_.size(); --left) {
    ++at;
    while (at < text_.size() && continues_character(text_[at])) {
      ++at;
    }
  }
  return at;
}

YamlPlace YamlText::place(std::size_t offset, std::size_t length) const
{
  offset = std::min(offset, text_.size());
  const auto next = std::ranges::upper_bound(lines_, offset);
  const auto line = static_cast<std::size_t>(next - lines_.begin());
  return {file_, static_cast<std::uint32_t>(line), static_cast<std::uint32_t>(offset - lines_[line - 1] + 1),
          static_cast<std::uint32_t>(length)};
}

}  // namespace envlift::input
