// A settings file's YAML -> what it gives to the table's rows.
#include "base/text.hpp"
#include "input/yaml.hpp"
#include "settings/given.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>

namespace envlift::settings {

namespace {

using input::YamlKind;
using input::YamlNode;

// Whether rows stand below the word: "installer" of "installer.url".
bool is_group(std::string_view word)
{
  return std::ranges::any_of(table(), [&](const Row& row) {
    return row.key.size() > word.size() && row.key.starts_with(word) && row.key[word.size()] == '.';
  });
}

class Reader {
public:
  Reader(const File& file, Level level, diag::Diagnostics& diagnostics)
      : file_(file),
        level_(level),
        diagnostics_(diagnostics)
  {}

  std::vector<Given> read(const YamlNode& root)
  {
    if (root.kind == YamlKind::map) {
      read_map(root, "");
    }
    else if (root.kind != YamlKind::null) {
      wrong_kind("the file", "a map of settings", root, "write one `key: value` a line");
    }
    return std::move(given_);
  }

private:
  // `prefix` is "installer." inside that map.
  void read_map(const YamlNode& map, const std::string& prefix)
  {
    for (const input::YamlEntry& entry : map.entries) {
      const std::string key = prefix + entry.key;
      if (const Row* row = find_row(&Row::key, key)) {
        read_value(*row, entry);
      }
      else if (prefix.empty() && is_group(key)) {
        read_group(entry);
      }
      else {
        unknown(key, entry.key_span());
      }
    }
  }

  void read_group(const input::YamlEntry& entry)
  {
    if (entry.value.kind == YamlKind::map) {
      read_map(entry.value, entry.key + ".");
    }
    else if (entry.value.kind != YamlKind::null) {
      wrong_kind(fmt::format("`{}`", entry.key), "a map", entry.value, "write its keys below it, indented");
    }
  }

  void read_value(const Row& row, const input::YamlEntry& entry)
  {
    if (!seen_.insert(row.key).second) {
      diagnostics_.add("EL0606", fmt::format("`{}` is set twice", row.key), "keep one of the two",
                       entry.key_span());
      return;
    }
    const YamlNode& value = entry.value;
    if (value.kind == YamlKind::null) {
      return;   // `key:` with nothing behind it sets nothing
    }
    Given given{&row, level_, {}, value.span, file_.folder};
    const bool read = row.kind == Kind::list ? read_list(row, value, given) : read_single(row, value, given);
    if (read) {
      given_.push_back(std::move(given));
    }
  }

  bool read_single(const Row& row, const YamlNode& value, Given& given)
  {
    if (value.kind != YamlKind::scalar) {
      wrong_kind(fmt::format("`{}`", row.key), "a single value", value,
                 fmt::format("write `{}: VALUE`", row.key));
      return false;
    }
    given.texts.push_back({value.scalar, value.span});
    return true;
  }

  bool read_list(const Row& row, const YamlNode& value, Given& given)
  {
    if (value.kind != YamlKind::sequence) {
      wrong_kind(fmt::format("`{}`", row.key), "a list", value,
                 fmt::format("write it as `{}: [{}]`", row.key,
                             value.kind == YamlKind::scalar ? text::redact(value.scalar) : "VALUE"));
      return false;
    }
    for (const YamlNode& item : value.items) {
      if (item.kind != YamlKind::scalar) {
        wrong_kind(fmt::format("an item of `{}`", row.key), "a single value", item,
                   "write one value an item");
        return false;
      }
      given.texts.push_back({item.scalar, item.span});
    }
    return true;
  }

  void wrong_kind(const std::string& what, std::string_view due, const YamlNode& node, std::string hint)
  {
    diagnostics_.add("EL0602", fmt::format("{} must be {}, not {}", what, due, input::describe(node.kind)),
                     std::move(hint), node.span);
  }

  void unknown(const std::string& key, const diag::Span& place)
  {
    const std::vector<std::string> keys = names_of(&Row::key);
    const auto near = text::nearest(key, keys);
    auto& finding = diagnostics_.add("EL0601", fmt::format("`{}` is no setting", text::printable(key)),
                                     near ? fmt::format("did you mean `{}`?", *near) : "remove it", place);
    finding.notes.push_back("valid keys: " + text::join(keys, ", "));
  }

  const File& file_;
  Level level_;
  diag::Diagnostics& diagnostics_;
  std::vector<Given> given_;
  std::set<std::string_view> seen_;
};

}  // namespace

std::vector<Given> read_file(const File& file, Level level, diag::Diagnostics& diagnostics)
{
  if (!text::is_valid_utf8(file.text)) {
    diagnostics.add("EL0105", fmt::format("{} is not valid UTF-8", file.name), "save the file as UTF-8",
                    {.file = file.name});
    return {};
  }
  const auto root = input::parse_yaml(file.name, file.text, diagnostics);
  return root ? Reader(file, level, diagnostics).read(*root) : std::vector<Given>{};
}

}  // namespace envlift::settings
