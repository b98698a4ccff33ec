#include "aws/profile_files.hpp"

#include "base/shell_words.hpp"
#include "base/text.hpp"
#include "input/ini.hpp"

#include <fmt/format.h>

namespace envlift::aws {

namespace {

// The finding's own words may repeat the line, and with it a secret: only its place is told.
Error unreadable(const diag::Span& place)
{
  return {.code = "EL1303",
          .message = fmt::format("{} cannot be read as a file of AWS profiles", place.file),
          .hint =
              fmt::format("correct its line {}: it holds lines `[profile NAME]` and `KEY = VALUE`, each once",
                          place.line),
          .exit = ExitCode::push_failed,
          .tail = {},
          .place = {place.file, place.line, 0}};
}

Result<Section> read_section(const input::IniSection& ini)
{
  Section section;
  for (const input::IniEntry& entry : ini.entries) {
    const std::string key = text::to_lower(entry.key);
    if (!entry.lines.front().text.empty() || entry.lines.size() == 1) {
      std::string value = entry.lines.front().text;
      for (std::size_t i = 1; i < entry.lines.size(); ++i) {
        value += "\n" + entry.lines[i].text;
      }
      section.values[key] = Secret(std::move(value));
      continue;
    }
    for (const input::IniLine& line : entry.lines) {
      const std::size_t mark = line.text.find('=');
      if (mark == std::string::npos && !line.text.empty()) {
        return fail(unreadable(line.span));
      }
      if (!line.text.empty()) {
        const std::string_view words = line.text;
        section.nested[key][std::string(text::trim(words.substr(0, mark)))] =
            Secret(std::string(text::trim(words.substr(mark + 1))));
      }
    }
  }
  return section;
}

Result<Sections> read_sections(const NamedText& file)
{
  diag::Diagnostics findings;
  const auto ini = input::parse_ini(file.name, file.text, findings);
  if (!ini) {
    return fail(unreadable(findings.all().front().span));
  }
  Sections sections;
  for (const input::IniSection& section : ini->sections) {
    ENVLIFT_TRY_ASSIGN(sections[section.name], read_section(section));
  }
  return sections;
}

// "b" of "[profile b]"; nothing for a section of another kind.
std::optional<std::string> name_of(const std::string& section, std::string_view kind)
{
  const auto words = section.starts_with(kind) ? shell_words(section) : std::nullopt;
  return words && words->size() == 2 ? std::optional((*words)[1].text) : std::nullopt;
}

}  // namespace

Secret Section::secret(std::string_view key) const
{
  const auto found = values.find(key);
  return found == values.end() ? Secret() : found->second;
}

std::string Section::text(std::string_view key) const
{
  return secret(key).reveal();
}

std::optional<Section> ProfileFiles::profile(std::string_view name) const
{
  const auto in_config = config.find(name);
  const auto in_credentials = credentials.find(name);
  if (in_config == config.end() && in_credentials == credentials.end()) {
    return std::nullopt;
  }
  Section merged = in_credentials == credentials.end() ? Section{} : in_credentials->second;
  if (in_config != config.end()) {
    merged.values.insert(in_config->second.values.begin(), in_config->second.values.end());
    merged.nested.insert(in_config->second.nested.begin(), in_config->second.nested.end());
  }
  return merged;
}

Result<ProfileFiles> parse_profile_files(const NamedText& config, const NamedText& credentials)
{
  ProfileFiles files;
  ENVLIFT_TRY_ASSIGN(files.credentials, read_sections(credentials));
  ENVLIFT_TRY_ASSIGN(Sections sections, read_sections(config));
  for (auto& [section, values] : sections) {
    if (section == "default") {
      files.config.try_emplace(section, std::move(values));
    }
    else if (const auto profile = name_of(section, "profile")) {
      files.config.insert_or_assign(*profile, std::move(values));
    }
    else if (const auto session = name_of(section, "sso-session")) {
      files.sso_sessions.insert_or_assign(*session, std::move(values));
    }
    else if (const auto services = name_of(section, "services")) {
      files.services.insert_or_assign(*services, std::move(values));
    }
  }
  return files;
}

}  // namespace envlift::aws
