// Lines of a requirements file as pip sees them: continuations joined, comments gone. Every character
// keeps its place in the file.
#pragma once

#include "diag/diag.hpp"
#include "input/requirements.hpp"

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace envlift::input {

class LogicalLine {
public:
  const std::string& text() const { return text_; }
  // The place of `length` bytes of the text, as far as they stand in one line of the file; with length
  // 0 that of the token that begins there.
  diag::Span place(std::size_t offset, std::size_t length) const;
  diag::Span place() const { return place(0, text_.size()); }

  // Adds a piece that begins at `begin`. With `is_exact` its bytes stand in the file one by one.
  void append(std::string_view piece, diag::Span begin, bool is_exact);
  // Removes the comment, and the space around what is left.
  void strip();

private:
  struct Piece {
    std::size_t offset;
    diag::Span begin;
    bool is_exact;
  };
  std::string text_;
  std::vector<Piece> pieces_;
};

using TakeLine = std::function<void(const LogicalLine&)>;

// Hands over the lines that are not empty, in order (pip: req_file.py, `preprocess`), one at a time: a
// lock file has a million.
void read_logical_lines(const std::vector<RequirementLine>& lines, const TakeLine& take);
void read_logical_lines(const std::string& file, std::string_view text, const TakeLine& take);

}  // namespace envlift::input
