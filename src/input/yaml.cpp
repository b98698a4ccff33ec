#include "input/yaml.hpp"

#include "base/text.hpp"
#include "input/yaml_events.hpp"
#include "input/yaml_text.hpp"

#include <algorithm>
#include <array>
#include <new>
#include <unordered_map>
#include <utility>

#include <fmt/format.h>

namespace envlift::input {

namespace {

constexpr std::size_t k_depth = 100;
constexpr std::size_t k_findings = 100;
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

bool is_null(const YamlEvent& event)
{
  static constexpr std::array<std::string_view, 5> words = {"", "~", "null", "Null", "NULL"};
  return event.plain && event.tag.empty() && std::ranges::find(words, event.scalar) != words.end();
}

class Builder : public YamlVisitor {
public:
  Builder(const YamlText& text, std::size_t node_budget, diag::Diagnostics& diagnostics)
      : text_(text),
        node_budget_(node_budget),
        diagnostics_(diagnostics)
  {}

  YamlNode take_root() { return std::move(root_); }

  void on_scalar(const YamlEvent& event) override
  {
    count(1, event.begin);
    check_tag(event);
    YamlNode node;
    if (is_null(event)) {
      node.span = text_.place(event.scalar.empty() ? place_of_null(event.begin) : event.begin);
    }
    else {
      const std::size_t at = skip_properties(text_.text(), event.begin);
      node.kind = YamlKind::scalar;
      node.scalar = event.scalar;
      node.plain = event.plain;
      node.quoted = event.quoted;
      node.span = text_.place(at, scalar_length(node, at, event.end));
    }
    keep_anchored(std::string(event.anchor), node);
    place(std::move(node));
  }

  void on_alias(const YamlEvent& event) override
  {
    const std::size_t at = event.begin;
    const auto found = anchored_.find(std::string(event.anchor));
    if (found == anchored_.end()) {
      stop("EL0110", fmt::format("nothing is named `&{}` before this alias", text::printable(event.anchor)),
           "write the value out", at);
    }
    if (!found->second) {
      stop("EL0113", "this alias stands inside of what it names", "write the value out", at);
    }
    const Cost cost = cost_of(*found->second);
    copied_bytes_ += cost.bytes;
    if (++aliases_ > k_aliases || copied_bytes_ > k_copied_bytes || nodes_ + cost.nodes > node_budget_) {
      stop("EL0113", "the aliases repeat too much", "write the values out, without `*` and `&`", at);
    }
    if (frames_.size() + cost.depth > k_depth) {
      stop_at_depth(at);
    }
    count(cost.nodes, at);
    place(*found->second);
  }

  void on_begin(YamlKind kind, const YamlEvent& event) override
  {
    check_tag(event);
    count(1, event.begin);
    if (frames_.size() == k_depth) {
      stop_at_depth(event.begin);
    }
    Frame frame;
    frame.kind = kind;
    frame.span = text_.place(skip_properties(text_.text(), event.begin));
    frame.anchor = event.anchor;
    if (!frame.anchor.empty()) {
      anchored_.insert_or_assign(frame.anchor, std::nullopt);
    }
    frames_.push_back(std::move(frame));
  }

  void on_end() override
  {
    Frame frame = std::move(frames_.back());
    frames_.pop_back();
    YamlNode node;
    node.kind = frame.kind;
    node.span = std::move(frame.span);
    node.items = YamlList(std::move(frame.items));
    node.entries = YamlList(std::move(frame.entries));
    keep_anchored(frame.anchor, node);
    place(std::move(node));
  }

private:
  // A sequence or map that is being read.
  struct Frame {
    YamlKind kind = YamlKind::null;
    YamlPlace span;
    std::string anchor;
    std::vector<YamlNode> items;
    std::vector<YamlEntry> entries;
    bool has_key = false;                                    // the next node of a map is a value
    bool skips_value = false;                                // … that belongs to a key with a finding
    YamlEntry entry;
    std::unordered_map<std::string, std::size_t> key_lines;   // of large maps
  };

