// Which files make the code layer.
#include "function/code_files.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace envlift::function {

namespace {

constexpr std::array<std::string_view, 6> k_excluded_names = {"__pycache__", "node_modules", "venv",
                                                              "virtualenv",  "CVS",          "__MACOSX"};
constexpr std::array<std::string_view, 4> k_excluded_at_root = {"envlift.yaml", "envlift.yml", "Dockerfile",
                                                                "Thumbs.db"};
constexpr std::array<std::string_view, 4> k_excluded_endings = {".pyo", ".swp", "~", ".egg-info"};

bool is_excluded_name(std::string_view name)
{
  const auto ends = [&](std::string_view ending) { return name.ends_with(ending); };
  return (name.starts_with('.') && name != ".") ||
         std::ranges::find(k_excluded_names, name) != k_excluded_names.end() ||
         std::ranges::any_of(k_excluded_endings, ends);
}

}  // namespace

bool is_excluded(const std::string& path)
{
  return std::ranges::find(k_excluded_at_root, path) != k_excluded_at_root.end() ||
         std::ranges::any_of(text::split(path, '/'), is_excluded_name);
}

void check_file_names(const std::vector<CodeFile>& files, diag::Diagnostics& diagnostics)
{
  for (const CodeFile& file : files) {
    if (file.path.find_first_of("\"'`\\$") != std::string::npos || text::printable(file.path) != file.path) {
      const std::string shown = text::printable(file.source);
      diagnostics.add("EL0510",
                      fmt::format("the file name {} holds a quote, `\\`, `$` or a control character", shown),
                      "rename the file, or point `code` at a folder without it", {.file = shown});
    }
  }
}

}  // namespace envlift::function
