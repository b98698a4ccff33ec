#include "report/inspect.hpp"

#include "base/text.hpp"
#include "environment/size.hpp"

#include <fmt/format.h>

namespace envlift::report {

namespace {

std::string row(std::string_view label, std::string_view value)
{
  return value.empty() ? "" : fmt::format("{:<12} {}\n", label, text::shown(value));
}

template <typename Items, typename Line>
std::string section(std::string_view title, const Items& items, Line line)
{
  std::string out;
  for (const auto& item : items) {
    out += "  " + text::shown(line(item)) + "\n";
  }
  return items.empty() ? "" : fmt::format("{} ({})\n{}", title, items.size(), out);
}

// "31.4 MB in 12 archives, as the lock says"; "" where nothing tells.
std::string download(const environment::Environment& environment)
{
  const environment::ArchiveSizes sizes = environment::archive_sizes(environment);
  if (sizes.known == 0) {
    return "";
  }
  return fmt::format("{} in {}, as the lock says{}", text::human_bytes(sizes.bytes),
                     text::counted(sizes.known, "archive"),
                     sizes.unknown == 0 ? "" : fmt::format("; {} more of unknown size", sizes.unknown));
}

}  // namespace

std::string inspect_text(const environment::Environment& environment,
                         const std::vector<plan::Note>& base_notes)
{
  std::string out;
  for (const environment::SourceFile& source : environment.sources) {
    out += row("environment", fmt::format("{} ({})", source.path, source.format));
  }
  out += row("name", environment.name);
  out += row("python", environment.python.empty() && !environment.sources.empty() ? "not pinned" : environment.python);
  out += row("channels", text::join(environment.channels, ", "));
  for (const auto& [name, value] : environment.variables) {
    out += row("variable", name + "=" + value);
  }
  out += row("download", download(environment));
  if (!base_notes.empty()) {
    out += "image\n";
  }
  for (const plan::Note& note : base_notes) {
    out += fmt::format("  {}: {}\n", note.topic, text::shown(note.text));
  }
  out += section("conda", environment.conda, [](const auto& package) { return package.spec; });
  out += section("pip", environment.pip, [](const auto& package) {
    const std::string hashes =
        package.hashes.empty() ? "" : fmt::format("  ({} hash{})", package.hashes.size(), package.hashes.size() == 1 ? "" : "es");
    return package.requirement + hashes;
  });
  out += section("pip options", environment.pip_options, [](const auto& option) {
    return option.value.empty() ? option.option : option.option + " " + option.value;
  });
  out += section("constraints", environment.constraints, [](const auto& constraint) { return constraint.requirement; });
  out += section("not installed", environment.dropped,
                 [](const auto& dropped) { return fmt::format("{}: {}", dropped.name, dropped.reason); });
  return out;
}

}  // namespace envlift::report
