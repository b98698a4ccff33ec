#include "input/requirements_lines.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace envlift::input {

namespace {

// What ends a line for Python's str.splitlines, and so for pip: U+2028 ends a comment too.
constexpr std::array<std::string_view, 11> k_line_ends = {
  "\r\n", "\n", "\r", "\v", "\f", "\x1c", "\x1d", "\x1e", "\xC2\x85", "\xE2\x80\xA8", "\xE2\x80\xA9"};

// Length of the line end that stands at the offset, 0 when none does.
std::size_t line_end_length(std::string_view text, std::size_t at)
{
  const std::string_view rest = text.substr(at);
  const auto found =
      std::ranges::find_if(k_line_ends, [&](std::string_view end) { return rest.starts_with(end); });
  return found == k_line_ends.end() ? 0 : found->size();
}

bool may_begin_line_end(char c)
{
  const auto byte = static_cast<unsigned char>(c);
  return byte < 0x20 || byte == 0xC2 || byte == 0xE2;
}

// Offset of the first `#` that begins a comment: at the beginning or behind a space.
std::size_t comment_begin(std::string_view text)
{
  for (std::size_t at = text.find('#'); at != std::string_view::npos; at = text.find('#', at + 1)) {
    if (at == 0 || text::is_space(text[at - 1])) {
      return at;
    }
  }
  return std::string_view::npos;
}

bool is_comment(std::string_view text)
{
  return text::trim(text).starts_with('#');
}

// Joins what backslashes continue.
class Joiner {
public:
  explicit Joiner(const TakeLine& take) : take_(take) {}

  // A text whose lines begin at `begin`; with `is_exact` its bytes stand there one by one.
  void add(std::string_view text, const diag::Span& begin, bool is_exact)
  {
    std::size_t line = 0;
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t length = may_begin_line_end(text[at]) ? line_end_length(text, at) : 0;
      if (length > 0) {
        add_physical(text.substr(line, at - line), begin, is_exact, line);
        line = at + length;
      }
      at += std::max<std::size_t>(length, 1);
    }
    add_physical(text.substr(line), begin, is_exact, line);
  }

  void close()
  {
    open_.strip();
    if (!open_.text().empty()) {
      take_(open_);
    }
    open_ = {};
  }

private:
  void add_physical(std::string_view text, const diag::Span& begin, bool is_exact, std::size_t offset)
  {
    if (is_comment(text)) {
      close();   // a comment ends a continuation, also when a backslash ends the comment
      return;
    }
    const bool continues = text.ends_with('\\');
    if (continues) {
      const std::size_t first = std::min(text.find_first_not_of('\\'), text.size());
      const std::size_t end = text.find_last_not_of('\\') + 1;   // npos + 1 is 0
      offset += first;
      text = text.substr(first, end > first ? end - first : 0);
    }
    diag::Span place = begin;
    place.column += is_exact ? offset : 0;
    open_.append(text, std::move(place), is_exact);
    if (!continues) {
      close();
    }
  }

  const TakeLine& take_;
  LogicalLine open_;
};

}  // namespace

diag::Span LogicalLine::place(std::size_t offset, std::size_t length) const
{
  const auto next = std::ranges::upper_bound(pieces_, offset, {}, &Piece::offset);
  if (next == pieces_.begin()) {
    return {};
  }
  const Piece& piece = *(next - 1);
  diag::Span span = piece.begin;
  if (piece.is_exact) {
    const std::size_t end = next == pieces_.end() ? text_.size() : next->offset;
    span.column += offset - piece.offset;
    span.length = std::min(length, end - std::min(end, offset));
  }
  return span;
}

void LogicalLine::append(std::string_view piece, diag::Span begin, bool is_exact)
{
  pieces_.push_back({text_.size(), std::move(begin), is_exact});
  text_ += piece;
}

void LogicalLine::strip()
{
  const std::string_view kept = std::string_view(text_).substr(0, comment_begin(text_));
  const std::string_view trimmed = text::trim(kept);
  const auto skipped = static_cast<std::size_t>(trimmed.empty() ? 0 : trimmed.data() - text_.data());
  for (Piece& piece : pieces_) {
    if (piece.offset >= skipped) {
      piece.offset -= skipped;
      continue;
    }
    piece.begin.column += piece.is_exact ? skipped - piece.offset : 0;
    piece.offset = 0;
  }
  text_ = std::string(trimmed);
}

void read_logical_lines(const std::vector<RequirementLine>& lines, const TakeLine& take)
{
  Joiner joiner(take);
  for (const RequirementLine& line : lines) {
    joiner.add(line.text, line.span, line.span.length == line.text.size());
  }
  joiner.close();
}

void read_logical_lines(const std::string& file, std::string_view text, const TakeLine& take)
{
  Joiner joiner(take);
  std::size_t number = 0;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = text::line_end(text, begin);
    joiner.add(text.substr(begin, end - begin), {file, ++number, 1, 0}, true);
    begin = end + (text.substr(end, 2) == "\r\n" ? 2 : 1);
  }
  joiner.close();
}

}  // namespace envlift::input
