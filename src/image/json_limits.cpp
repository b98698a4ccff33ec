#include "image/json_limits.hpp"

#include "base/text.hpp"

namespace envlift::image {

bool is_modest_json(std::string_view text)
{
  constexpr std::size_t most_values = 300'000;
  constexpr std::size_t most_nested = 64;
  std::size_t values = 0;
  std::size_t depth = 0;
  bool is_in_string = false;
  for (std::size_t i = 0; i < text.size() && values <= most_values && depth <= most_nested; ++i) {
    const char one = text[i];
    if (is_in_string) {
      i += one == '\\' ? 1 : 0;
      is_in_string = one != '"';
      continue;
    }
    is_in_string = one == '"';
    const bool opens = one == '{' || one == '[';
    values += opens || one == ',' ? 1 : 0;
    depth += opens ? 1 : 0;
    depth -= (one == '}' || one == ']') && depth > 0 ? 1 : 0;
  }
  return text.size() <= k_json_bytes && values <= most_values && depth <= most_nested;
}

bool is_sha256_digest(std::string_view text)
{
  constexpr std::string_view prefix = "sha256:";
  constexpr std::size_t digits = 64;
  return text.size() == prefix.size() + digits && text.starts_with(prefix) &&
         text::is_lower_hex(text.substr(prefix.size()));
}

}  // namespace envlift::image
