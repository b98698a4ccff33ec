#include "input/yaml_events.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <vector>

#include <fmt/format.h>
#include <yaml.h>

namespace envlift::input {

namespace {

std::string_view text_of(const yaml_char_t* text)
{
  return text == nullptr ? std::string_view() : reinterpret_cast<const char*>(text);
}

struct Event {
  yaml_event_t event = {};

  Event() = default;
  Event(const Event&) = delete;
  Event& operator=(const Event&) = delete;
  ~Event() { yaml_event_delete(&event); }
};

class Parser {
public:
  explicit Parser(std::string_view text)
  {
    if (yaml_parser_initialize(&parser_) == 0) {
      throw std::bad_alloc();
    }
    yaml_parser_set_encoding(&parser_, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&parser_, reinterpret_cast<const unsigned char*>(text.data()), text.size());
  }
  Parser(const Parser&) = delete;
  Parser& operator=(const Parser&) = delete;
  ~Parser() { yaml_parser_delete(&parser_); }

  bool next(Event& event) { return yaml_parser_parse(&parser_, &event.event) != 0; }
  const yaml_parser_t& state() const { return parser_; }

private:
  yaml_parser_t parser_ = {};
};

std::string_view hint_for(std::string_view problem)
{
  const auto has = [&](std::string_view words) { return problem.find(words) != std::string_view::npos; };
  if (has("mapping values") || has("expected key") || has("expected ':'")) {
    return "indent the entries of a list or map alike, and put quotes around text that holds `: `";
  }
  if (has("'-' indicator") || has("block sequence")) {
    return "begin each entry of the list with `- ` in the same column";
  }
  if (has("escape")) {
    return "write `\\\\` for a backslash, or put the text in single quotes";
  }
  return "put quotes around text that begins with a special character or holds `: ` or ` #`";
}

// The bracket that is still open at the text's end; npos for none. Quoted text and comments hold none.
std::size_t last_open_bracket(std::string_view text)
{
  std::vector<std::size_t> open;
  char quote = '\0';
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    const bool begins_word = at == 0 || text::is_space(text[at - 1]) || text[at - 1] == '[' || text[at - 1] == '{' ||
                             text[at - 1] == ',';
    if (quote != '\0') {
      at += c == '\\' && quote == '"' ? 1 : 0;
      quote = c == quote ? '\0' : quote;
    }
    else if ((c == '"' || c == '\'') && begins_word) {
      quote = c;
    }
    else if (c == '#' && begins_word) {
      at = std::min(text.find('\n', at), text.size());
    }
    else if (c == '[' || c == '{') {
      open.push_back(at);
    }
    else if ((c == ']' || c == '}') && !open.empty()) {
      open.pop_back();
    }
  }
  return open.empty() ? std::string_view::npos : open.back();
}

// A quote or bracket that is open makes something behind it impossible, often the text's end.
std::optional<YamlRefusal> blame_opening(const yaml_parser_t& parser, const YamlText& text)
{
  const std::string_view context = text_of(reinterpret_cast<const yaml_char_t*>(parser.context));
  const std::string_view problem = parser.problem;
  const std::size_t at = text.offset(parser.problem_mark.index);
  std::size_t open = text.offset(parser.context_mark.index);
  while (open < text.text().size() && (text.at(open) == '!' || text.at(open) == '&')) {
    open = std::min(text.text().find_first_of("'\"[{", open), text.text().size());
  }
  const bool is_quote =
      context.ends_with("quoted scalar") && problem.find("unexpected") != std::string_view::npos;
  if (is_quote) {
    return YamlRefusal{"EL0110", fmt::format("the quote {} is not closed", text.at(open)),
                       fmt::format("close it with another {}", text.at(open)), open};
  }
  const bool is_flow = context.find("parsing a flow") != std::string_view::npos;
  const auto is_bracket = [&] { return text.at(open) == '[' || text.at(open) == '{'; };
  if (is_flow && !is_bracket()) {
    open = last_open_bracket(text.text());   // at the text's end libyaml has forgotten which
  }
  const std::size_t line = text.place(at).line;
  if (!is_flow || open >= text.text().size() || !is_bracket() || (line == text.place(open).line && at < text.text().size())) {
    return std::nullopt;
  }
  YamlRefusal refusal{"EL0110", fmt::format("the `{}` is not closed", text.at(open)),
                      fmt::format("close it with `{}`", text.at(open) == '[' ? ']' : '}'), open};
  if (at < text.text().size()) {
    refusal.note = fmt::format("what stands in line {} cannot be within it", line);
  }
  return refusal;
}

YamlRefusal refusal_at(std::size_t at, const YamlText& text, std::string_view problem)
{
  const char c = text.at(at);
  if (c == '\t') {
    return {"EL0110", "a tab stands in the indentation", "indent with spaces: YAML does not allow tabs there",
            at};
  }
  if (problem == "found character that cannot start any token") {
    return {"EL0110", fmt::format("no value begins with `{}`", c),
            fmt::format("put quotes around text that begins with `{}`", c), at};
  }
  if (problem == "did not find expected key" && c == ':') {
    return {"EL0115", "a key must be text, not nothing", "write the key as a word before the colon", at};
  }
  if (problem == "did not find expected <document start>") {
    return {"EL0110", "this does not belong to what stands before it",
            "remove it, or correct the line before", at};
  }
  return {"EL0110", fmt::format("this is not YAML: {}", problem), std::string(hint_for(problem)), at};
}

YamlRefusal refusal_of(const yaml_parser_t& parser, const YamlText& text)
{
  switch (parser.error) {
    case YAML_MEMORY_ERROR:
      return {"EL0112", "the YAML needs more memory than there is", "make the file smaller", 0};
    case YAML_READER_ERROR:
      if (parser.problem_value == 0) {
        return {"EL0106", "a NUL byte stands here", "remove it; the file may be damaged or not a text",
                parser.problem_offset};
      }
      return {"EL0110", "a control character stands here", "remove it; YAML does not allow it",
              parser.problem_offset};
    default: break;
  }
  if (auto refusal = blame_opening(parser, text)) {
    return *refusal;
  }
  std::size_t at = text.offset(parser.problem_mark.index);
  // A scalar that goes on in the next line, where a colon makes a key of it: its first line is meant.
  if (std::string_view(parser.problem).find("could not find expected ':'") != std::string_view::npos) {
    at = text.offset(parser.context_mark.index);
  }
  return refusal_at(at, text, parser.problem);
}

YamlRefusal second_document(const yaml_event_t& event, const YamlText& text)
{
  return {"EL0114", "a second YAML document begins here", "keep one document a file",
          text.offset(event.start_mark.index)};
}

YamlEvent event_of(const yaml_event_t& event, const YamlText& text, const yaml_char_t* anchor,
                   const yaml_char_t* tag)
{
  return {text.offset(event.start_mark.index), text.offset(event.end_mark.index), text_of(anchor),
          text_of(tag)};
}

void give_scalar(const yaml_event_t& event, const YamlText& text, YamlVisitor& visitor)
{
  const auto& scalar = event.data.scalar;
  YamlEvent given = event_of(event, text, scalar.anchor, scalar.tag);
  given.scalar = {reinterpret_cast<const char*>(scalar.value), scalar.length};
  given.plain = scalar.style == YAML_PLAIN_SCALAR_STYLE;
  given.quoted =
      scalar.style == YAML_SINGLE_QUOTED_SCALAR_STYLE || scalar.style == YAML_DOUBLE_QUOTED_SCALAR_STYLE;
  visitor.on_scalar(given);
}

void give(const yaml_event_t& event, const YamlText& text, YamlVisitor& visitor)
{
  const auto& data = event.data;
  switch (event.type) {
    case YAML_SCALAR_EVENT: give_scalar(event, text, visitor); return;
    case YAML_ALIAS_EVENT: visitor.on_alias(event_of(event, text, data.alias.anchor, nullptr)); return;
    case YAML_SEQUENCE_START_EVENT:
      visitor.on_begin(YamlKind::sequence,
                       event_of(event, text, data.sequence_start.anchor, data.sequence_start.tag));
      return;
    case YAML_MAPPING_START_EVENT:
      visitor.on_begin(YamlKind::map,
                       event_of(event, text, data.mapping_start.anchor, data.mapping_start.tag));
      return;
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT: visitor.on_end(); return;
    default: return;
  }
}

}  // namespace

std::optional<YamlRefusal> read_yaml_events(const YamlText& text, YamlVisitor& visitor)
{
  Parser parser(text.text());
  std::size_t documents = 0;
  while (true) {
    Event event;
    if (!parser.next(event)) {
      return refusal_of(parser.state(), text);
    }
    if (event.event.type == YAML_STREAM_END_EVENT) {
      return std::nullopt;
    }
    if (event.event.type == YAML_DOCUMENT_START_EVENT && ++documents > 1) {
      return second_document(event.event, text);
    }
    give(event.event, text, visitor);
  }
}

}  // namespace envlift::input
