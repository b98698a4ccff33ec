#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <numeric>

#include <fmt/format.h>

namespace envlift::text {

bool is_space(char c)
{
  return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v';
}

bool is_digit(char c)
{
  return c >= '0' && c <= '9';
}

bool is_alpha(char c)
{
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool is_alnum(char c)
{
  return is_alpha(c) || is_digit(c);
}

bool is_lower_hex(std::string_view text)
{
  return std::ranges::all_of(text, [](char c) { return is_digit(c) || (c >= 'a' && c <= 'f'); });
}

bool is_hex(std::string_view text)
{
  return is_lower_hex(to_lower(text));
}

std::string_view without_byte_order_mark(std::string_view text)
{
  constexpr std::string_view k_mark = "\xef\xbb\xbf";
  return text.starts_with(k_mark) ? text.substr(k_mark.size()) : text;
}

std::string_view trim(std::string_view text)
{
  while (!text.empty() && is_space(text.front())) {
    text.remove_prefix(1);
  }
  while (!text.empty() && is_space(text.back())) {
    text.remove_suffix(1);
  }
  return text;
}

std::string to_lower(std::string_view text)
{
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') {
      c = static_cast<char>(c - 'A' + 'a');
    }
  }
  return lower;
}

std::vector<std::string_view> split(std::string_view text, char separator)
{
  std::vector<std::string_view> parts;
  std::size_t begin = 0;
  while (true) {
    const std::size_t end = text.find(separator, begin);
    parts.push_back(text.substr(begin, end == std::string_view::npos ? end : end - begin));
    if (end == std::string_view::npos) {
      return parts;
    }
    begin = end + 1;
  }
}

std::size_t line_end(std::string_view text, std::size_t from)
{
  while (from < text.size() && text[from] != '\n' && text[from] != '\r') {
    ++from;
  }
  return from;
}

std::vector<std::string_view> lines(std::string_view text)
{
  std::vector<std::string_view> result;
  std::size_t begin = 0;
  while (begin < text.size()) {
    const std::size_t end = line_end(text, begin);
    result.push_back(text.substr(begin, end - begin));
    const bool crlf = end + 1 < text.size() && text[end] == '\r' && text[end + 1] == '\n';
    begin = end + (crlf ? 2 : 1);
  }
  return result;
}

std::string join(const std::vector<std::string>& parts, std::string_view separator)
{
  return fmt::format("{}", fmt::join(parts, separator));
}

std::string replace_all(std::string text, std::string_view from, std::string_view to)
{
  if (from.empty()) {
    return text;
  }
  for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
  return text;
}

std::string percent_decoded(std::string_view text)
{
  const auto digit = [](char c) { return static_cast<unsigned>(is_digit(c) ? c - '0' : (c | 0x20) - 'a' + 10); };
  std::string result;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const std::string_view digits = text.substr(std::min(at + 1, text.size()), 2);
    if (text[at] == '%' && digits.size() == 2 && is_hex(digits)) {
      result += static_cast<char>(digit(digits[0]) * 16U + digit(digits[1]));
      at += 2;
    }
    else {
      result += text[at];
    }
  }
  return result;
}

namespace {

// Length of the well-formed UTF-8 sequence at `at` (Unicode table 3-7), 0 when it is ill-formed.
std::size_t utf8_length(std::string_view text, std::size_t at)
{
  const auto byte = [&](std::size_t i) {
    return at + i < text.size() ? static_cast<std::uint8_t>(text[at + i]) : std::uint8_t{0};
  };
  const auto continues = [&](std::size_t i) { return (byte(i) & 0xC0U) == 0x80U; };
  const std::uint8_t lead = byte(0);
  if (lead < 0x80) {
    return 1;
  }
  if (lead >= 0xC2 && lead <= 0xDF) {
    return continues(1) ? 2 : 0;
  }
  if (lead >= 0xE0 && lead <= 0xEF) {
    const bool overlong = lead == 0xE0 && byte(1) < 0xA0;
    const bool surrogate = lead == 0xED && byte(1) > 0x9F;
    return continues(1) && continues(2) && !overlong && !surrogate ? 3 : 0;
  }
  if (lead >= 0xF0 && lead <= 0xF4) {
    const bool overlong = lead == 0xF0 && byte(1) < 0x90;
    const bool beyond = lead == 0xF4 && byte(1) > 0x8F;
    return continues(1) && continues(2) && continues(3) && !overlong && !beyond ? 4 : 0;
  }
  return 0;
}

constexpr std::string_view k_replacement = "\xEF\xBF\xBD";   // U+FFFD

}  // namespace

std::optional<std::size_t> first_invalid_utf8(std::string_view text)
{
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = utf8_length(text, at);
    if (length == 0) {
      return at;
    }
    at += length;
  }
  return std::nullopt;
}

