#include "input/toml_inline.hpp"

#include <algorithm>
#include <vector>

namespace envlift::input {

namespace {

class Flattener {
public:
  explicit Flattener(std::string_view text) : text_(text) { out_.reserve(text.size()); }

  std::string flatten()
  {
    while (at_ < text_.size()) {
      step();
    }
    return std::move(out_);
  }

private:
  bool in_table() const { return !open_.empty() && open_.back() == '{'; }

  void step()
  {
    const char c = text_[at_];
    switch (c) {
      case '"':
      case '\'': copy_string(c); return;
      case '#': pass_comment(); return;
      case '\n': pass_line_end(); return;
      case '\r': take(in_table() ? ' ' : c); return;
      case '[':
      case '{': open_.push_back(c); break;
      case ']':
      case '}': close(c); break;
      default: break;
    }
    note(c);
    take(c);
  }

  void take(char c)
  {
    out_ += c;
    ++at_;
  }

  // What stands before a bracket matters: a last comma.
  void note(char c)
  {
    if (c != ' ' && c != '\t') {
      last_ = out_.size();
    }
  }

  void close(char c)
  {
    const bool has_comma = c == '}' && in_table() && last_ < out_.size() && out_[last_] == ',';
    if (has_comma) {
      out_[last_] = ' ';
    }
    if (!open_.empty()) {
      open_.pop_back();
    }
  }

  // Strings of one line end there even when they are not closed: an error is found where it is.
  void copy_string(char quote)
  {
    const std::string_view rest = text_.substr(at_);
    const bool is_long = rest.size() > 2 && rest[1] == quote && rest[2] == quote;
    const std::size_t length = is_long ? 3 : 1;
    note(quote);
    std::size_t end = at_ + length;
    while (end < text_.size() && !is_end(end, quote, is_long)) {
      end += quote == '"' && text_[end] == '\\' ? 2 : 1;
    }
    end = std::min(end, text_.size());
    if (end < text_.size() && text_[end] == quote) {
      end += length;
      while (is_long && end < text_.size() && text_[end] == quote) {
        ++end;   // quotes that belong to the text's end
      }
    }
    out_ += text_.substr(at_, end - at_);
    at_ = end;
  }

  bool is_end(std::size_t at, char quote, bool is_long) const
  {
    if (!is_long) {
      return text_[at] == quote || text_[at] == '\n';
    }
    return text_.substr(at, 3) == std::string(3, quote);
  }

  void pass_comment()
  {
    const std::size_t end = std::min(text_.find('\n', at_), text_.size());
    if (!in_table()) {
      out_ += text_.substr(at_, end - at_);
    }
    at_ = end;
  }

  void pass_line_end()
  {
    if (in_table()) {
      ++held_back_;
      take(' ');
      return;
    }
    take('\n');
    out_.append(held_back_, '\n');
    held_back_ = 0;
  }

  std::string_view text_;
  std::string out_;
  std::size_t at_ = 0;
  std::vector<char> open_;
  std::size_t last_ = std::string::npos;   // in out_: the last character that is no space
  std::size_t held_back_ = 0;              // line ends that inline tables had
};

}  // namespace

std::string with_plain_inline_tables(std::string_view text)
{
  return Flattener(text).flatten();
}

}  // namespace envlift::input
