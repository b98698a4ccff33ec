#include "audit/baseline.hpp"

#include "audit/names.hpp"
#include "base/text.hpp"
#include "diag/codes.hpp"
#include "input/yaml.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace envlift::audit {

namespace {

constexpr std::string_view k_form =
    "write `accepted:` with a list of `code`, and `path`, `package`, `reason` where wanted";

std::string text_of(const input::YamlNode& entry, std::string_view key)
{
  const input::YamlNode* node = entry.find(key);
  return node != nullptr && node->kind == input::YamlKind::scalar ? node->scalar : "";
}

bool is_known_key(std::string_view key)
{
  static constexpr std::array<std::string_view, 4> k_keys = {"code", "path", "package", "reason"};
  return std::ranges::find(k_keys, key) != k_keys.end();
}

void read_entry(const input::YamlNode& entry, Baseline& baseline, diag::Diagnostics& diagnostics)
{
  if (entry.kind != input::YamlKind::map) {
    diagnostics.add("EL1151",
                    fmt::format("an accepted finding is a map, not {}", input::describe(entry.kind)),
                    std::string(k_form), entry.span);
    return;
  }
  for (const input::YamlEntry& member : entry.entries) {
    // A misspelt `path` would accept everything.
    if (!is_known_key(member.key)) {
      diagnostics.add("EL1151", fmt::format("an accepted finding has no `{}`", member.key),
                      std::string(k_form), member.key_span());
      return;
    }
  }
  const std::string code = text_of(entry, "code");
  if (diag::find_code(code) == nullptr) {
    diagnostics.add("EL1151",
                    code.empty() ? "an accepted finding names no code"
                                 : fmt::format("there is no code `{}`", code),
                    "name a code that `envlift explain` lists", entry.span);
    return;
  }
  baseline.accepted.push_back(
      {code, text_of(entry, "path"), text_of(entry, "package"), text_of(entry, "reason"), entry.span});
}

std::string quoted(const std::string& value)
{
  return nlohmann::json(value).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

bool accepts(const Accepted& accepted, const Finding& finding)
{
  return accepted.code == finding.code && (accepted.path.empty() || matches(finding.path, accepted.path)) &&
         (accepted.package.empty() || matches(finding.package, accepted.package));
}

}  // namespace

Baseline read_baseline(const std::string& file, std::string_view text, diag::Diagnostics& diagnostics)
{
  Baseline baseline;
  const auto root = input::parse_yaml(file, text, diagnostics);
  if (!root || root->kind == input::YamlKind::null) {
    return baseline;
  }
  const input::YamlNode* list = root->kind == input::YamlKind::map ? root->find("accepted") : &*root;
  if (list == nullptr || list->kind != input::YamlKind::sequence) {
    diagnostics.add("EL1151", "this is no list of accepted findings", std::string(k_form), root->span);
    return baseline;
  }
  for (const input::YamlNode& entry : list->items) {
    read_entry(entry, baseline, diagnostics);
  }
  return baseline;
}

std::vector<Finding> without_accepted(std::vector<Finding> findings, const Baseline& baseline,
                                      diag::Diagnostics& diagnostics)
{
  for (const Accepted& accepted : baseline.accepted) {
    const bool is_met =
        std::ranges::any_of(findings, [&](const Finding& finding) { return accepts(accepted, finding); });
    if (!is_met) {
      diagnostics.add("EL1154", fmt::format("the image has no such {} any more", accepted.code),
                      "take the entry out of the baseline", accepted.span);
    }
  }
  std::erase_if(findings, [&](const Finding& finding) {
    return std::ranges::any_of(baseline.accepted,
                               [&](const Accepted& accepted) { return accepts(accepted, finding); });
  });
  return findings;
}

Baseline accepting(Baseline baseline, const std::vector<Finding>& findings)
{
  for (const Finding& finding : findings) {
    const bool is_secret = text::is_one_of(finding.code, {"EL1145", "EL1146"});
    if (finding.severity != diag::Severity::note && !is_secret) {
      baseline.accepted.push_back({finding.code, finding.path, finding.package, finding.message, {}});
    }
  }
  return baseline;
}

std::string baseline_text(const Baseline& baseline)
{
  std::string text = "# Findings of `envlift audit` that were accepted.\naccepted:";
  text += baseline.accepted.empty() ? " []\n" : "\n";
  for (const Accepted& accepted : baseline.accepted) {
    text += fmt::format("  - code: {}\n", accepted.code);
    for (const auto& [key, value] :
         {std::pair("path", &accepted.path), std::pair("package", &accepted.package),
          std::pair("reason", &accepted.reason)}) {
      // A string of JSON is one of YAML.
      text += value->empty() ? "" : fmt::format("    {}: {}\n", key, quoted(*value));
    }
  }
  return text;
}

}  // namespace envlift::audit
