#include "base/encoding.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

namespace envlift {

namespace {

constexpr std::string_view k_digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

}  // namespace

std::optional<std::string> base64_decoded(std::string_view text)
{
  while (!text.empty() && text.back() == '=') {
    text.remove_suffix(1);
  }
  std::string bytes;
  unsigned bits = 0;
  unsigned held = 0;   // of the bits, how many make no whole byte yet
  for (const char c : text) {
    const std::size_t value = k_digits.find(c);
    if (value == std::string_view::npos) {
      return std::nullopt;
    }
    bits = (bits << 6U | static_cast<unsigned>(value)) & 0xFFFU;
    held += 6;
    if (held >= 8) {
      held -= 8;
      bytes += static_cast<char>(bits >> held & 0xFFU);
    }
  }
  return text.size() % 4 == 1 ? std::nullopt : std::optional(bytes);
}

std::string base64_encoded(std::string_view bytes)
{
  std::string text;
  unsigned bits = 0;
  unsigned held = 0;   // of the bits, how many are in no digit yet
  for (const char c : bytes) {
    bits = bits << 8U | static_cast<unsigned char>(c);
    for (held += 8; held >= 6; held -= 6) {
      text += k_digits[bits >> (held - 6) & 0x3FU];
    }
    bits &= 0xFFU;
  }
  if (held > 0) {
    text += k_digits[bits << (6 - held) & 0x3FU];
  }
  text.append((4 - text.size() % 4) % 4, '=');
  return text;
}

std::string base64url_encoded(std::string_view bytes)
{
  std::string text = base64_encoded(bytes);
  text.erase(text.find_last_not_of('=') + 1);
  std::ranges::replace(text, '+', '-');
  std::ranges::replace(text, '/', '_');
  return text;
}

std::string percent_encoded(std::string_view bytes)
{
  std::string text;
  for (const char c : bytes) {
    const bool is_unreserved =
        text::is_alnum(c) || std::string_view("-._~").find(c) != std::string_view::npos;
    text += is_unreserved ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return text;
}

}  // namespace envlift
