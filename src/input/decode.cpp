#include "input/decode.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

#include <fmt/format.h>

namespace envlift::input {

namespace {

// A code unit's width and order.
struct Wide {
  std::size_t bytes;
  bool big_endian;
};

struct Bom {
  std::string_view mark;
  std::optional<Wide> wide;   // nothing: UTF-8
};

// As pip's list (req_file.py), in an order in which no mark begins like a later one.
constexpr std::array<Bom, 5> k_boms = {{{"\xEF\xBB\xBF", std::nullopt},
                                        {std::string_view("\xFF\xFE\0\0", 4), Wide{4, false}},
                                        {std::string_view("\0\0\xFE\xFF", 4), Wide{4, true}},
                                        {"\xFF\xFE", Wide{2, false}},
                                        {"\xFE\xFF", Wide{2, true}}}};

void append_utf8(std::string& out, std::uint32_t code)
{
  const auto put = [&](std::uint32_t value) { out += static_cast<char>(value); };
  if (code < 0x80U) {
    put(code);
  }
  else if (code < 0x800U) {
    put(0xC0U | (code >> 6U));
    put(0x80U | (code & 0x3FU));
  }
  else if (code < 0x10000U) {
    put(0xE0U | (code >> 12U));
    put(0x80U | ((code >> 6U) & 0x3FU));
    put(0x80U | (code & 0x3FU));
  }
  else {
    put(0xF0U | (code >> 18U));
    put(0x80U | ((code >> 12U) & 0x3FU));
    put(0x80U | ((code >> 6U) & 0x3FU));
    put(0x80U | (code & 0x3FU));
  }
}

// The problem at an offset of the text as far as it was read.
Decoded problem_at(std::string text, std::size_t offset, std::string problem)
{
  const std::string_view before = std::string_view(text).substr(0, offset);
  // A lone "\r" ends a line too, as for whoever prints the place.
  const auto lines = text::lines(before);
  const bool begins_line = before.empty() || before.ends_with('\n') || before.ends_with('\r');
  Decoded result;
  result.ok = false;
  result.problem = std::move(problem);
  result.line = lines.size() + (begins_line ? 1 : 0);
  result.column = 1 + (begins_line ? 0 : lines.back().size());
  result.text = std::move(text);
  return result;
}

Decoded problem_at_end(std::string text, std::string problem)
{
  const std::size_t end = text.size();
  return problem_at(std::move(text), end, std::move(problem));
}

// Text that is UTF-8 by now; or is said to be.
Decoded checked(std::string text)
{
  const auto invalid = text::first_invalid_utf8(text);
  const std::size_t nul = text.find('\0');
  if (invalid && *invalid < nul) {
    return problem_at(std::move(text), *invalid, "invalid UTF-8");
  }
  if (nul != std::string::npos) {
    return problem_at(std::move(text), nul, "NUL byte");
  }
  Decoded result;
  result.text = std::move(text);
  return result;
}

std::uint32_t unit_at(std::string_view bytes, std::size_t at, Wide wide)
{
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < wide.bytes; ++i) {
    const std::size_t place = wide.big_endian ? i : wide.bytes - 1 - i;
    value = (value << 8U) | static_cast<std::uint8_t>(bytes[at + place]);
  }
  return value;
}

bool is_high_surrogate(std::uint32_t unit)
{
  return unit >= 0xD800U && unit < 0xDC00U;
}

bool is_low_surrogate(std::uint32_t unit)
{
  return unit >= 0xDC00U && unit < 0xE000U;
}

Decoded from_wide(std::string_view bytes, Wide wide)
{
  const std::string name = fmt::format("invalid UTF-{}", wide.bytes * 8);
  std::string text;
  text.reserve(bytes.size() / wide.bytes);
  for (std::size_t at = 0; at < bytes.size(); at += wide.bytes) {
    if (at + wide.bytes > bytes.size()) {
      return problem_at_end(std::move(text), name);
    }
    std::uint32_t code = unit_at(bytes, at, wide);
    const bool pair_fits = wide.bytes == 2 && is_high_surrogate(code) && at + 4 <= bytes.size();
    if (pair_fits && is_low_surrogate(unit_at(bytes, at + 2, wide))) {
      code = 0x10000U + ((code - 0xD800U) << 10U) + (unit_at(bytes, at + 2, wide) - 0xDC00U);
      at += 2;
    }
    if (is_high_surrogate(code) || is_low_surrogate(code) || code > 0x10FFFFU) {
      return problem_at_end(std::move(text), name);
    }
    append_utf8(text, code);
  }
  return checked(std::move(text));
}

// Bytes of an 8-bit encoding whose upper half `upper` maps (0: no character).
Decoded from_bytes(std::string_view bytes, const std::array<std::uint16_t, 128>& upper, std::string_view name)
{
  std::string text;
  for (const char c : bytes) {
    const auto byte = static_cast<std::uint8_t>(c);
    const std::uint32_t code = byte < 0x80U ? byte : upper[byte - 0x80U];
    if (code == 0 && byte != 0) {
      return problem_at_end(std::move(text), fmt::format("a byte that {} does not have", name));
    }
    append_utf8(text, code);
  }
  return checked(std::move(text));
}

std::array<std::uint16_t, 128> latin1_upper()
{
  std::array<std::uint16_t, 128> upper{};
  for (std::size_t i = 0; i < upper.size(); ++i) {
    upper[i] = static_cast<std::uint16_t>(0x80U + i);
  }
  return upper;
}

// Latin-1 but for the 32 places where Windows has its quotes, dashes and the euro.
std::array<std::uint16_t, 128> cp1252_upper()
{
  constexpr std::array<std::uint16_t, 32> windows = {
    0x20AC, 0,      0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
    0x2039, 0x0152, 0,      0x017D, 0,      0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0,      0x017E, 0x0178};
  auto upper = latin1_upper();
  std::ranges::copy(windows, upper.begin());
  return upper;
}

// The name that PEP 263's comment gives: `coding[:=]\s*([-\w.]+)` in a line that begins with `#`,
// the first or second one. Lower case, as Python looks codecs up.
std::string named_encoding(std::string_view bytes)
{
  std::size_t number = 0;
  for (const std::string_view line :
       text::split(bytes.substr(0, bytes.find('\n', bytes.find('\n') + 1)), '\n')) {
    for (std::size_t at = line.find("coding"); line.starts_with('#') && at != std::string_view::npos;
         at = line.find("coding", at + 1)) {
      std::string_view rest = line.substr(at + 6);
      if (!rest.starts_with(':') && !rest.starts_with('=')) {
        continue;
      }
      rest = text::trim(rest.substr(1));
      const auto end = std::ranges::find_if_not(
          rest, [](char c) { return text::is_alnum(c) || c == '-' || c == '_' || c == '.'; });
      if (end != rest.begin()) {
        return text::replace_all(text::to_lower(std::string(rest.begin(), end)), "_", "-");
      }
    }
    if (++number == 2) {
      break;
    }
  }
  return "";
}

Decoded decode_named(std::string bytes, const std::string& name)
{
  if (name.empty() || text::is_one_of(name, {"utf-8", "utf8", "u8", "utf", "utf-8-sig"})) {
    return checked(std::move(bytes));
  }
  if (text::is_one_of(name, {"latin-1", "latin1", "l1", "iso-8859-1", "iso8859-1", "8859", "cp819"})) {
    return from_bytes(bytes, latin1_upper(), "Latin-1");
  }
  if (text::is_one_of(name, {"cp1252", "windows-1252", "1252"})) {
    return from_bytes(bytes, cp1252_upper(), "Windows-1252");
  }
  if (text::is_one_of(name, {"ascii", "us-ascii", "646"})) {
    return from_bytes(bytes, {}, "ASCII");
  }
  return problem_at(std::move(bytes), 0,
                    fmt::format("its first lines name the encoding `{}`, which envlift does not read", name));
}

// UTF-16 without a BOM shows by its first two characters, which in any YAML file are ASCII.
std::optional<Wide> bare_utf16(std::string_view bytes)
{
  if (bytes.size() < 4 || bytes.size() % 2 != 0) {
    return std::nullopt;
  }
  const auto zero = [&](std::size_t i) { return bytes[i] == '\0'; };
  if (zero(0) && !zero(1) && zero(2) && !zero(3)) {
    return Wide{2, true};
  }
  if (!zero(0) && zero(1) && !zero(2) && zero(3)) {
    return Wide{2, false};
  }
  return std::nullopt;
}

}  // namespace

Decoded decode(std::string bytes, Encoding encoding)
{
  for (const Bom& bom : k_boms) {
    if (bytes.starts_with(bom.mark)) {
      bytes.erase(0, bom.mark.size());
      return bom.wide ? from_wide(bytes, *bom.wide) : checked(std::move(bytes));
    }
  }
  if (encoding == Encoding::pip) {
    const std::string name = named_encoding(bytes);
    return decode_named(std::move(bytes), name);
  }
  if (const auto wide = encoding == Encoding::conda ? bare_utf16(bytes) : std::nullopt) {
    return from_wide(bytes, *wide);
  }
  return checked(std::move(bytes));
}

}  // namespace envlift::input
