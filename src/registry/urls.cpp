#include "registry/urls.hpp"

#include "base/text.hpp"

#include <cstdint>

#include <fmt/format.h>

namespace envlift::registry {

namespace {

constexpr std::string_view k_digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr unsigned k_digit_bits = 6;
constexpr unsigned k_byte_bits = 8;

}  // namespace

bool is_web_url(std::string_view text)
{
  return text.starts_with("https://") || text.starts_with("http://");
}

std::string_view origin_of(std::string_view url)
{
  const std::size_t scheme = url.find("://");
  return url.substr(0, scheme == std::string_view::npos ? 0 : url.find('/', scheme + 3));
}

std::string followed(const std::string& from, const std::string& location)
{
  if (is_web_url(location)) {
    return location;
  }
  if (location.starts_with("//")) {
    return from.substr(0, from.find("//")) + location;
  }
  if (location.starts_with('/')) {
    return std::string(origin_of(from)) + location;
  }
  const std::string path = from.substr(0, from.find('?'));
  return path.substr(0, path.rfind('/') + 1) + location;
}

std::string with_query(std::string url, std::string_view name, std::string_view value)
{
  url += url.find('?') == std::string::npos ? '?' : '&';
  url += fmt::format("{}=", name);
  for (const char c : value) {
    const bool is_plain = text::is_alnum(c) || std::string_view("-._~").find(c) != std::string_view::npos;
    url += is_plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return url;
}

std::string base64(std::string_view bytes)
{
  std::string text;
  std::uint32_t bits = 0;
  unsigned count = 0;
  for (const char byte : bytes) {
    bits = (bits << k_byte_bits) | static_cast<unsigned char>(byte);
    count += k_byte_bits;
    while (count >= k_digit_bits) {
      count -= k_digit_bits;
      text += k_digits[(bits >> count) & 63U];
    }
  }
  if (count > 0) {
    text += k_digits[(bits << (k_digit_bits - count)) & 63U];
  }
  text.append((4 - text.size() % 4) % 4, '=');
  return text;
}

std::optional<std::string> base64_decoded(std::string_view text)
{
  while (text.ends_with('=')) {
    text.remove_suffix(1);
  }
  std::string bytes;
  std::uint32_t bits = 0;
  unsigned count = 0;
  for (const char c : text) {
    const std::size_t digit = k_digits.find(c);
    if (digit == std::string_view::npos) {
      return std::nullopt;
    }
    bits = (bits << k_digit_bits) | static_cast<std::uint32_t>(digit);
    count += k_digit_bits;
    if (count >= k_byte_bits) {
      count -= k_byte_bits;
      bytes += static_cast<char>((bits >> count) & 255U);
    }
  }
  return bytes;
}

}  // namespace envlift::registry