bool is_valid_utf8(std::string_view text)
{
  return !first_invalid_utf8(text);
}

std::string printable(std::string_view text)
{
  std::string result;
  result.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = utf8_length(text, at);
    const auto byte = static_cast<std::uint8_t>(text[at]);
    // C1 controls (U+0080..U+009F) drive terminals as ESC does.
    const bool c1 = length == 2 && byte == 0xC2 && static_cast<std::uint8_t>(text[at + 1]) < 0xA0;
    const bool control = length == 1 && (byte < 0x20 || byte == 0x7F) && byte != '\t';
    if (length == 0 || c1 || control) {
      result += k_replacement;
      at += std::max<std::size_t>(length, 1);
    }
    else {
      result += text.substr(at, length);
      at += length;
    }
  }
  return result;
}

namespace {

bool ends_url(char c)
{
  return is_space(c) || c == '"' || c == '\'' || c == '<' || c == '>' || c == '`';
}

using Secrets = std::vector<Stretch>;

constexpr std::string_view k_mask = "****";

void add_secret(std::string_view text, std::size_t begin, std::size_t end, Secrets& found)
{
  if (text.substr(begin, end - begin) != k_mask) {
    found.push_back({begin, end});
  }
}

// The `user:password` of `//user:password@host`; returns where to go on reading.
std::size_t find_userinfo(std::string_view text, std::size_t slashes, Secrets& found)
{
  const std::size_t begin = slashes + 2;
  std::size_t end = begin;
  std::size_t at_sign = std::string_view::npos;
  while (end < text.size() && !ends_url(text[end]) && text[end] != '/') {
    if (text[end] == '@') {
      at_sign = end;   // the last one: passwords may hold '@'
    }
    ++end;
  }
  if (at_sign == std::string_view::npos) {
    return begin;
  }
  // `git@host` names a user, not a secret.
  if (text.substr(begin, at_sign - begin) != "git") {
    add_secret(text, begin, at_sign, found);
  }
  return at_sign;
}

bool is_token_character(char c)
{
  return is_alnum(c) || c == '-' || c == '_';
}

// `/packages/source/t/tqdm/tqdm-4.tar.gz`: folders of names by their first letter.
bool is_letter_folder(std::string_view segment, std::string_view rest)
{
  return to_lower(segment.substr(0, 1)) == "t" &&
         to_lower(rest.substr(0, segment.size())) == to_lower(segment);
}

// Length of the word behind `/t/` that is a secret to conda, which takes every one for a token
// (conda/common/url.py: split_anaconda_token); 0 for none. Outside of a URL, and at its end, a short one is a name.
std::size_t token_length(std::string_view text, bool in_url)
{
  constexpr std::size_t k_long = 8;
  std::size_t length = 0;
  while (length < text.size() && !ends_url(text[length]) &&
         std::string_view("/?#,:;[]()|=").find(text[length]) == std::string_view::npos) {
    ++length;
  }
  const std::string_view rest = text.substr(length);
  const bool is_segment = rest.starts_with('/') || rest.starts_with("::");
  if (in_url && is_segment && !text.starts_with('$')) {
    return is_letter_folder(text.substr(0, length), rest.substr(1)) ? 0 : length;
  }
  length = 0;
  while (length < text.size() && is_token_character(text[length])) {
    ++length;
  }
  return length < k_long ? 0 : length;
}

// Whether a URL's parameter holds a secret by its name: a token or password, or what a presigned URL is signed with
// (`sig` of Azure, `X-Amz-Signature` and `X-Amz-Security-Token` of S3).
bool is_secret_parameter(std::string_view name)
{
  static constexpr std::array<std::string_view, 8> endings = {
    "token", "signature", "password", "passwd", "secret", "apikey", "accesskey", "secretkey"};
  std::string plain = to_lower(percent_decoded(name));
  std::erase_if(plain, [](char c) { return c == '-' || c == '_'; });
  return plain == "sig" || plain == "pwd" || plain == "auth" ||
         std::ranges::any_of(endings, [&](std::string_view ending) { return plain.ends_with(ending); });
}

// `$NAME` or `${NAME}`, which pip and conda fill when they run.
bool is_variable(std::string_view value)
{
  return value.starts_with('$') && std::ranges::all_of(value.substr(1), [](char c) {
           return is_token_character(c) || c == '{' || c == '}';
         });
}

// The SECRET of `?token=SECRET`; returns where to go on reading.
std::size_t find_parameter(std::string_view text, std::size_t mark, Secrets& found)
{
  const auto end_of = [&](std::size_t from, std::string_view marks) {
    while (from < text.size() && !ends_url(text[from]) && marks.find(text[from]) == std::string_view::npos) {
      ++from;
    }
    return from;
  };
  const std::size_t equals = end_of(mark + 1, "=?&#");
  if (!text.substr(equals).starts_with('=') ||
      !is_secret_parameter(text.substr(mark + 1, equals - mark - 1))) {
    return mark + 1;
  }
  const std::size_t end = end_of(equals + 1, "&#");
  const std::string_view value = text.substr(equals + 1, end - equals - 1);
  if (!value.empty() && !is_variable(value)) {
    add_secret(text, equals + 1, end, found);
  }
  return end;
}

}  // namespace

