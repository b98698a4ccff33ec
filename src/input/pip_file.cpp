// A requirements file as the project's environment file.
#include "base/text.hpp"
#include "input/formats.hpp"
#include "input/requirements.hpp"
#include "input/text_file.hpp"

#include <algorithm>
#include <utility>

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

void read_pip_requirements(const std::string& path, std::string bytes, const FileSource& files,
                           environment::Target& target, ReadResult& result)
{
  const auto text = decode_file(path, std::move(bytes), Encoding::pip, result);
  if (text) {
    read_requirements_text(*text, path, files, target, result);
  }
}

}  // namespace envlift::input
