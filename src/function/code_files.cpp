// Which files make the code layer: the project's, without what belongs to the build alone and without what describes
// or is the environment. That lies in the image already, installed, and would be pushed again with every change of
// the code. The list of well-known names holds no file that programs read when they run: pyproject.toml stays (its
// version and tool sections are read), and so do all files below the code's root folder.
#include "function/code_files.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

namespace envlift::function {

namespace {

constexpr std::array<std::string_view, 6> k_excluded_names = {"__pycache__", "node_modules", "venv",
                                                              "virtualenv",  "CVS",          "__MACOSX"};
constexpr std::array<std::string_view, 4> k_excluded_at_root = {"envlift.yaml", "envlift.yml", "Dockerfile",
                                                                "Thumbs.db"};
constexpr std::array<std::string_view, 4> k_excluded_endings = {".pyo", ".swp", "~", ".egg-info"};

constexpr std::array<std::string_view, 11> k_environment_files = {
  "environment.yml", "environment.yaml", "conda-lock.yml", "conda-lock.yaml", "pixi.toml",   "pixi.lock",
  "uv.lock",         "poetry.lock",      "pdm.lock",       "Pipfile",         "Pipfile.lock"};
// requirements-dev.txt, conda-linux-64.lock, pylock.dev.toml (PEP 751)
constexpr std::array<std::pair<std::string_view, std::string_view>, 3> k_environment_families = {
  {{"requirements", ".txt"}, {"conda-", ".lock"}, {"pylock.", "toml"}}};

// Without `./` and without '/' at the end; "" is the project.
std::string plain(std::string_view path)
{
  while (path.starts_with("./")) {
    path.remove_prefix(2);
  }
  while (path.ends_with('/')) {
    path.remove_suffix(1);
  }
  return path == "." ? "" : std::string(path);
}

// Whether the path is the folder or file named, or lies below it.
bool is_at(std::string_view path, std::string_view place)
{
  return path.starts_with(place) && (path.size() == place.size() || path[place.size()] == '/');
}

// Whether the handler's module is one of the files below the folder.
bool holds_handler(std::string_view folder, const std::string& handler, const std::vector<CodeFile>& files)
{
  const std::string module =
      text::replace_all(handler.substr(0, std::min(handler.rfind('.'), handler.size())), ".", "/");
  return !module.empty() && std::ranges::any_of(files, [&](const CodeFile& file) {
    return is_at(file.source, folder) && file.path.starts_with(module) && file.path.size() > module.size() &&
           (file.path[module.size()] == '.' || file.path[module.size()] == '/');
  });
}

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

bool is_environment_file(const std::string& path)
{
  return std::ranges::find(k_environment_files, path) != k_environment_files.end() ||
         (path.find('/') == std::string::npos &&
          std::ranges::any_of(k_environment_families, [&](const auto& family) {
            return path.starts_with(family.first) && path.ends_with(family.second);
          }));
}

std::vector<CodeFile> without_environment(std::vector<CodeFile> files,
                                          const environment::Environment& environment,
                                          const std::string& code, const std::string& handler)
{
  std::vector<std::string> places;
  for (const environment::SourceFile& source : environment.sources) {
    places.push_back(plain(source.path));
  }
  for (const environment::PipPackage& package : environment.pip) {
    const std::string place = plain(package.path);
    // A local project that is the project itself, holds the code or the handler is both: installed and code.
    if (!place.empty() && !is_at(plain(code), place) && !holds_handler(place, handler, files)) {
      places.push_back(place);
    }
  }
  std::erase_if(files, [&](const CodeFile& file) {
    return is_environment_file(file.path) ||
           std::ranges::any_of(places, [&](const std::string& place) { return is_at(file.source, place); });
  });
  return files;
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
