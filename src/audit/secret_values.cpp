#include "audit/secret_values.hpp"

#include "base/encoding.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <string>

#include <nlohmann/json.hpp>

namespace envlift::audit {

namespace {

bool is_base64_char(char c)
{
  return text::is_alnum(c) || c == '+' || c == '/';
}

bool is_token_char(char c)
{
  return text::is_alnum(c) || c == '-';
}

bool has(std::string_view value, bool (*is_part)(char))
{
  return std::ranges::any_of(value, is_part);
}

bool is_upper(char c)
{
  return c >= 'A' && c <= 'Z';
}

bool is_lower(char c)
{
  return c >= 'a' && c <= 'z';
}

// `/t/TOKEN/` in a URL's path.
bool has_conda_token(std::string_view url, bool is_conda)
{
  const std::size_t at = url.find("/t/");
  const std::string_view host = url.substr(0, url.find('/'));
  if (at == std::string_view::npos || !(is_conda || host.find("conda") != std::string_view::npos)) {
    return false;
  }
  const std::string_view token = run_of(url, at + 3, is_token_char);
  const std::size_t end = at + 3 + token.size();
  return token.size() >= 8 && end < url.size() && url[end] == '/' && !is_placeholder(token);
}

bool is_base64url_char(char c)
{
  return is_word_char(c) || c == '-';
}

// The object that base64url (RFC 4648, section 5) stands for; another value where it stands for none.
nlohmann::json json_of(std::string_view base64url)
{
  std::string text(base64url);
  std::ranges::replace(text, '-', '+');
  std::ranges::replace(text, '_', '/');
  return nlohmann::json::parse(base64_decoded(text).value_or(""), nullptr, false);
}

// One after the other, what a DER text begins with (X.690, 8.1).
class DerReader {
public:
  explicit DerReader(std::string_view bytes) : rest_(bytes) {}

  // The length of the value whose tag comes next; nothing for another tag. The value is what is read next.
  std::optional<unsigned long long> enter(unsigned char tag)
  {
    if (rest_.size() < 2 || byte(0) != tag) {
      return std::nullopt;
    }
    const std::size_t more = byte(1) < 0x80U ? 0 : byte(1) & 0x7FU;
    if (more > 4 || rest_.size() < 2 + more) {
      return std::nullopt;
    }
    unsigned long long length = more == 0 ? byte(1) : 0;
    for (std::size_t i = 0; i < more; ++i) {
      length = length << 8U | byte(2 + i);
    }
    rest_.remove_prefix(2 + more);
    return length;
  }

  // A number of one byte; -1 for anything else.
  int small_number()
  {
    if (enter(k_integer) != 1ULL || rest_.empty()) {
      return -1;
    }
    const int number = byte(0);
    rest_.remove_prefix(1);
    return number;
  }

  bool is_next(unsigned char tag) const { return !rest_.empty() && byte(0) == tag; }
  std::size_t left() const { return rest_.size(); }

  static constexpr unsigned char k_integer = 0x02;
  static constexpr unsigned char k_bytes = 0x04;
  static constexpr unsigned char k_sequence = 0x30;

private:
  unsigned char byte(std::size_t at) const { return static_cast<unsigned char>(rest_[at]); }

