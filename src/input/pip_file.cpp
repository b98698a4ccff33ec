// A requirements file as the project's environment file.
#include "base/text.hpp"
#include "input/formats.hpp"
#include "input/requirements.hpp"
#include "input/text_file.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace envlift::input {

namespace {

// A line that only a requirements file begins with.
bool looks_like_requirement(std::string_view line)
{
  const std::size_t name =
      std::min(line.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_."),
               line.size());
  const std::string_view rest = text::trim(line.substr(name));
  for (const std::string_view op : {"==", ">=", "<=", "~=", "!="}) {
    if (name > 0 && rest.starts_with(op)) {
      return true;
    }
  }
  return line.starts_with("-r ") || line.starts_with("-e ") || line.starts_with("--");
}

std::vector<RequirementLine> requirement_lines(const std::string& path, std::string_view text)
{
  std::vector<RequirementLine> lines;
  for (const std::string_view line : text::lines(text)) {
    lines.push_back({std::string(line), {path, lines.size() + 1, 1, 0}});
  }
  return lines;
}

// What conda writes with `conda list --explicit` often has this ending too.
bool refuse_explicit(const std::vector<RequirementLine>& lines, diag::Diagnostics& diagnostics)
{
  const auto mark = std::ranges::find_if(
      lines, [](const RequirementLine& line) { return text::trim(line.text) == "@EXPLICIT"; });
  if (mark == lines.end()) {
    return false;
  }
  diagnostics.add("EL0108", "this is an explicit list of conda packages, which envlift does not read",
                  "name the environment.yml", mark->span);
  return true;
}

}  // namespace

bool detects_pip_requirements(std::string_view name, std::string_view head)
{
  if (name.ends_with(".txt") || name.ends_with(".in") || name.starts_with("requirements")) {
    return true;
  }
  const auto lines = text::lines(head);
  const auto first = std::ranges::find_if(
      lines, [](std::string_view line) { return !text::trim(line).empty() && !line.starts_with('#'); });
  return first != lines.end() && looks_like_requirement(*first);
}

void read_pip_requirements(const std::string& path, const std::string& bytes, const FileSource& files,
                           const environment::Target& target, ReadResult& result)
{
  const auto text = decode_file(path, bytes, Encoding::pip, result);
  if (!text) {
    return;
  }
  const std::vector<RequirementLine> lines = requirement_lines(path, *text);
  const auto says_something = [](const RequirementLine& line) {
    return !text::trim(line.text).empty() && !text::trim(line.text).starts_with('#');
  };
  if (std::ranges::none_of(lines, says_something)) {
    result.diagnostics.add("EL0104", fmt::format("{} holds nothing but space and comments", path),
                           "list the packages in it", {.file = path});
    return;
  }
  if (!refuse_explicit(lines, result.diagnostics)) {
    read_requirement_lines(lines, path, files, target, result);
  }
}

}  // namespace envlift::input