std::vector<Stretch> find_secrets(std::string_view text)
{
  Secrets found;
  bool in_url = false;
  for (std::size_t at = 0; at < text.size();) {
    if (text.substr(at, 2) == "//" && at > 0 && text[at - 1] == ':') {
      at = find_userinfo(text, at, found);
      in_url = true;
    }
    else if (text.substr(at, 3) == "/t/") {
      at += 3;
      if (const std::size_t length = token_length(text.substr(at), in_url); length > 0) {
        add_secret(text, at, at + length, found);
        at += length;
      }
    }
    else if (in_url && (text[at] == '?' || text[at] == '&')) {
      at = find_parameter(text, at, found);
    }
    else {
      in_url = in_url && !ends_url(text[at]);
      ++at;
    }
  }
  return found;
}

std::string redact(std::string_view text)
{
  std::string out;
  std::size_t done = 0;
  for (const Stretch& secret : find_secrets(text)) {
    out += text.substr(done, secret.begin - done);
    out += k_mask;
    done = secret.end;
  }
  out += text.substr(done);
  return out;
}

std::string shown(std::string_view text)
{
  return printable(redact(text));
}

bool has_credentials(std::string_view text)
{
  return !find_secrets(text).empty();
}

namespace {

// Optimal string alignment: letters that are missing, too many or others, and neighbours that are swapped, count one each.
std::size_t edit_distance(std::string_view a, std::string_view b)
{
  std::vector<std::size_t> before_last(b.size() + 1);
  std::vector<std::size_t> last(b.size() + 1);
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::swap(before_last, last);
    std::swap(last, row);
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t substituted = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, substituted});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        row[j] = std::min(row[j], before_last[j - 2] + 1);
      }
    }
  }
  return row.back();
}

constexpr std::size_t k_longest_suggested = 64;   // longer words are not misspelt names

}  // namespace

std::optional<std::string> nearest(std::string_view word, const std::vector<std::string>& candidates, std::size_t most)
{
  if (word.size() > k_longest_suggested) {
    return std::nullopt;
  }
  std::optional<std::string> best;
  std::size_t best_distance = std::min(most, std::max<std::size_t>(1, word.size() / 3)) + 1;
  for (const std::string& candidate : candidates) {
    const std::size_t distance = edit_distance(to_lower(word), to_lower(candidate));
    if (distance < best_distance) {
      best_distance = distance;
      best = candidate;
    }
  }
  return best;
}

std::string shell_quote(std::string_view word)
{
  const auto plain = [](char c) {
    return is_alnum(c) || std::string_view("_@%+=:,./-").find(c) != std::string_view::npos;
  };
  if (!word.empty() && std::ranges::all_of(word, plain)) {
    return std::string(word);
  }
  return "'" + replace_all(std::string(word), "'", "'\\''") + "'";
}

std::string shell_line(const std::vector<std::string>& words)
{
  std::vector<std::string> quoted;
  quoted.reserve(words.size());
  for (const std::string& word : words) {
    quoted.push_back(shell_quote(word));
  }
  return join(quoted, " ");
}

std::string json_quote(std::string_view text)
{
  std::string out = "\"";
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = utf8_length(text, at);
    const char c = text[at];
    if (length == 0) {
      out += k_replacement;
    }
    else if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    }
    else if (length == 1 && static_cast<std::uint8_t>(c) < 0x20) {
      out += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
    }
    else {
      out += text.substr(at, length);
    }
    at += std::max<std::size_t>(length, 1);
  }
  return out + "\"";
}

std::string counted(std::size_t number, std::string_view noun)
{
  return fmt::format("{} {}{}", number, noun, number == 1 ? "" : "s");
}

std::string human_bytes(unsigned long long bytes)
{
  constexpr std::array<std::string_view, 5> units = {"B", "KB", "MB", "GB", "TB"};
  auto value = static_cast<double>(bytes);
  std::size_t unit = 0;
  while (value >= 1000.0 && unit + 1 < units.size()) {
    value /= 1000.0;
    ++unit;
  }
  return unit == 0 ? fmt::format("{} B", bytes) : fmt::format("{:.1f} {}", value, units[unit]);
}

}  // namespace envlift::text
