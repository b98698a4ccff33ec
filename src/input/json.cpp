#include "input/json.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <unordered_map>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace envlift::input {

namespace {

constexpr std::size_t k_depth = 100;

std::string_view describe(JsonKind kind)
{
  switch (kind) {
    case JsonKind::null: return "null";
    case JsonKind::boolean: return "true or false";
    case JsonKind::number: return "a number";
    case JsonKind::text: return "a string";
    case JsonKind::array: return "an array";
    case JsonKind::object: return "an object";
  }
  return "";
}

// Goes over the text beside the library's lexer, which tells no places: from token to token.
class Cursor {
public:
  explicit Cursor(std::string_view text) : text_(text) {}

  // Begin of the next token; the cursor then stands behind it.
  std::size_t next()
  {
    skip_space();
    const std::size_t begin = at_;
    pass_token();
    return begin;
  }

  std::string_view since(std::size_t begin) const { return text_.substr(begin, at_ - begin); }
  std::uint32_t line() const { return line_; }
  std::uint32_t column(std::size_t offset) const
  {
    return static_cast<std::uint32_t>(offset - line_begin_ + 1);
  }

private:
  void skip_space()
  {
    for (; at_ < text_.size() && std::string_view(" \t\r\n,:").find(text_[at_]) != std::string_view::npos;
         ++at_) {
      if (text::ends_line(text_, at_)) {
        ++line_;
        line_begin_ = at_ + 1;
      }
    }
  }

  void pass_token()
  {
    const char first = at_ < text_.size() ? text_[at_] : '\0';
    if (first == '"') {
      for (++at_; at_ < text_.size() && text_[at_] != '"'; ++at_) {
        at_ += text_[at_] == '\\' ? 1 : 0;
      }
      ++at_;
    }
    else if (std::string_view("[]{}").find(first) != std::string_view::npos) {
      ++at_;
    }
    else {
      at_ = std::min(text_.find_first_of(" \t\r\n,:[]{}", at_), text_.size());
    }
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::uint32_t line_ = 1;
  std::size_t line_begin_ = 0;
};

class Builder {
public:
  using number_integer_t = nlohmann::json::number_integer_t;
  using number_unsigned_t = nlohmann::json::number_unsigned_t;
  using number_float_t = nlohmann::json::number_float_t;
  using string_t = nlohmann::json::string_t;
  using binary_t = nlohmann::json::binary_t;

  Builder(const std::string& file, std::string_view text, diag::Diagnostics& diagnostics)
      : file_(file),
        text_(text),
        cursor_(text),
        diagnostics_(diagnostics)
  {}

  JsonNode take_root() { return std::move(root_); }

  // --- Called by the library; false ends the reading ---

  bool null() { return put(begin(JsonKind::null)); }
  bool boolean(bool value)
  {
    JsonNode node = begin(JsonKind::boolean);
    node.boolean = value;
    return put(std::move(node));
  }
  bool number_integer(number_integer_t) { return number(); }
  bool number_unsigned(number_unsigned_t) { return number(); }
  bool number_float(number_float_t, const string_t&) { return number(); }
  bool string(string_t& value)
  {
    JsonNode node = begin(JsonKind::text);
    node.text = std::move(value);
    node.text.shrink_to_fit();
    return put(std::move(node));
  }
  bool binary(binary_t&) { return false; }
  bool start_object(std::size_t) { return open(JsonKind::object); }
  bool start_array(std::size_t) { return open(JsonKind::array); }
  bool end_object() { return close(); }
  bool end_array() { return close(); }

  bool key(string_t& name)
  {
    const std::size_t at = cursor_.next();
    Frame& frame = frames_.back();
    frame.key = {std::move(name), cursor_.line(), cursor_.column(at), {}};
    return true;
  }

  bool parse_error(std::size_t position, const std::string&, const nlohmann::json::exception& error)
  {
    std::string_view what = error.what();
    const std::size_t words = what.find("syntax error ");
    what = words == std::string_view::npos ? "a value is not one of JSON" : what.substr(words + 13);
    const std::string_view read = "; last read: ";
    const std::size_t begin = what.find(read);
    const std::size_t expected = what.find("; expected");
    std::string message(what.substr(0, begin));
    message += begin != std::string_view::npos && expected != std::string_view::npos && expected > begin
                   ? what.substr(expected)
                   : "";
    diagnostics_.add("EL0117", text::printable(fmt::format("this is not JSON: {}", message)),
                     "correct the line, or write the file again with the tool that made it",
                     place_of(position == 0 ? 0 : position - 1));
    return false;
  }

private:
  // An object or array that is being read.
  struct Frame {
    JsonNode node;
    JsonMember key;
    std::unordered_map<std::string, std::size_t> key_lines;
  };

  JsonNode begin(JsonKind kind)
  {
    const std::size_t at = cursor_.next();
    JsonNode node;
    node.kind = kind;
    node.line = cursor_.line();
    node.column = cursor_.column(at);
    token_ = at;
    return node;
  }

  bool number()
  {
    JsonNode node = begin(JsonKind::number);
    node.text = cursor_.since(token_);
    return put(std::move(node));
  }

