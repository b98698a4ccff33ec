// Small pure helpers on text. Byte-wise unless a name says otherwise; ASCII rules only, so that
// the locale never changes what envlift reads.
#pragma once

#include <algorithm>
#include <cstddef>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace envlift::text {

std::string_view trim(std::string_view text);
// Without the mark that some editors put before UTF-8.
std::string_view without_byte_order_mark(std::string_view text);
std::string to_lower(std::string_view text);
bool is_space(char c);
bool is_digit(char c);
bool is_alpha(char c);
bool is_alnum(char c);
// Of every character, and so of "".
bool is_hex(std::string_view text);
bool is_lower_hex(std::string_view text);

inline bool contains(std::string_view text, std::string_view part)
{
  return text.find(part) != std::string_view::npos;
}
inline bool is_one_of(std::string_view word, std::initializer_list<std::string_view> words)
{
  return std::ranges::find(words, word) != words.end();
}

std::vector<std::string_view> split(std::string_view text, char separator);
// Where the line that goes on at `from` ends: the offset of a "\n" or "\r", or the text's size. Searching for a set of
// characters takes many times as long.
std::size_t line_end(std::string_view text, std::size_t from);
// Whether a line ends with the byte at `at`: "\n", and "\r" unless "\n" follows.
inline bool ends_line(std::string_view text, std::size_t at)
{
  return text[at] == '\n' || (text[at] == '\r' && text.substr(at, 2) != "\r\n");
}
// Lines without their line ends; "\n", "\r\n" and a lone "\r" end a line.
std::vector<std::string_view> lines(std::string_view text);
std::string join(const std::vector<std::string>& parts, std::string_view separator);
std::string replace_all(std::string text, std::string_view from, std::string_view to);

// "100%" of "100%25"; what is no escape stays.
std::string percent_decoded(std::string_view text);

// Whether every byte sequence is well-formed UTF-8 (no overlong forms, no surrogates).
bool is_valid_utf8(std::string_view text);
// Offset of the first byte that is not well-formed UTF-8; nothing when all is.
std::optional<std::size_t> first_invalid_utf8(std::string_view text);
// Bytes that a terminal would act on (controls, escapes, invalid UTF-8) replaced by U+FFFD.
std::string printable(std::string_view text);

// The bytes [begin, end) of a text.
struct Stretch {
  std::size_t begin;
  std::size_t end;
};

// What redact() replaces in the text, in order.
std::vector<Stretch> find_secrets(std::string_view text);
// Passwords and tokens of URLs replaced: `//user:pw@host` -> `//****@host`, `/t/TOKEN/` -> `/t/****/`, `?token=SECRET` ->
// `?token=****`. Every text that reaches a terminal, a log or a report passes here.
std::string redact(std::string_view text);
// Redacted, and nothing that a terminal would act on.
std::string shown(std::string_view text);
// Whether redact() would change the text: it carries credentials.
bool has_credentials(std::string_view text);

// The candidate nearest to `word` by edit distance, in which two swapped letters are one edit (at most a third of its length, at least 1, and at most `most`);
// nothing when none is near.
std::optional<std::string> nearest(std::string_view word, const std::vector<std::string>& candidates,
                                   std::size_t most = 64);

// A word quoted for a POSIX shell; unchanged where no quoting is needed.
std::string shell_quote(std::string_view word);
// A pasteable command line of the words.
std::string shell_line(const std::vector<std::string>& words);
// A JSON string literal with its quotes; non-ASCII UTF-8 kept, invalid bytes as U+FFFD.
std::string json_quote(std::string_view text);

// "1 file", "12 files".
std::string counted(std::size_t number, std::string_view noun);
// "1.5 GB", "12.3 MB", "345 KB": powers of ten, as engines and AWS count.
std::string human_bytes(unsigned long long bytes);

}  // namespace envlift::text
