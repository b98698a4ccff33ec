#include "base/path.hpp"

#include <algorithm>

namespace envlift::path {

namespace {

// Returns whether no ".." stood at the root.
bool append(std::string& path, std::string_view relative)
{
  bool stays_below = true;
  for (std::size_t at = 0; at < relative.size();) {
    const std::size_t end = std::min(relative.find('/', at), relative.size());
    const std::string_view part = relative.substr(at, end - at);
    if (part == "..") {
      stays_below = stays_below && !path.empty();
      path.resize(folder_of(path).size());
    }
    else if (!part.empty() && part != ".") {
      path.append(path.empty() ? "" : "/").append(part);
    }
    at = end + 1;
  }
  return stays_below;
}

}  // namespace

std::string parent(std::string_view path)
{
  const std::size_t slash = path.find_last_of('/');
  return std::string(slash == std::string_view::npos ? "." : slash == 0 ? "/" : path.substr(0, slash));
}

std::string_view folder_of(std::string_view path)
{
  const std::size_t slash = path.find_last_of('/');
  return slash == std::string_view::npos ? std::string_view() : path.substr(0, slash);
}

std::string_view file_name(std::string_view path)
{
  return path.substr(path.find_last_of('/') + 1);   // npos + 1 is 0
}

std::string normal(std::string_view path)
{
  return joined("", path);
}

std::string joined(std::string_view folder, std::string_view relative)
{
  std::string path(relative.starts_with('/') ? std::string_view() : folder);
  append(path, relative);
  return path;
}

std::optional<std::string> project_path(std::string_view folder, std::string_view relative)
{
  std::string path;
  if (relative.starts_with('/') || !append(path, folder) || !append(path, relative)) {
    return std::nullopt;
  }
  return path.empty() ? "." : path;
}

}  // namespace envlift::path
