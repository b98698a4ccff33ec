#include "diag/printer.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <vector>

#include <fmt/format.h>

namespace envlift::diag {

namespace {

struct Paint {
  bool colour;
  std::string operator()(std::string_view code, std::string_view text) const
  {
    return colour ? fmt::format("\x1b[{}m{}\x1b[0m", code, text) : std::string(text);
  }
};

constexpr std::string_view k_bold = "1";
constexpr std::string_view k_blue = "1;34";
constexpr std::string_view k_cyan = "1;36";

std::string_view severity_colour(Severity severity)
{
  switch (severity) {
    case Severity::note: return k_cyan;
    case Severity::warning: return "1;33";
    case Severity::error: return "1;31";
  }
  return k_bold;
}

// Redacted and safe for a terminal, on one line: every text of the user's passes here.
std::string shown(std::string_view text)
{
  const std::string one_line = text::replace_all(text::redact(text), "\r\n", "\n");
  return text::printable(text::replace_all(one_line, "\n", "\\n"));
}

std::vector<std::string> shown_lines(std::string_view text)
{
  std::vector<std::string> lines;
  for (const std::string_view line : text::lines(text)) {
    if (!text::trim(line).empty()) {
      lines.push_back(shown(line));
    }
  }
  return lines;
}

// A flag ("--memory"), a variable and an absolute path are places too, and not below the project.
bool is_in_project(std::string_view file)
{
  return !file.starts_with('/') && !file.starts_with("--") && !file.starts_with("ENVLIFT_");
}

// As an editor opens it from the working folder; findings name files relative to the project.
std::string file_of(const Span& span, const PrintStyle& style)
{
  if (span.file == "." && !style.project.empty()) {
    return shown(style.project);
  }
  return shown(is_in_project(span.file) ? style.project + span.file : span.file);
}

std::string place(const Span& span, const PrintStyle& style)
{
  const std::string file = file_of(span, style);
  return span.line == 0 ? file
                        : fmt::format("{}:{}:{}", file, span.line, std::max<std::size_t>(span.column, 1));
}

// "error[EL0203]"; wrong usage has no code.
std::string headline(const Diagnostic& d)
{
  return d.code.empty() ? std::string(to_string(d.severity))
                        : fmt::format("{}[{}]", to_string(d.severity), d.code);
}

std::size_t count_characters(std::string_view utf8)
{
  return static_cast<std::size_t>(
      std::ranges::count_if(utf8, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

// Bytes from the column to the end of the word that stands there.
std::size_t word_length(std::string_view line, std::size_t offset)
{
  const std::size_t end = line.find_first_of(" \t,]}", offset);
  return std::max<std::size_t>(1, (end == std::string_view::npos ? line.size() : end) - offset);
}

// Where the bytes of a line stand once its credentials are replaced.
struct Redacted {
  std::string text;
  std::vector<std::size_t> begin;   // of each byte; those of a secret all stand on its `****`
  std::vector<std::size_t> end;
};

Redacted redact_line(std::string_view line)
{
  constexpr std::size_t k_mask_length = 4;
  Redacted result{text::redact(line), {}, {}};
  std::size_t to = 0;
  const auto copy = [&](std::size_t from, std::size_t stop) {
    for (; from < stop; ++from, ++to) {
      result.begin.push_back(to);
      result.end.push_back(to + 1);
    }
  };
  std::size_t done = 0;
  for (const text::Stretch& secret : text::find_secrets(line)) {
    copy(done, secret.begin);
    result.begin.insert(result.begin.end(), secret.end - secret.begin, to);
    to += k_mask_length;
    result.end.insert(result.end.end(), secret.end - secret.begin, to);
    done = secret.end;
  }
  copy(done, line.size());
  result.begin.push_back(result.text.size());   // the place behind the last byte
  result.end.push_back(result.text.size());
  return result;
}

struct Excerpt {
  std::string line;
  std::size_t offset = 0;   // characters before the underline
  std::size_t length = 1;   // characters underlined
};

// A long line without what is far from the place; the span's column follows. A line with credentials
// stays whole: a part of it might not show that they are some.
std::string_view near_place(std::string_view line, Span& span)
{
  constexpr std::size_t most = 4096;
  if (line.size() <= 2 * most || text::has_credentials(line)) {
    return line;
  }
  const auto is_inside_character = [&](std::size_t at) {
    return at < line.size() && (static_cast<unsigned char>(line[at]) & 0xC0U) == 0x80U;
  };
  std::size_t begin = span.column > most ? std::min(span.column, line.size()) - most : 0;
  while (is_inside_character(begin)) {
    ++begin;
  }
  std::size_t length = 2 * most;
  while (is_inside_character(begin + length)) {
    ++length;
  }
  span.column -= std::min(begin, span.column);
  return line.substr(begin, length);
}

// The source line cut to `width` with the underlined part in view.
Excerpt excerpt(std::string_view whole_line, Span span, std::size_t width)
{
  const std::string_view line = near_place(whole_line, span);
  const std::size_t offset = std::min(span.column == 0 ? 0 : span.column - 1, line.size());
  const Redacted redacted = redact_line(text::replace_all(std::string(line), "\t", " "));
  const std::string_view text = redacted.text;
  const std::size_t begin = std::min(redacted.begin.at(offset), text.size());
  const std::size_t last = std::min(offset + std::max<std::size_t>(span.length, 1) - 1, line.size());
  // The end of a word is looked for in what is shown: a secret may hold what ends one.
  const std::size_t end = span.length == 0 ? std::min(begin + word_length(text, begin), text.size())
                                           : std::max(redacted.end.at(last), begin);
  const std::string whole = text::printable(text);
  Excerpt result{whole, count_characters(text::printable(text.substr(0, begin))),
                 std::max<std::size_t>(1, count_characters(text::printable(text.substr(begin, end - begin))))};
  const std::size_t room = std::max<std::size_t>(width, 40) - 12;
  if (count_characters(whole) <= room) {
    return result;
  }
  const std::size_t skip = result.offset > room / 2 ? result.offset - room / 2 : 0;
  std::string cut;
  std::size_t character = 0;
  for (const char c : whole) {
    const bool starts = (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
    character += starts ? 1 : 0;
    if (character > skip && character <= skip + room) {
      cut += c;
    }
  }
  result.line = (skip > 0 ? "…" : "") + cut + (skip + room < count_characters(whole) ? "…" : "");
  result.offset = result.offset - skip + (skip > 0 ? 1 : 0);
  result.length = std::min(result.length, room > result.offset ? room - result.offset + 1 : 1);
  return result;
}

std::string print_text(const Diagnostic& d, const Sources& sources, const PrintStyle& style)
{
  const Paint paint{style.colour};
  std::string out = fmt::format("{}: {}\n", paint(severity_colour(d.severity), headline(d)),
                                paint(k_bold, shown(d.message)));
  const std::string number = std::to_string(d.span.line);
  const std::string margin(d.span.line == 0 ? 1 : number.size(), ' ');
  if (!d.span.file.empty()) {
    out += fmt::format("{}{} {}\n", margin, paint(k_blue, "-->"), place(d.span, style));
  }
  const std::string_view line = sources.line(d.span.file, d.span.line);
  if (!text::trim(line).empty()) {
    const Excerpt shown_line = excerpt(line, d.span, style.width);
    const std::string bar = paint(k_blue, "|");
    out += fmt::format("{} {}\n{} {} {}\n", margin, bar, paint(k_blue, number), bar, shown_line.line);
    out += fmt::format("{} {} {}{}\n", margin, bar, std::string(shown_line.offset, ' '),
                       paint(severity_colour(d.severity), std::string(shown_line.length, '^')));
  }
  for (const std::string& note : d.notes) {
    out += fmt::format("{} {} {}\n", margin, paint(k_blue, "="), shown(note));
  }
  if (!d.hint.empty()) {
    out += fmt::format("{}: {}\n", paint(k_cyan, "hint"), shown(d.hint));
  }
  return out + "\n";
}

std::string print_short(const Diagnostic& d, const PrintStyle& style)
{
  const std::string where = d.span.file.empty() ? "envlift" : place(d.span, style);
  const std::string hint = d.hint.empty() ? "" : fmt::format(" ({})", shown(d.hint));
  return fmt::format("{}: {}: {}{}\n", where, headline(d), shown(d.message), hint);
}

std::string print_json(const Diagnostic& d, const PrintStyle& style)
{
  std::string out = d.code.empty() ? "{" : fmt::format(R"({{"code":{},)", text::json_quote(d.code));
  out += fmt::format(R"("severity":{},"message":{})", text::json_quote(to_string(d.severity)),
                     text::json_quote(text::join(shown_lines(d.message), "\n")));
  if (!d.hint.empty()) {
    out += fmt::format(R"(,"hint":{})", text::json_quote(shown(d.hint)));
  }
  if (!d.span.file.empty()) {
    out += fmt::format(R"(,"file":{})", text::json_quote(file_of(d.span, style)));
  }
  if (d.span.line != 0) {
    out += fmt::format(R"(,"line":{},"column":{})", d.span.line, std::max<std::size_t>(d.span.column, 1));
  }
  if (!style.log.empty()) {
    out += fmt::format(R"(,"log":{})", text::json_quote(style.log));
  }
  return out + "}\n";
}

std::string counts(const Diagnostics& diagnostics)
{
  std::vector<std::string> parts;
  for (const Severity severity : {Severity::error, Severity::warning}) {
    if (const std::size_t n = diagnostics.count(severity); n > 0) {
      parts.push_back(text::counted(n, to_string(severity)));
    }
  }
  return parts.empty() ? "" : text::join(parts, ", ") + "\n";
}

}  // namespace

std::string print(const Diagnostics& diagnostics, const Sources& sources, const PrintStyle& style)
{
  std::string out;
  for (const Diagnostic& diagnostic : diagnostics.all()) {
    if (diagnostic.severity < style.least) {
      continue;
    }
    switch (style.format) {
      case MessageFormat::text: out += print_text(diagnostic, sources, style); break;
      case MessageFormat::short_lines: out += print_short(diagnostic, style); break;
      case MessageFormat::json: out += print_json(diagnostic, style); break;
    }
  }
  return style.format == MessageFormat::text ? out + counts(diagnostics) : out;
}

std::string print(const Error& error, const Sources& sources, const PrintStyle& style)
{
  Diagnostic diagnostic;
  diagnostic.code = error.code;
  diagnostic.message = error.message;
  diagnostic.hint = error.hint;
  diagnostic.span = {error.place.file, error.place.line, error.place.column, 0};
  if (style.format == MessageFormat::json) {
    return print_json(diagnostic, style);
  }
  if (style.format == MessageFormat::text) {
    // An exception's text may have lines; the first is the headline.
    std::vector<std::string> lines = shown_lines(error.message);
    if (!lines.empty()) {
      diagnostic.message = lines.front();
      diagnostic.notes.assign(lines.begin() + 1, lines.end());
    }
  }
  // Cause, cure, then the engine's own last lines.
  std::string out = style.format == MessageFormat::short_lines ? print_short(diagnostic, style)
                                                               : print_text(diagnostic, sources, style);
  if (!out.empty() && style.format == MessageFormat::text) {
    out.pop_back();
  }
  for (const std::string& line : error.tail) {
    out += "  " + shown(line) + "\n";
  }
  if (!style.log.empty()) {
    out += fmt::format("full log: {}\n", style.log);
  }
  return out;
}

}  // namespace envlift::diag