  std::string_view rest_;
};

// Whether characters stand in it that a URL has to escape: a pattern or a template, not a URL.
bool is_pattern(std::string_view part)
{
  return part.find_first_of("[]{}()<>\\^*|`$") != std::string_view::npos ||
         part.find("%s") != std::string_view::npos || part.find("%(") != std::string_view::npos;
}

}   // namespace

double entropy(std::string_view value)
{
  std::array<std::size_t, 256> counts{};
  for (const char c : value) {
    ++counts[static_cast<unsigned char>(c)];
  }
  double bits = 0;
  for (const std::size_t count : counts) {
    if (count > 0) {
      const double share = static_cast<double>(count) / static_cast<double>(value.size());
      bits -= share * std::log2(share);
    }
  }
  return bits;
}

bool is_placeholder(std::string_view value)
{
  static constexpr std::array words = {
    "password",    "passwd",   "pass",      "pwd",       "your_password", "yourpassword", "your-password",
    "mypassword",  "changeme", "change_me", "change-me", "changeit",      "token",        "your_token",
    "your-token",  "none",     "null",      "true",      "false",         "redacted",     "placeholder",
    "credentials", "pw",       "psw",
  };
  if (value.empty() || value.find_first_of("$<{%") == 0) {
    return true;
  }
  const std::string lower = text::to_lower(value);
  const bool is_repeated =
      lower.find_first_not_of(lower.front()) == std::string::npos;   // "xxxx", "****", "..."
  return is_repeated || std::ranges::find(words, lower) != words.end() ||
         lower.find("example") != std::string::npos || lower.find("xxxx") != std::string::npos ||
         lower.find("****") != std::string::npos;
}

bool is_word_char(char c)
{
  return text::is_alnum(c) || c == '_';
}

std::string_view run_of(std::string_view text, std::size_t from, bool (*is_part)(char))
{
  std::size_t end = from;
  while (end < text.size() && is_part(text[end])) {
    ++end;
  }
  return text.substr(std::min(from, text.size()), end - from);
}

bool has_aws_secret(std::string_view text)
{
  constexpr std::size_t length = 40;
  constexpr double least_entropy = 4;   // random ones have 4.2 to 5.2
  for (std::size_t at = 0; at < text.size();) {
    const std::string_view run = run_of(text, at, is_base64_char);
    if (run.size() == length && has(run, is_upper) && has(run, is_lower) && has(run, text::is_digit) &&
        entropy(run) >= least_entropy && !is_placeholder(run)) {
      return true;
    }
    at += run.size() + 1;
  }
  return false;
}

bool is_private_key(std::string_view text, std::size_t at)
{
  constexpr std::size_t longest_header = 128;
  constexpr std::size_t looked_at = 512;
  constexpr std::size_t least_key = 48;   // lines of a key have 64
  const std::string_view header = text.substr(at, longest_header);
  const std::size_t mark = header.find("PRIVATE KEY");
  if (mark == std::string_view::npos ||
      header.substr(0, mark).find_first_of("\n\r") != std::string_view::npos) {
    return false;
  }
  const std::size_t dashes = header.find("-----", mark);
  if (dashes == std::string_view::npos) {
    return false;
  }
  // A line of a key, in a file, or in a string with "\n" for its line ends; headers (Proc-Type) may come before it.
  const std::string_view body = text.substr(at + dashes + 5, looked_at);
  for (std::size_t i = 0; i < body.size();) {
    const bool is_escape = body[i] == '\\' && i + 1 < body.size();
    const std::string_view run = is_escape ? std::string_view() : run_of(body, i, is_base64_char);
    if (run.size() >= least_key && entropy(run) >= 3) {
      return true;
    }
    i += is_escape ? 2 : run.size() + 1;
  }
  return false;
}

bool is_web_token(std::string_view text, std::size_t at)
{
  constexpr std::size_t longest = 4096;
  constexpr std::size_t least_signature = 40;   // HS256 and Ed25519 have 43 and 86 characters
  text = text.substr(0, at + longest);
  const std::string_view header = run_of(text, at, is_base64url_char);
  const std::size_t payload_at = at + header.size() + 1;
  const std::string_view payload = run_of(text, payload_at, is_base64url_char);
  const std::size_t signature_at = payload_at + payload.size() + 1;
  const bool is_split =
      signature_at < text.size() && text[payload_at - 1] == '.' && text[signature_at - 1] == '.';
  if (!is_split || run_of(text, signature_at, is_base64url_char).size() < least_signature) {
    return false;
  }
  const nlohmann::json claims = json_of(payload);
  const bool is_example = claims.is_object() && claims.value("name", nlohmann::json()) == "John Doe";
  const nlohmann::json described = json_of(header);
  return described.is_object() && described.contains("alg") && !is_example;
}

bool is_der_key(std::string_view head, unsigned long long size)
{
  DerReader key(head);
  const auto length = key.enter(DerReader::k_sequence);
  const std::size_t header = head.size() - key.left();
  if (!length || header + *length != size) {
    return false;
  }
  const int version = key.small_number();
  return version == 0   ? key.is_next(DerReader::k_sequence) || key.is_next(DerReader::k_integer)
         : version == 1 ? key.is_next(DerReader::k_sequence) || key.is_next(DerReader::k_bytes)
                        : false;
}

bool is_secret_url(std::string_view text, std::size_t at, bool is_conda)
{
  constexpr std::size_t longest = 2048;
  constexpr std::size_t least_password = 3;
  const std::string_view rest = text.substr(at + 3, longest);
  const std::string_view url = rest.substr(0, rest.find_first_of(" \t\r\n\"'<>`"));
  const std::string_view authority = url.substr(0, url.find_first_of("/?#,;"));
  const std::size_t sign = authority.rfind('@');
  const std::size_t colon = authority.find(':');
  if (sign == std::string_view::npos || colon > sign) {
    return has_conda_token(url, is_conda);
  }
  const std::string_view user = authority.substr(0, colon);
  const std::string_view password = authority.substr(colon + 1, sign - colon - 1);
  const std::string_view host = authority.substr(sign + 1);
  return password.size() >= least_password && !host.empty() && !is_placeholder(password) &&
         !is_pattern(user) && !is_pattern(password) && !is_pattern(host) && password != user;
}

}   // namespace envlift::audit
