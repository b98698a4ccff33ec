// The sections of an environment.yml, one function each. They put what they can read into the
// environment, and a finding for everything else.
#pragma once

#include "environment/match_spec.hpp"
#include "input/comment_selectors.hpp"
#include "input/input.hpp"
#include "input/requirements.hpp"
#include "input/yaml.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace envlift::input {

struct CondaFile {
  const std::string& path;
  const FileSource& files;
  environment::Target& target;
  ReadResult& result;
  std::vector<RequirementLine> pip_repositories = {};   // as options of pip
  CommentSelectors selectors = {};
  std::vector<std::size_t> unselected = {};   // of environment.dropped: by comment selectors

  environment::Environment& environment() const { return result.environment; }
  diag::Diagnostics& diagnostics() const { return result.diagnostics; }
  // "linux-64" or "linux-aarch64".
  std::string subdir() const { return target.arch == "arm64" ? "linux-aarch64" : "linux-64"; }
};

void read_channels(const YamlEntry& section, CondaFile& file);
void read_variables(const YamlEntry& section, CondaFile& file);
// Whether a text holds what a shell would run, or a control character (docs/decisions/0007-quotes-in-variables.md).
bool holds_command(std::string_view text);
// One channel, which `nodefaults` is one of, and one variable of any file.
void add_channel(const std::string& channel, const diag::Span& place, CondaFile& file);
void remove_repeated_channels(CondaFile& file);   // a channel's priority is its first place
bool refuse_variable_name(const std::string& name, const diag::Span& place, CondaFile& file);
void set_variable(const std::string& name, const std::string& value, const diag::Span& place, CondaFile& file);
// `origin`: what shows that the file was written for another platform ("the file is an export of Windows: …"),
// else "".
void read_dependencies(const YamlEntry& section, const std::string& origin, CondaFile& file);

// A MatchSpec in a file of lines.
struct SpecLine {
  std::string text;
  diag::Span span;   // of the text
};
// The same for such a file.
void read_spec_lines(const std::vector<SpecLine>& lines, const std::string& origin, CondaFile& file);

// "the file is for win-64, as its comment in line 4 says" where a comment `# platform:` names another platform
// than the image's; else "".
std::string origin_in_comment(std::string_view text, const CondaFile& file);

// The lines of a `pip:` section to the reader of requirements. Returns whether there were any.
bool read_pip_section(const YamlEntry& section, CondaFile& file);
// Adds EL0402 for what is asked for from conda and from pip.
void warn_shared_names(CondaFile& file);

// A finding when a spec's own channel, subdir or url keeps it from an image; returns whether it did.
bool refuse_source(const environment::MatchSpec& spec, const diag::Span& place, CondaFile& file);
// What is asked for by a spec that was refused, without its place, which may hold secrets; nothing when it names no
// package.
std::optional<environment::MatchSpec> without_place(const environment::MatchSpec& spec);
// A package that an error was reported for: what is asked for is still to be seen.
void list_refused_conda(const environment::MatchSpec& spec, const diag::Span& place, CondaFile& file);

// Whether a comment selector in the line is false for the image; then the entry is dropped.
bool drop_unselected(std::string_view name, const diag::Span& place, CondaFile& file);

// --- Shared by the sections ------------------------------------------------------------------------

// A text of the user's as a message may show it: one line, no credentials.
std::string shown(std::string_view text);
// "NAME: REASON" of what was dropped, by index; not more of them than anyone would read.
std::vector<std::string> notes_of_dropped(const environment::Environment& environment,
                                          const std::vector<std::size_t>& indices);
// Adds EL0202 "`channels` must be a list, not a map".
void wrong_kind(std::string_view what, std::string_view due, const YamlNode& node, std::string hint,
                CondaFile& file);
// Whether the text has line breaks or other controls; then EL0225 is added.
bool refuse_controls(const YamlNode& node, std::string_view what, CondaFile& file);

}  // namespace envlift::input
