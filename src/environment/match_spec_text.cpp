// MatchSpec -> text, as conda's MatchSpec.__str__ writes it (CEP 29, appendix A).
#include "environment/match_spec.hpp"

#include "base/text.hpp"

#include <array>
#include <vector>

#include <fmt/format.h>

namespace envlift::environment {

namespace {

// conda's order of the fields that only stand in brackets.
constexpr std::array<std::string_view, 9> k_key_order = {
  "build_number", "track_features", "features", "url", "md5", "sha256", "license", "license_family", "fn"};

bool has_any(std::string_view text, std::string_view characters)
{
  return text.find_first_of(characters) != std::string_view::npos;
}

struct Parts {
  std::string positional;
  std::vector<std::string> brackets;
};

void put_channel(const MatchSpec& spec, Parts& parts)
{
  const bool exact = !spec.channel.empty() && !has_any(spec.channel, "*");
  if (exact) {
    parts.positional = spec.channel + (spec.subdir.empty() ? "" : "/" + spec.subdir) + "::";
    return;
  }
  if (!spec.channel.empty()) {
    parts.brackets.push_back("channel=" + spec.channel);
  }
  if (!spec.subdir.empty()) {
    parts.brackets.push_back("subdir=" + spec.subdir);
  }
}

// `*.7.*`, `1.2*.3`: a pattern of texts. conda writes some of them so that they read back as another.
bool is_pattern(std::string_view version)
{
  const std::size_t star = version.find('*');
  return star != std::string_view::npos && (star == 0 || star + 1 != version.size());
}

// Returns whether the version came out exact, so that a build may follow it.
bool put_version(const MatchSpec& spec, Parts& parts)
{
  const std::string& version = spec.version;
  const bool negated = version.starts_with("!=") || version.starts_with("~=");
  if (version.empty()) {
    return false;
  }
  if (has_any(version, "><$^|,") || is_pattern(version) || (negated && !spec.build.empty())) {
    parts.brackets.push_back(fmt::format("version='{}'", version));
    return false;
  }
  if (version.ends_with('*') && !negated) {
    parts.positional += "=" + version.substr(0, version.size() - (version.ends_with(".*") ? 2 : 1));
    return false;
  }
  parts.positional += version;
  return !negated;
}

void put_build(const MatchSpec& spec, bool after_exact_version, Parts& parts)
{
  if (spec.build.empty()) {
    return;
  }
  if (has_any(spec.build, "><$^|,")) {
    parts.brackets.push_back(fmt::format("build='{}'", spec.build));
  }
  else if (after_exact_version && !has_any(spec.build, "*")) {
    parts.positional += "=" + spec.build;
  }
  else {
    parts.brackets.push_back("build=" + spec.build);
  }
}

void put_keys(const MatchSpec& spec, Parts& parts)
{
  for (const std::string_view key : k_key_order) {
    const auto found = spec.keys.find(std::string(key));
    const std::string value = key == "url" ? spec.url : found == spec.keys.end() ? "" : found->second;
    // With a channel the url says nothing more, and fn nothing beside an url.
    const bool implied = (key == "url" && !spec.channel.empty()) || (key == "fn" && !spec.url.empty());
    if (!value.empty() && !implied) {
      parts.brackets.push_back(has_any(value, ", =[]") ? fmt::format("{}='{}'", key, value)
                                                       : fmt::format("{}={}", key, value));
    }
  }
}

}  // namespace

std::string MatchSpec::str() const
{
  Parts parts;
  put_channel(*this, parts);
  parts.positional += name.empty() ? "*" : name;
  const bool exact = put_version(*this, parts);
  put_build(*this, exact, parts);
  put_keys(*this, parts);
  if (!parts.brackets.empty()) {
    parts.positional += "[" + text::join(parts.brackets, ",") + "]";
  }
  return parts.positional;
}

MatchSpec MatchSpec::without_build() const
{
  MatchSpec spec = *this;
  spec.build.clear();
  // These name one build as well.
  for (const char* key : {"build_number", "md5", "sha256", "fn"}) {
    spec.keys.erase(key);
  }
  return spec;
}

}  // namespace envlift::environment
