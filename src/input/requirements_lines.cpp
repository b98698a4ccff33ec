#include "input/requirements_lines.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <array>

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

struct Physical {
  std::string_view text;
  diag::Span begin;
  bool is_exact;
};

void split_physical(const RequirementLine& line, std::vector<Physical>& out)
{
  const bool is_exact =
      line.span.length == line.text.size() || (line.span.length == 0 && line.span.column == 1);
  const std::string_view text = line.text;
  const auto add = [&](std::size_t begin, std::size_t end) {
    Physical physical{text.substr(begin, end - begin), line.span, is_exact};
    physical.begin.column += is_exact ? begin : 0;
    out.push_back(std::move(physical));
  };
  std::size_t begin = 0;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = may_begin_line_end(text[at]) ? line_end_length(text, at) : 0;
    if (length > 0) {
      add(begin, at);
      begin = at + length;
    }
    at += std::max<std::size_t>(length, 1);
  }
  add(begin, text.size());
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

void LogicalLine::append(std::string_view piece, const diag::Span& begin, bool is_exact)
{
  pieces_.push_back({text_.size(), begin, is_exact});
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

std::vector<LogicalLine> logical_lines(const std::vector<RequirementLine>& lines)
{
  std::vector<Physical> physicals;
  for (const RequirementLine& line : lines) {
    split_physical(line, physicals);
  }
  std::vector<LogicalLine> result;
  LogicalLine open;
  const auto close = [&] {
    open.strip();
    if (!open.text().empty()) {
      result.push_back(std::move(open));
    }
    open = {};
  };
  for (Physical& physical : physicals) {
    if (is_comment(physical.text)) {
      close();   // a comment ends a continuation, also when a backslash ends the comment
      continue;
    }
    const bool continues = physical.text.ends_with('\\');
    if (continues) {
      const std::size_t begin = std::min(physical.text.find_first_not_of('\\'), physical.text.size());
      const std::size_t end = physical.text.find_last_not_of('\\') + 1;   // npos + 1 is 0
      physical.begin.column += physical.is_exact ? begin : 0;
      physical.text = physical.text.substr(begin, end > begin ? end - begin : 0);
    }
    open.append(physical.text, physical.begin, physical.is_exact);
    if (!continues) {
      close();
    }
  }
  close();
  return result;
}

std::vector<RequirementLine> file_lines(const std::string& file, std::string_view text)
{
  std::vector<RequirementLine> lines;
  for (const std::string_view line : text::lines(text)) {
    lines.push_back({std::string(line), {file, lines.size() + 1, 1, 0}});
  }
  return lines;
}

}  // namespace envlift::input
