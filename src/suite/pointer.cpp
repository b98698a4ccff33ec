#include "suite/pointer.hpp"

#include "base/text.hpp"

#include <charconv>

namespace envlift::suite {

std::optional<std::vector<std::string>> pointer_tokens(std::string_view pointer)
{
  std::vector<std::string> tokens;
  if (pointer.empty()) {
    return tokens;
  }
  if (pointer.front() != '/') {
    return std::nullopt;
  }
  for (const std::string_view part : text::split(pointer.substr(1), '/')) {
    for (std::size_t at = part.find('~'); at != std::string_view::npos; at = part.find('~', at + 1)) {
      if (at + 1 == part.size() || (part[at + 1] != '0' && part[at + 1] != '1')) {
        return std::nullopt;
      }
    }
    tokens.push_back(text::replace_all(text::replace_all(std::string(part), "~1", "/"), "~0", "~"));
  }
  return tokens;
}

std::string pointer_below(std::string_view pointer, std::string_view token)
{
  return std::string(pointer) + "/" +
         text::replace_all(text::replace_all(std::string(token), "~", "~0"), "/", "~1");
}

std::optional<std::size_t> array_index(std::string_view token)
{
  std::size_t index = 0;
  const char* end = token.data() + token.size();
  const auto [stop, problem] = std::from_chars(token.data(), end, index);
  const bool is_index = problem == std::errc() && stop == end && (token.size() == 1 || token.front() != '0');
  return is_index ? std::optional(index) : std::nullopt;
}

}   // namespace envlift::suite
