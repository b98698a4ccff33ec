#include "input/yaml_scan.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace envlift::input {

namespace {

constexpr std::size_t k_no_column = std::string_view::npos;

bool is_blank(char c)
{
  return c == ' ' || c == '\t';
}

bool is_line_end(char c)
{
  return c == '\n' || c == '\r';
}

std::optional<YamlRefusal> find_control_character(std::string_view text)
{
  for (std::size_t at = 0; at < text.size(); ++at) {
    const auto c = static_cast<unsigned char>(text[at]);
    if (c == 0) {
      return YamlRefusal{"EL0106", "a NUL byte stands here",
                         "remove it; the file may be damaged or not a text", at};
    }
    if ((c < 0x20 && c != '\t' && c != '\n' && c != '\r') || c == 0x7f) {
      return YamlRefusal{"EL0110", "a control character stands here", "remove it; YAML does not allow it",
                         at};
    }
  }
  return std::nullopt;
}

// Follows the text token by token as far as nesting, quotes and indentation need it. It need not be
// right on text that is not YAML: yaml-cpp refuses that.
class Scan {
public:
  explicit Scan(std::string_view text) : text_(text) {}

  YamlScan run()
  {
    while (at_ < text_.size() && !refusal_) {
      begin_line();
      while (at_ < text_.size() && !is_line_end(text_[at_]) && !refusal_) {
        token();
      }
      ++at_;
    }
    return {std::move(refusal_), flow_depth_ > 0 ? std::optional(flow_) : std::nullopt};
  }

private:
  char peek(std::size_t ahead = 0) const { return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\n'; }
  bool ends_word(std::size_t ahead) const { return is_blank(peek(ahead)) || is_line_end(peek(ahead)); }
  std::size_t column() const { return at_ - line_; }

  void refuse(const char* code, std::string message, std::string hint, std::size_t at)
  {
    refusal_ = YamlRefusal{code, std::move(message), std::move(hint), at};
  }

  void begin_line()
  {
    line_ = at_;
    indicators_ = 0;
    std::size_t tab = k_no_column;
    for (; is_blank(peek()) && at_ < text_.size(); ++at_) {
      if (peek() == '\t' && tab == k_no_column) {
        tab = at_;
      }
    }
    const bool is_empty = is_line_end(peek()) || peek() == '#';
    if (is_empty) {
      return;
    }
    if (tab != k_no_column && flow_depth_ == 0) {
      refuse("EL0110", "a tab stands in the indentation",
             "indent with spaces: YAML does not allow tabs there", tab);
      return;
    }
    // A plain scalar goes on in lines that are indented deeper than its parent.
    const bool goes_on = in_plain_ && (flow_depth_ > 0 || parent_ == k_no_column || column() > parent_);
    at_token_ = !goes_on;
    if (column() == 0 && flow_depth_ == 0 &&
        (text_.substr(at_, 3) == "---" || text_.substr(at_, 3) == "...") && ends_word(3)) {
      at_ += 3;
      parent_ = k_no_column;
      at_token_ = true;
    }
    in_plain_ = false;
  }

  void token()
  {
    const char c = peek();
    if (is_blank(c)) {
      ++at_;
    }
    else if (c == '#' && (at_ == line_ || is_blank(text_[at_ - 1]))) {
      skip_line();
    }
    else if (flow_depth_ > 0 && (c == ']' || c == '}' || c == ',')) {
      flow_depth_ -= c == ',' ? 0 : 1;
      at_token_ = c == ',';
      in_plain_ = false;
      ++at_;
    }
    else if (at_token_ || flow_depth_ > 0) {
      token_start(c);
    }
    else {
      inside_plain(c);
    }
  }

  void token_start(char c)
  {
    if (c == '[' || c == '{') {
      open_flow();
    }
    else if (!at_token_) {
      inside_plain(c);
    }
    else if (c == '\'' || c == '"') {
      quoted();
    }
    else if ((c == '-' || c == '?') && ends_word(1)) {
      indicator();
    }
    else if ((c == '|' || c == '>') && flow_depth_ == 0) {
      block_scalar();
    }
    else if (c == '!' || c == '&' || c == '*') {
      skip_word();
      at_token_ = c != '*';
    }
    else {
      scalar_ = column();
      in_plain_ = true;
      at_token_ = false;
      inside_plain(c);
    }
  }

  void inside_plain(char c)
  {
    ++at_;
    if (c == ':' && ends_word(0)) {
      parent_ = scalar_;
      at_token_ = true;
      in_plain_ = false;
    }
  }

  // yaml-cpp queues the tokens of open brackets before its own guard counts them.
  void open_flow()
  {
    flow_ = flow_depth_ == 0 ? at_ : flow_;
    if (++flow_depth_ > k_yaml_depth) {
      refuse_depth();
    }
    at_token_ = true;
    in_plain_ = false;
    ++at_;
  }

  void indicator()
  {
    if (++indicators_ > k_yaml_depth) {
      refuse_depth();
    }
    parent_ = column();
    ++at_;
  }

  void refuse_depth()
  {
    refuse("EL0112", fmt::format("the YAML nests deeper than {} levels here", k_yaml_depth),
           "make it flatter", at_);
  }

  void quoted()
  {
    const auto end = end_of_quoted(text_, at_);
    if (!end) {
      refuse("EL0110", fmt::format("the quote {} is not closed", peek()),
             fmt::format("close it with another {}", peek()), at_);
      return;
    }
    scalar_ = column();
    const std::size_t last_line = text_.rfind('\n', *end - 1);
    if (last_line != std::string_view::npos && last_line >= at_) {
      line_ = last_line + 1;
    }
    at_ = *end;
    at_token_ = false;
    in_plain_ = false;
  }

  // Its lines are indented deeper than what it is the value of.
  void block_scalar()
  {
    skip_line();
    while (at_ < text_.size()) {
      const std::size_t next = at_ + 1;
      const std::size_t word = std::min(text_.find_first_not_of(' ', next), text_.size());
      const bool is_empty = word == text_.size() || is_line_end(text_[word]);
      const bool is_inside = parent_ == k_no_column || word - next > parent_;
      if (!is_empty && !is_inside) {
        return;
      }
      at_ = word;
      skip_line();
    }
  }

  void skip_line() { at_ = std::min(text_.find_first_of("\r\n", at_), text_.size()); }

  void skip_word()
  {
    const auto ends_in_flow = [this] {
      return flow_depth_ > 0 && std::string_view(",]}").find(peek()) != std::string_view::npos;
    };
    while (!ends_word(0) && !ends_in_flow()) {
      ++at_;
    }
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t line_ = 0;                   // offset of the line's beginning
  std::size_t flow_depth_ = 0;
  std::size_t flow_ = 0;                   // offset of the outermost bracket that is open
  std::size_t indicators_ = 0;             // `- ` and `? ` in this line
  std::size_t parent_ = k_no_column;       // column of what the next value belongs to
  std::size_t scalar_ = 0;                 // column of the last scalar
  bool at_token_ = true;                   // a token can begin here
  bool in_plain_ = false;                  // an unquoted scalar is open
  std::optional<YamlRefusal> refusal_;
};

}  // namespace

std::optional<std::size_t> end_of_quoted(std::string_view text, std::size_t begin)
{
  const char quote = text[begin];
  for (std::size_t at = begin + 1; at < text.size(); ++at) {
    if (quote == '"' && text[at] == '\\') {
      ++at;
    }
    else if (text[at] == quote) {
      const bool doubled = quote == '\'' && at + 1 < text.size() && text[at + 1] == quote;
      if (!doubled) {
        return at + 1;
      }
      ++at;
    }
  }
  return std::nullopt;
}

YamlScan scan_yaml(std::string_view text)
{
  if (auto refusal = find_control_character(text)) {
    return {std::move(refusal), std::nullopt};
  }
  return Scan(text).run();
}

}  // namespace envlift::input