  void count(std::size_t nodes, std::size_t at)
  {
    nodes_ += nodes;
    if (nodes_ > node_budget_) {
      stop("EL0112", fmt::format("the YAML has more than {} values", node_budget_), "make the file smaller",
           at);
    }
  }

  [[noreturn]] static void stop_at_depth(std::size_t at)
  {
    stop("EL0112", fmt::format("the YAML nests deeper than {} levels here", k_depth), "make it flatter", at);
  }

  diag::Diagnostic& add(const char* code, std::string message, std::string hint, const diag::Span& place)
  {
    if (++findings_ > k_findings) {
      throw Stop{
        {"EL0112", fmt::format("the YAML has more than {} faults", k_findings), "correct those before", 0}};
    }
    return diagnostics_.add(code, std::move(message), std::move(hint), place);
  }

  void keep_anchored(const std::string& anchor, const YamlNode& node)
  {
    if (anchor.empty()) {
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
    if (frame.kind == YamlKind::sequence) {
      frame.items.push_back(std::move(node));
    }
    else if (!frame.has_key) {
      place_key(frame, std::move(node));
    }
    else {
      frame.has_key = false;
      if (!std::exchange(frame.skips_value, false)) {
        frame.entry.value = std::move(node);
        if (frame.entry.value.kind == YamlKind::null) {
          frame.entry.value.span = frame.entry.key_span();
        }
        frame.entries.push_back(std::move(frame.entry));
      }
    }
  }

  void place_key(Frame& frame, YamlNode node)
  {
    frame.has_key = true;
    if (node.kind != YamlKind::scalar) {
      frame.skips_value = true;
      add("EL0115", fmt::format("a key must be text, not {}", describe(node.kind)),
          "write the key as a word before the colon", node.span);
      return;
    }
    if (node.plain && node.scalar == "<<") {
      frame.skips_value = true;
      add("EL0115", "merge keys (`<<`) are not read here", "write the merged entries out", node.span);
      return;
    }
    if (const std::size_t first = line_of_key(frame, node.scalar); first > 0) {
      frame.skips_value = true;
      auto& finding = add("EL0111", fmt::format("`{}` stands twice", text::printable(node.scalar)),
                          "keep one of the two", node.span);
      finding.notes.push_back(fmt::format("the first is in line {}", first));
      return;
    }
    if (!frame.key_lines.empty()) {
      frame.key_lines.emplace(node.scalar, node.span.line);
    }
    frame.entry = {std::move(node.scalar), {}, node.span.line, node.span.column, node.span.length};
  }

  // The line of an earlier key with this text; 0 when there is none. Most maps are too small for an index.
  static std::size_t line_of_key(Frame& frame, const std::string& key)
  {
    constexpr std::size_t small = 16;
    if (frame.entries.size() < small) {
      const auto found = std::ranges::find(frame.entries, key, &YamlEntry::key);
      return found == frame.entries.end() ? 0 : found->key_line;
    }
    if (frame.key_lines.empty()) {
      for (const YamlEntry& entry : frame.entries) {
        frame.key_lines.emplace(entry.key, entry.key_line);
      }
    }
    const auto found = frame.key_lines.find(key);
    return found == frame.key_lines.end() ? 0 : found->second;
  }

  // Tags of YAML's own schema change nothing, since scalars stay text.
  void check_tag(const YamlEvent& event)
  {
    static constexpr std::string_view core = "tag:yaml.org,2002:";
    static constexpr std::array<std::string_view, 7> known = {"str",  "int", "float", "bool",
                                                              "null", "seq", "map"};
    const bool is_core =
        event.tag.starts_with(core) && std::ranges::find(known, event.tag.substr(core.size())) != known.end();
    if (!event.tag.empty() && event.tag != "!" && !is_core) {
      add("EL0115", "a YAML tag stands here", "remove the tag (the word that begins with `!`)",
          text_.place(event.begin));
    }
  }

  // A value that is not there is marked behind the `-` that it belongs to.
  std::size_t place_of_null(std::size_t at) const
  {
    const std::string_view text = text_.text();
    std::size_t before = std::min(at, text.size());
    while (before > 0 && text::is_space(text[before - 1])) {
      --before;
    }
    return before > 0 && text[before - 1] == '-' ? before - 1 : at;
  }

  // Bytes of the scalar on its line, quotes included; 0 when it has more lines or is a block.
  std::size_t scalar_length(const YamlNode& node, std::size_t at, std::size_t end) const
  {
    const std::string_view whole = text_.text().substr(at, end - std::min(at, end));
    const auto has = [&](char c) { return whole.find(c) != std::string_view::npos; };
    const bool is_as_written = node.quoted ? !has('\n') && !has('\r') : node.plain && whole == node.scalar;
    return is_as_written ? whole.size() : 0;
  }

  const YamlText& text_;
  std::size_t node_budget_;
  diag::Diagnostics& diagnostics_;
  YamlNode root_;
  std::vector<Frame> frames_;
  // Nothing for what is still being read.
  std::unordered_map<std::string, std::optional<YamlNode>> anchored_;
  std::size_t nodes_ = 0;
  std::size_t aliases_ = 0;
  std::size_t copied_bytes_ = 0;
  std::size_t findings_ = 0;
};

// What one reading of the text gave.
struct Attempt {
  YamlNode root;
  diag::Diagnostics diagnostics;
  std::optional<YamlRefusal> refusal;
};

Attempt read(const YamlText& text, std::size_t node_budget)
{
  Attempt attempt;
  Builder builder(text, node_budget, attempt.diagnostics);
  try {
    attempt.refusal = read_yaml_events(text, builder);
    attempt.root = builder.take_root();
  }
  catch (Stop& stopped) {
    attempt.refusal = std::move(stopped.refusal);
  }
  catch (const std::bad_alloc&) {
    attempt.refusal =
        YamlRefusal{"EL0112", "the YAML needs more memory than there is", "make the file smaller"};
  }
  return attempt;
}

// The text with spaces for the tabs of lines that are empty but for space and comments: YAML allows them, libyaml
// does not. The length stays the same. Nothing when there are none.
std::optional<std::string> without_tabs_in_empty_lines(std::string_view text)
{
  std::string changed(text);
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t word = std::min(text.find_first_not_of(" \t", begin), text.size());
    if (word == text.size() || text[word] == '\n' || text[word] == '\r' || text[word] == '#') {
      std::fill(changed.begin() + static_cast<std::ptrdiff_t>(begin),
                changed.begin() + static_cast<std::ptrdiff_t>(word), ' ');
    }
    begin = std::min(text.find_first_of("\r\n", word), text.size()) + 1;
  }
  return changed == text ? std::nullopt : std::optional(std::move(changed));
}

bool is_at_tab(const std::optional<YamlRefusal>& refusal, const YamlText& text)
{
  return refusal && refusal->code == "EL0110" && text.at(refusal->offset) == '\t';
}

}   // namespace

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

std::optional<YamlNode> parse_yaml(const std::string& file, std::string_view text,
                                   diag::Diagnostics& diagnostics, std::size_t limit_bytes)
{
  const std::size_t node_budget = yaml_node_budget(limit_bytes);
  const YamlText as_written(file, text);
  Attempt attempt = read(as_written, node_budget);
  if (is_at_tab(attempt.refusal, as_written)) {
    if (const auto changed = without_tabs_in_empty_lines(text)) {
      attempt = read(YamlText(file, *changed), node_budget);
    }
  }
  diagnostics.append(attempt.diagnostics);
  if (attempt.refusal) {
    YamlRefusal& refusal = *attempt.refusal;
    auto& finding = diagnostics.add(refusal.code, std::move(refusal.message), std::move(refusal.hint),
                                    as_written.place(refusal.offset));
    if (!refusal.note.empty()) {
      finding.notes.push_back(std::move(refusal.note));
    }
    return std::nullopt;
  }
  return std::move(attempt.root);
}

}   // namespace envlift::input
