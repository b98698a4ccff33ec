#include "suite/document.hpp"

#include "base/text.hpp"
#include "input/json.hpp"
#include "suite/json_text.hpp"
#include "suite/suite.hpp"

#include <memory>
#include <utility>
#include <vector>

#include <fmt/format.h>

namespace envlift::suite {

namespace {

using input::JsonKind;
using input::JsonNode;
using input::YamlKind;
using input::YamlNode;

class FromJson {
public:
  explicit FromJson(const std::string& file) : file_(std::make_shared<const std::string>(file)) {}

  YamlNode tree(const JsonNode& json) const
  {
    YamlNode node;
    node.span = {file_, json.line, json.column, 0};
    switch (json.kind) {
      case JsonKind::null: break;
      case JsonKind::boolean:
      case JsonKind::number:
        node.kind = YamlKind::scalar;
        node.plain = true;
        node.scalar = json.kind == JsonKind::number ? json.text : json.boolean ? "true" : "false";
        break;
      case JsonKind::text:
        node.kind = YamlKind::scalar;
        node.quoted = true;
        node.scalar = json.text;
        break;
      case JsonKind::array:
        node.kind = YamlKind::sequence;
        node.items = items(json);
        break;
      case JsonKind::object:
        node.kind = YamlKind::map;
        node.entries = entries(json);
        break;
    }
    return node;
  }

private:
  input::YamlList<YamlNode> items(const JsonNode& json) const
  {
    std::vector<YamlNode> all;
    for (const JsonNode& item : json.items) {
      all.push_back(tree(item));
    }
    return input::YamlList<YamlNode>(std::move(all));
  }

  input::YamlList<input::YamlEntry> entries(const JsonNode& json) const
  {
    std::vector<input::YamlEntry> all;
    for (const input::JsonMember& member : json.members) {
      all.push_back({member.key, tree(member.value), member.line, member.column, 0});
    }
    return input::YamlList<input::YamlEntry>(std::move(all));
  }

  std::shared_ptr<const std::string> file_;
};

}   // namespace

bool is_json_document(std::string_view name, std::string_view text)
{
  return name.ends_with(".json") || is_json(text);
}

std::optional<YamlNode> read_document(const std::string& name, std::string_view text,
                                      diag::Diagnostics& diagnostics)
{
  if (text.size() > k_suite_limit_bytes) {
    diagnostics.add("EL0103",
                    fmt::format("{} has more than {}", name, text::human_bytes(k_suite_limit_bytes)),
                    "split it, or move large events into files of their own (`event_file`)", {.file = name});
    return std::nullopt;
  }
  if (!text::is_valid_utf8(text)) {
    diagnostics.add("EL0105", fmt::format("{} is not valid UTF-8", name), "save the file as UTF-8",
                    {.file = name});
    return std::nullopt;
  }
  if (!is_json_document(name, text)) {
    return input::parse_yaml(name, text, diagnostics, k_suite_limit_bytes);
  }
  const auto json = input::parse_json(name, text, diagnostics);
  return json ? std::optional(FromJson(name).tree(*json)) : std::nullopt;
}

}   // namespace envlift::suite
