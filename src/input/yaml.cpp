#include "input/yaml.hpp"

#include "base/text.hpp"
#include "input/yaml_scan.hpp"

#include <algorithm>
#include <map>
#include <new>
#include <sstream>
#include <unordered_map>
#include <utility>

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

namespace envlift::input {

namespace {

constexpr std::size_t k_aliases = 1000;
constexpr std::size_t k_copied_bytes = std::size_t{4} << 20U;   // scalars that aliases repeat

// Thrown out of the event handlers to end the reading; never leaves parse_yaml.
struct Stop {
  YamlRefusal refusal;
};

[[noreturn]] void stop(const char* code, std::string message, std::string hint, std::size_t offset)
{
  throw Stop{{code, std::move(message), std::move(hint), offset}};
}

// Offsets of the text as places; line ends are one '\n' or "\r\n" each.
class Places {
public:
  Places(std::string file, std::string_view text) : file_(std::move(file)), text_(text)
  {
    for (std::size_t at = text.find('\n'); at != std::string_view::npos; at = text.find('\n', at + 1)) {
      starts_.push_back(at + 1);
    }
  }

  std::string_view text() const { return text_; }

  diag::Span at(std::size_t offset, std::size_t length = 0) const
  {
    offset = std::min(offset, text_.size());
    const auto next = std::ranges::upper_bound(starts_, offset);
    const auto line = static_cast<std::size_t>(next - starts_.begin());
    return {file_, line, offset - starts_[line - 1] + 1, length};
  }

private:
  std::string file_;
  std::string_view text_;
  std::vector<std::size_t> starts_ = {0};
};

std::size_t offset_of(const YAML::Mark& mark)
{
  return mark.pos < 0 ? 0 : static_cast<std::size_t>(mark.pos);
}

// Goes over the tag and the anchor that a mark points at.
std::size_t skip_properties(std::string_view text, std::size_t at)
{
  while (at < text.size() && (text[at] == '!' || text[at] == '&')) {
    at = std::min(text.find_first_of(" \t\r\n", at), text.size());
    at = std::min(text.find_first_not_of(" \t\r\n", at), text.size());
  }
  return at;
}

// What a copy of an anchored node costs.
struct Cost {
  std::size_t nodes = 1;
  std::size_t bytes = 0;
  std::size_t depth = 1;
};

Cost cost_of(const YamlNode& node)
{
  Cost cost{1, node.scalar.size(), 1};
  const auto add = [&](const Cost& child) {
    cost.nodes += child.nodes;
    cost.bytes += child.bytes;
    cost.depth = std::max(cost.depth, child.depth + 1);
  };
  for (const YamlNode& item : node.items) {
    add(cost_of(item));
  }
  for (const YamlEntry& entry : node.entries) {
    add(cost_of(entry.value));
    cost.bytes += entry.key.size();
  }
  return cost;
}

class Builder : public YAML::EventHandler {
public:
  Builder(const Places& places, diag::Diagnostics& diagnostics, std::size_t most_nodes)
      : places_(places),
        diagnostics_(diagnostics),
        most_nodes_(most_nodes)
  {}