  bool open(JsonKind kind)
  {
    JsonNode node = begin(kind);
    if (frames_.size() == k_depth) {
      diagnostics_.add("EL0112", fmt::format("the JSON nests deeper than {} levels here", k_depth),
                       "make it flatter", {file_, node.line, node.column, 1});
      return false;
    }
    frames_.push_back({std::move(node), {}, {}});
    return true;
  }

  bool close()
  {
    cursor_.next();
    JsonNode node = std::move(frames_.back().node);
    frames_.pop_back();
    node.items.shrink_to_fit();
    node.members.shrink_to_fit();
    return put(std::move(node));
  }

  bool put(JsonNode node)
  {
    if (frames_.empty()) {
      root_ = std::move(node);
      return true;
    }
    Frame& frame = frames_.back();
    if (frame.node.kind == JsonKind::array) {
      frame.node.items.push_back(std::move(node));
      return true;
    }
    if (const std::size_t first = line_of_key(frame); first > 0) {
      diagnostics_
          .add("EL0111", fmt::format("`{}` stands twice", text::printable(frame.key.key)),
               "keep one of the two", {file_, frame.key.line, frame.key.column, 0})
          .notes.push_back(fmt::format("the first is in line {}", first));
      return true;
    }
    frame.key.value = std::move(node);
    frame.node.members.push_back(std::move(frame.key));
    return true;
  }

  // The line of an earlier member with the key; 0 when there is none. Most objects are too small for an index.
  static std::size_t line_of_key(Frame& frame)
  {
    constexpr std::size_t small = 16;
    const std::vector<JsonMember>& members = frame.node.members;
    if (members.size() < small) {
      const auto found = std::ranges::find(members, frame.key.key, &JsonMember::key);
      return found == members.end() ? 0 : found->line;
    }
    for (std::size_t i = frame.key_lines.size(); i < members.size(); ++i) {
      frame.key_lines.emplace(members[i].key, members[i].line);
    }
    const auto found = frame.key_lines.find(frame.key.key);
    return found == frame.key_lines.end() ? 0 : found->second;
  }

  diag::Span place_of(std::size_t offset) const
  {
    const std::string_view before = text_.substr(0, std::min(offset, text_.size()));
    const auto lines = text::lines(before);
    const bool begins_line = before.empty() || before.ends_with('\n') || before.ends_with('\r');
    const std::size_t line = begins_line ? lines.size() + 1 : lines.size();
    return {file_, line, (begins_line ? 0 : lines.back().size()) + 1, 0};
  }

  const std::string& file_;
  std::string_view text_;
  Cursor cursor_;
  diag::Diagnostics& diagnostics_;
  JsonNode root_;
  std::vector<Frame> frames_;
  std::size_t token_ = 0;
};

}   // namespace

const JsonNode* JsonNode::find(std::string_view key) const
{
  const auto found = std::ranges::find(members, key, &JsonMember::key);
  return found == members.end() ? nullptr : &found->value;
}

std::optional<JsonNode> parse_json(const std::string& file, std::string_view text,
                                   diag::Diagnostics& diagnostics)
{
  Builder builder(file, text, diagnostics);
  if (!nlohmann::json::sax_parse(text.begin(), text.end(), &builder)) {
    return std::nullopt;
  }
  return builder.take_root();
}

JsonReader::JsonReader(std::string file, diag::Diagnostics& diagnostics)
    : file_(std::move(file)),
      diagnostics_(diagnostics)
{}

void JsonReader::wrong_kind(std::string_view key, std::string_view due, const JsonNode& found) const
{
  diagnostics_.add("EL0119",
                   fmt::format("`{}` must be {}, not {}", text::printable(key), due, describe(found.kind)),
                   "correct the value, or write the file again with the tool that made it", place(found));
}

const JsonNode* JsonReader::member(const JsonNode& in, std::string_view key, JsonKind kind,
                                   std::string_view due) const
{
  const JsonNode* node = in.find(key);
  if (node != nullptr && node->kind != kind) {
    wrong_kind(key, due, *node);
    return nullptr;
  }
  return node;
}

const JsonNode* JsonReader::object(const JsonNode& in, std::string_view key) const
{
  return member(in, key, JsonKind::object, "an object");
}

const JsonNode* JsonReader::array(const JsonNode& in, std::string_view key) const
{
  return member(in, key, JsonKind::array, "an array");
}

std::optional<std::string> JsonReader::text(const JsonNode& in, std::string_view key) const
{
  const JsonNode* node = member(in, key, JsonKind::text, "a string");
  return node == nullptr ? std::nullopt : std::optional(node->text);
}

std::optional<bool> JsonReader::boolean(const JsonNode& in, std::string_view key) const
{
  const JsonNode* node = member(in, key, JsonKind::boolean, "true or false");
  return node == nullptr ? std::nullopt : std::optional(node->boolean);
}

std::vector<std::string> JsonReader::texts(const JsonNode& in, std::string_view key) const
{
  std::vector<std::string> found;
  const JsonNode* node = array(in, key);
  if (node == nullptr) {
    return found;
  }
  for (const JsonNode& item : node->items) {
    if (item.kind == JsonKind::text) {
      found.push_back(item.text);
    }
    else {
      wrong_kind(key, "an array of strings", item);
    }
  }
  return found;
}

}   // namespace envlift::input
