#include "aws/times.hpp"

#include "base/text.hpp"

#include <array>
#include <ctime>
#include <string_view>

namespace envlift::aws {

namespace {

std::string formatted(std::int64_t time, const char* format)
{
  const std::time_t seconds = time;
  std::tm parts{};
  ::gmtime_r(&seconds, &parts);
  std::array<char, 32> text{};
  const std::size_t length = std::strftime(text.data(), text.size(), format, &parts);
  return {text.data(), length};
}

// Seconds east of UTC of "Z", "UTC", "+01:00", "-0530"; nothing for another text.
std::optional<std::int64_t> parse_offset(std::string_view text)
{
  if (text == "Z" || text == "UTC") {
    return 0;
  }
  std::string digits;
  for (const char c : text.substr(text.empty() ? 0 : 1)) {
    if (text::is_digit(c)) {
      digits += c;
    }
    else if (c != ':') {
      return std::nullopt;
    }
  }
  if (digits.size() != 4 || (text.front() != '+' && text.front() != '-')) {
    return std::nullopt;
  }
  const std::int64_t seconds = std::stoi(digits.substr(0, 2)) * 3600 + std::stoi(digits.substr(2)) * 60;
  return text.front() == '-' ? -seconds : seconds;
}

}  // namespace

std::string signing_time(std::int64_t time)
{
  return formatted(time, "%Y%m%dT%H%M%SZ");
}

std::string rfc3339(std::int64_t time)
{
  return formatted(time, "%Y-%m-%dT%H:%M:%SZ");
}

std::optional<std::int64_t> parse_rfc3339(const std::string& text)
{
  std::tm parts{};
  const char* rest = ::strptime(text.c_str(), "%Y-%m-%dT%H:%M:%S", &parts);
  if (rest == nullptr) {
    return std::nullopt;
  }
  if (*rest == '.') {
    do {
      ++rest;
    } while (text::is_digit(*rest));
  }
  const auto offset = parse_offset(rest);
  return offset ? std::optional<std::int64_t>(::timegm(&parts) - *offset) : std::nullopt;
}

std::optional<std::int64_t> parse_http_date(const std::string& text)
{
  std::tm parts{};
  const char* rest = ::strptime(text.c_str(), "%a, %d %b %Y %H:%M:%S GMT", &parts);
  return rest != nullptr ? std::optional<std::int64_t>(::timegm(&parts)) : std::nullopt;
}

}  // namespace envlift::aws