  YamlNode take_root() { return std::move(root_); }

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override
  {
    YamlNode node;
    node.span = places_.at(place_of_null(offset_of(mark)));
    finish(std::move(node), anchor);
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override
  {
    const std::size_t at = offset_of(mark);
    const auto found = anchored_.find(anchor);
    if (found == anchored_.end()) {
      stop("EL0113", "this alias stands inside of what it names", "write the value out", at);
    }
    const Cost cost = cost_of(found->second);
    copied_bytes_ += cost.bytes;
    if (++aliases_ > k_aliases || copied_bytes_ > k_copied_bytes || nodes_ + cost.nodes > most_nodes_) {
      stop("EL0113", "the aliases repeat too much", "write the values out, without `*` and `&`", at);
    }
    if (frames_.size() + cost.depth > k_yaml_depth) {
      stop_at_depth(at);
    }
    count(cost.nodes, at);
    place(found->second);
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override
  {
    const std::size_t at = skip_properties(places_.text(), offset_of(mark));
    check_tag(tag, offset_of(mark));
    YamlNode node;
    node.kind = YamlKind::scalar;
    node.scalar = value;
    const char first = at < places_.text().size() ? places_.text()[at] : '\0';
    node.quoted = first == '\'' || first == '"';
    node.plain = tag == "?" || (tag != "!" && !node.quoted);
    node.span = places_.at(at, scalar_length(node, at));
    finish(std::move(node), anchor);
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override
  {
    open(YamlKind::sequence, mark, tag, anchor);
  }

  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override
  {
    open(YamlKind::map, mark, tag, anchor);
  }

  void OnSequenceEnd() override { close(); }
  void OnMapEnd() override { close(); }

private:
  // A sequence or map that is being read.
  struct Frame {
    YamlNode node;
    YAML::anchor_t anchor = 0;
    bool has_key = false;                                    // the next node of a map is a value
    bool skips_value = false;                                // … that belongs to a key with a finding
    YamlEntry entry;
    std::unordered_map<std::string, std::size_t> key_lines = {};
  };

  void count(std::size_t nodes, std::size_t at)
  {
    nodes_ += nodes;
    if (nodes_ > most_nodes_) {
      stop("EL0112", fmt::format("the YAML has more than {} values", most_nodes_), "make the file smaller",
           at);
    }
  }

  [[noreturn]] static void stop_at_depth(std::size_t at)
  {
    stop("EL0112", fmt::format("the YAML nests deeper than {} levels here", k_yaml_depth), "make it flatter",
         at);
  }

  void open(YamlKind kind, const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor)
  {
    const std::size_t at = offset_of(mark);
    check_tag(tag, at);
    count(1, at);
    if (frames_.size() == k_yaml_depth) {
      stop_at_depth(at);
    }
    Frame frame;
    frame.node.kind = kind;
    frame.node.span = places_.at(skip_properties(places_.text(), at));
    frame.anchor = anchor;
    frames_.push_back(std::move(frame));
  }

  void close()
  {
    Frame frame = std::move(frames_.back());
    frames_.pop_back();
    keep_anchored(frame.anchor, frame.node);
    place(std::move(frame.node));
  }

  void finish(YamlNode node, YAML::anchor_t anchor)
  {
    count(1, 0);
    keep_anchored(anchor, node);
    place(std::move(node));
  }

  void keep_anchored(YAML::anchor_t anchor, const YamlNode& node)
  {
    if (anchor == 0) {
      return;
    }
    const Cost cost = cost_of(node);
    count(cost.nodes, 0);
    copied_bytes_ += cost.bytes;
    anchored_.insert_or_assign(anchor, node);
  }

  // Puts a whole node where it belongs.
  void place(YamlNode node)
  {
    if (frames_.empty()) {
      root_ = std::move(node);
      return;
    }
    Frame& frame = frames_.back();
    if (frame.node.kind == YamlKind::sequence) {
      frame.node.items.push_back(std::move(node));
    }
    else if (!frame.has_key) {
      place_key(frame, std::move(node));
    }
    else {
      frame.has_key = false;
      if (!std::exchange(frame.skips_value, false)) {
        frame.entry.value = std::move(node);
        if (frame.entry.value.kind == YamlKind::null) {
          frame.entry.value.span = frame.entry.key_span;
        }
        frame.node.entries.push_back(std::move(frame.entry));
      }
    }
  }

  void place_key(Frame& frame, YamlNode node)
  {
    frame.has_key = true;
    if (node.kind != YamlKind::scalar) {
      frame.skips_value = true;
      diagnostics_.add("EL0115", fmt::format("a key must be text, not {}", describe(node.kind)),
                       "write the key as a word before the colon", node.span);
      return;
    }
    if (node.plain && node.scalar == "<<") {
      frame.skips_value = true;
      diagnostics_.add("EL0115", "merge keys (`<<`) are not read here", "write the merged entries out",
                       node.span);
      return;
    }
    const auto [first, is_new] = frame.key_lines.emplace(node.scalar, node.span.line);
    if (!is_new) {
      frame.skips_value = true;
      auto& finding =
          diagnostics_.add("EL0111", fmt::format("`{}` stands twice", text::printable(node.scalar)),
                           "keep one of the two", node.span);
      finding.notes.push_back(fmt::format("the first is in line {}", first->second));
      return;
    }
    frame.entry = YamlEntry{std::move(node.scalar), std::move(node.span), {}};
  }

  // Tags of YAML's own schema change nothing, since scalars stay text.
  void check_tag(const std::string& tag, std::size_t at)
  {
    static constexpr std::string_view core = "tag:yaml.org,2002:";
    if (tag.empty() || tag == "?" || tag == "!") {
      return;
    }
    const std::string_view name = tag.starts_with(core) ? std::string_view(tag).substr(core.size()) : "";
    for (const std::string_view known : {"str", "int", "float", "bool", "null", "seq", "map"}) {
      if (name == known) {
        return;
      }
    }
    diagnostics_.add("EL0115", "a YAML tag stands here", "remove the tag (the word that begins with `!`)",
                     places_.at(at));
  }

  // yaml-cpp marks the token after a value that is not there; the `-` before it is meant.
  std::size_t place_of_null(std::size_t at) const
  {
    const std::string_view text = places_.text();
    std::size_t before = std::min(at, text.size());
    while (before > 0 && text::is_space(text[before - 1])) {
      --before;
    }
    return before > 0 && text[before - 1] == '-' ? before - 1 : at;
  }

  // Bytes of the scalar on its line, quotes included; 0 when it has more lines or is a block.
  std::size_t scalar_length(const YamlNode& node, std::size_t at) const
  {
    const std::string_view text = places_.text();
    if (!node.quoted) {
      return node.plain && text.substr(at, node.scalar.size()) == node.scalar ? node.scalar.size() : 0;
    }
    const auto end = end_of_quoted(text, at);
    if (!end) {
      // yaml-cpp takes such a scalar up to the end of the text.
      stop("EL0110", fmt::format("the quote {} is not closed", text[at]),
           fmt::format("close it with another {}", text[at]), at);
    }
    const std::string_view whole = text.substr(at, *end - at);
    return whole.find('\n') == std::string_view::npos ? whole.size() : 0;
  }

  const Places& places_;
  diag::Diagnostics& diagnostics_;
  std::size_t most_nodes_;
  YamlNode root_;
  std::vector<Frame> frames_;
  std::map<YAML::anchor_t, YamlNode> anchored_;
  std::size_t nodes_ = 0;
  std::size_t aliases_ = 0;
  std::size_t copied_bytes_ = 0;
};

// Sees only that there is a second document, or text behind the first.
class SecondDocument : public YAML::EventHandler {
public:
  explicit SecondDocument(std::string_view text) : text_(text) {}

  void OnDocumentStart(const YAML::Mark& mark) override
  {
    const std::size_t at = std::min(offset_of(mark), text_.size());
    if (text_.substr(at, 3) == "---") {
      stop("EL0114", "a second YAML document begins here", "keep one document a file", at);
    }
    stop("EL0110", "this does not belong to what stands before it", "remove it, or correct the line before",
         at);
  }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark&, YAML::anchor_t) override {}
  void OnAlias(const YAML::Mark&, YAML::anchor_t) override {}
  void OnScalar(const YAML::Mark&, const std::string&, YAML::anchor_t, const std::string&) override {}
  void OnSequenceStart(const YAML::Mark&, const std::string&, YAML::anchor_t,
                       YAML::EmitterStyle::value) override
  {}
  void OnSequenceEnd() override {}
  void OnMapStart(const YAML::Mark&, const std::string&, YAML::anchor_t, YAML::EmitterStyle::value) override
  {}
  void OnMapEnd() override {}

private:
  std::string_view text_;
};

std::string hint_for(const std::string& problem)
{
  if (problem == YAML::ErrorMsg::MAP_VALUE || problem == YAML::ErrorMsg::END_OF_MAP) {
    return "indent the entries of a list or map alike, and put quotes around text that holds `: `";
  }
  if (problem == YAML::ErrorMsg::END_OF_SEQ || problem == YAML::ErrorMsg::BLOCK_ENTRY) {
    return "begin each entry of the list with `- ` in the same column";
  }
  if (problem == YAML::ErrorMsg::END_OF_SEQ_FLOW || problem == YAML::ErrorMsg::END_OF_MAP_FLOW ||
      problem == YAML::ErrorMsg::FLOW_END) {
    return "close every `[` with `]` and every `{` with `}`";
  }
  return "put quotes around text that begins with a special character or holds `: ` or ` #`";
}

YamlRefusal refusal_of(const YAML::Exception& exception)
{
  return {"EL0110", fmt::format("this is not YAML: {}", exception.msg), hint_for(exception.msg),
          offset_of(exception.mark)};
}

// The refusal that ended the reading, if any; the tree goes to `root`.
std::optional<YamlRefusal> read_events(const std::string& text, Builder& builder)
{
  try {
    std::istringstream stream(text);
    YAML::Parser parser(stream);
    if (parser.HandleNextDocument(builder)) {
      SecondDocument second(text);
      parser.HandleNextDocument(second);
    }
  }
  catch (Stop& stopped) {
    return std::move(stopped.refusal);
  }
  catch (const YAML::Exception& exception) {
    return refusal_of(exception);
  }
  catch (const std::bad_alloc&) {
    return YamlRefusal{"EL0112", "the YAML needs more memory than there is", "make the file smaller", 0};
  }
  catch (const std::exception& exception) {
    return YamlRefusal{"EL0110", fmt::format("this is not YAML: {}", exception.what()), hint_for(""), 0};
  }
  return std::nullopt;
}

// yaml-cpp complains where an open bracket made something else impossible, often at the text's end.
void blame_open_flow(std::optional<YamlRefusal>& refusal, std::size_t open_flow, std::string_view text)
{
  if (refusal && refusal->code == "EL0110" && refusal->offset >= open_flow) {
    const char bracket = text[open_flow];
    refusal = YamlRefusal{"EL0110", fmt::format("the `{}` is not closed", bracket),
                          fmt::format("close it with `{}`", bracket == '[' ? ']' : '}'), open_flow};
  }
}

// A lone '\r' ends a line for YAML but not for every yaml-cpp; the length stays the same.
std::string with_known_line_ends(std::string text)
{
  for (std::size_t at = text.find('\r'); at != std::string::npos; at = text.find('\r', at + 1)) {
    if (text.compare(at, 2, "\r\n") != 0) {
      text[at] = '\n';
    }
  }
  return text;
}

}  // namespace

const YamlNode* YamlNode::find(std::string_view key) const
{
  const auto found = std::ranges::find(entries, key, &YamlEntry::key);
  return found == entries.end() ? nullptr : &found->value;
}

diag::Span YamlNode::place_of(std::size_t offset, std::size_t length) const
{
  const std::size_t quotes = quoted ? 1 : 0;
  const bool as_it_is = span.length == scalar.size() + 2 * quotes;
  if (!as_it_is || offset > scalar.size()) {
    return span;
  }
  diag::Span place = span;
  place.column += quotes + offset;
  place.length = std::min(length, scalar.size() - offset);
  return place;
}

std::string_view describe(YamlKind kind)
{
  switch (kind) {
    case YamlKind::null: return "nothing";
    case YamlKind::scalar: return "a single value";
    case YamlKind::sequence: return "a list";
    case YamlKind::map: return "a map";
  }
  return "";
}

std::optional<YamlNode> parse_yaml(const std::string& file, std::string_view text, diag::Diagnostics& diagnostics,
                                   std::size_t limit_bytes)
{
  const std::string lines = with_known_line_ends(std::string(text));
  const Places places(file, lines);
  YamlScan scan = scan_yaml(lines);
  auto refusal = std::move(scan.refusal);
  Builder builder(places, diagnostics, yaml_node_budget(limit_bytes));
  if (!refusal) {
    refusal = read_events(lines, builder);
    if (scan.open_flow) {
      blame_open_flow(refusal, *scan.open_flow, lines);
    }
  }
  if (refusal) {
    diagnostics.add(refusal->code, std::move(refusal->message), std::move(refusal->hint),
                    places.at(refusal->offset));
    return std::nullopt;
  }
  return builder.take_root();
}

}  // namespace envlift::input
