#include "input/yaml_members.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

namespace envlift::input {

namespace {

constexpr const char* k_hint = "write the lock again with the tool that made it";

void wrong_member_kind(std::string_view key, YamlKind due, const YamlNode& found, diag::Diagnostics& diagnostics)
{
  diagnostics.add("EL0119", fmt::format("`{}` must be {}, not {}", key, describe(due), describe(found.kind)), k_hint,
                  found.span);
}

}  // namespace

const YamlNode* YamlMembers::member(const YamlNode& map, std::string_view key, YamlKind kind) const
{
  const YamlNode* found = map.find(key);
  if (found == nullptr || found->kind == YamlKind::null) {
    return nullptr;
  }
  if (found->kind != kind) {
    wrong_member_kind(key, kind, *found, diagnostics_);
    return nullptr;
  }
  return found;
}

const YamlNode* YamlMembers::need(const YamlNode& map, std::string_view key, YamlKind kind) const
{
  const YamlNode* found = map.find(key);
  if (found == nullptr) {
    diagnostics_.add("EL0119", fmt::format("`{}` is missing", key), k_hint, map.span);
    return nullptr;
  }
  if (found->kind != kind) {
    wrong_member_kind(key, kind, *found, diagnostics_);
    return nullptr;
  }
  return found;
}

const YamlNode* YamlMembers::list(const YamlNode& map, std::string_view key) const
{
  return member(map, key, YamlKind::sequence);
}

const YamlNode* YamlMembers::map(const YamlNode& map, std::string_view key) const
{
  return member(map, key, YamlKind::map);
}

std::string YamlMembers::text(const YamlNode& map, std::string_view key) const
{
  const YamlNode* found = member(map, key, YamlKind::scalar);
  return found == nullptr ? "" : found->scalar;
}

const YamlNode* YamlMembers::need_list(const YamlNode& map, std::string_view key) const
{
  return need(map, key, YamlKind::sequence);
}

const YamlNode* YamlMembers::need_map(const YamlNode& map, std::string_view key) const
{
  return need(map, key, YamlKind::map);
}

std::optional<std::string> YamlMembers::need_text(const YamlNode& map, std::string_view key) const
{
  const YamlNode* found = need(map, key, YamlKind::scalar);
  return found == nullptr ? std::nullopt : std::optional(found->scalar);
}

bool YamlMembers::is_map(const YamlNode& node, std::string_view what) const
{
  if (node.kind != YamlKind::map) {
    diagnostics_.add("EL0119", fmt::format("{} must be a map, not {}", what, describe(node.kind)), k_hint, node.span);
  }
  return node.kind == YamlKind::map;
}

std::optional<int> read_lock_version(const YamlNode& root, std::string_view what, int newest,
                                     diag::Diagnostics& diagnostics)
{
  const auto text = YamlMembers(diagnostics).need_text(root, "version");
  if (!text) {
    return std::nullopt;
  }
  int version = 0;
  const auto [end, problem] = std::from_chars(text->data(), text->data() + text->size(), version);
  const bool is_number = problem == std::errc() && end == text->data() + text->size();
  if (is_number && version >= 1 && version <= newest) {
    return version;
  }
  const std::string readable = newest == 1 ? "version 1" : fmt::format("versions 1 to {}", newest);
  diagnostics.add("EL0118",
                  fmt::format("{} has version {}, and envlift reads {}", what, text::printable(text->substr(0, 20)),
                              readable),
                  "write the lock with a version of its tool that writes one of those, or name the file that it "
                  "was solved from",
                  root.find("version")->span);
  return std::nullopt;
}

bool has_top_key(std::string_view text, std::string_view key)
{
  for (std::size_t at = text.find(key); at != std::string_view::npos; at = text.find(key, at + 1)) {
    if (at == 0 || text[at - 1] == '\n' || text[at - 1] == '\r' || text.substr(0, at) == "\xEF\xBB\xBF") {
      return true;
    }
  }
  return false;
}

}  // namespace envlift::input
