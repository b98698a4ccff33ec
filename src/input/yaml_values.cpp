#include "input/yaml_values.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <string_view>
#include <utility>

namespace envlift::input {

namespace {

std::string_view without_sign(std::string_view text)
{
  return text.starts_with('-') || text.starts_with('+') ? text.substr(1) : text;
}

// How many bytes from `at` on are digits, or `_` between them.
std::size_t digits_at(std::string_view text, std::size_t at)
{
  const std::size_t end = std::min(text.find_first_not_of("0123456789_", at), text.size());
  return end - std::min(at, end);
}

std::string without_underscores(std::string_view text)
{
  return text::replace_all(std::string(text), "_", "");
}

// "31" of `0x1F`, "-8" of `-0o10`; nothing where it is no such number, or one of more than 64 bits.
std::optional<std::string> based_integer(std::string_view text)
{
  static constexpr std::array<std::pair<std::string_view, int>, 3> k_bases = {
    {{"0b", 2}, {"0o", 8}, {"0x", 16}}};
  const std::string_view plain = without_sign(text);
  for (const auto& [prefix, base] : k_bases) {
    const std::string digits =
        plain.starts_with(prefix) ? without_underscores(plain.substr(prefix.size())) : "";
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value, base);
    if (!digits.empty() && error == std::errc() && end == digits.data() + digits.size()) {
      return (text.starts_with('-') && value != 0 ? "-" : "") + std::to_string(value);
    }
  }
  return std::nullopt;
}

// "10" of `010` and `1_0`: YAML 1.2 has no octal numbers that begin with `0` alone.
std::optional<std::string> integer(std::string_view text)
{
  const std::string_view plain = without_sign(text);
  const bool begins_as_number = !text.starts_with('_');
  if (plain.empty() || digits_at(plain, 0) != plain.size() || !begins_as_number) {
    return based_integer(text);
  }
  const std::string digits = without_underscores(plain);
  if (digits.empty()) {
    return std::nullopt;
  }
  const std::size_t first = digits.find_first_not_of('0');
  return first == std::string::npos ? "0" : (text.starts_with('-') ? "-" : "") + digits.substr(first);
}

// YAML 1.2's floats as ruamel.yaml's resolver has them: an exponent behind `.5` needs its sign.
bool is_float(std::string_view text)
{
  const std::string_view plain = without_sign(text);
  const std::size_t whole = plain.starts_with('_') ? 0 : digits_at(plain, 0);
  const bool has_point = plain.substr(whole).starts_with('.');
  const std::size_t behind = whole + (has_point ? 1 : 0);
  const std::size_t fraction = has_point ? digits_at(plain, behind) : 0;
  if (without_underscores(plain.substr(0, behind + fraction)).find_first_of("0123456789") ==
      std::string::npos) {
    return false;
  }
  std::string_view exponent = plain.substr(behind + fraction);
  if (exponent.empty()) {
    return has_point;
  }
  if (exponent.front() != 'e' && exponent.front() != 'E') {
    return false;
  }
  exponent.remove_prefix(1);
  const std::string_view digits = without_sign(exponent);
  const bool may_follow = whole > 0 || digits.size() < exponent.size();
  return may_follow && !digits.empty() && std::ranges::all_of(digits, &text::is_digit);
}

// As Python writes it: the fewest digits that read back the same, an exponent below 1e-4 and from 1e16 on.
std::string python_float(double value)
{
  std::array<char, 64> buffer{};
  const auto write = [&](std::chars_format format) {
    const auto [end, error] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, format);
    return std::string(buffer.data(), end);
  };
  const std::string scientific = write(std::chars_format::scientific);
  const int exponent = std::atoi(scientific.c_str() + scientific.find('e') + 1);
  if (exponent < -4 || exponent >= 16) {
    return scientific;
  }
  const std::string fixed = write(std::chars_format::fixed);
  return fixed.find('.') == std::string::npos ? fixed + ".0" : fixed;
}

std::string float_text(std::string_view text)
{
  const std::string sign = text.starts_with('-') ? "-" : "";
  const std::string plain = without_underscores(without_sign(text));
  double value = 0;
  const auto [end, error] = std::from_chars(plain.data(), plain.data() + plain.size(), value);
  if (error == std::errc::result_out_of_range) {
    const bool is_small = plain.find("e-") != std::string::npos || plain.find("E-") != std::string::npos;
    return sign + (is_small ? "0.0" : "inf");
  }
  return sign + python_float(value);
}

// `2026-01-31`, or with a time behind it.
bool is_date(std::string_view text)
{
  const auto is_number = [&](std::size_t at, std::size_t length) {
    return text.size() >= at + length && std::ranges::all_of(text.substr(at, length), &text::is_digit);
  };
  const bool has_date = is_number(0, 4) && text.substr(4).starts_with('-') && is_number(5, 2) &&
                        text.substr(7).starts_with('-') && is_number(8, 2);
  const std::string_view rest = has_date ? text.substr(10) : "";
  const std::string_view time = rest.empty() ? "" : text::trim(rest.substr(1));
  return has_date &&
         (rest.empty() || (std::string_view("Tt \t").find(rest.front()) != std::string_view::npos &&
                           time.find(':') != std::string_view::npos && text::is_digit(time.front())));
}

}  // namespace

std::optional<std::string> python_text(const YamlNode& scalar)
{
  const std::string& text = scalar.scalar;
  if (!scalar.plain) {
    return text;
  }
  if (text::is_one_of(text, {"true", "True", "TRUE"})) {
    return "True";
  }
  if (text::is_one_of(text, {"false", "False", "FALSE"})) {
    return "False";
  }
  if (text::is_one_of(without_sign(text), {".inf", ".Inf", ".INF"})) {
    return text.starts_with('-') ? "-inf" : "inf";
  }
  if (text::is_one_of(text, {".nan", ".NaN", ".NAN"})) {
    return "nan";
  }
  if (auto number = integer(text)) {
    return number;
  }
  if (is_date(text)) {
    return std::nullopt;
  }
  return is_float(text) ? float_text(text) : text;
}

}  // namespace envlift::input
