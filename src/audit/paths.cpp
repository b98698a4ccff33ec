#include "audit/paths.hpp"

#include <algorithm>

namespace envlift::audit {

std::string_view parent_of(std::string_view path)
{
  const std::size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? std::string_view() : path.substr(0, slash);
}

std::string_view name_of(std::string_view path)
{
  const std::size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

std::string joined(std::string_view folder, std::string_view relative)
{
  std::string path(relative.starts_with('/') ? std::string_view() : folder);
  for (std::size_t at = 0; at < relative.size();) {
    const std::size_t end = std::min(relative.find('/', at), relative.size());
    const std::string_view part = relative.substr(at, end - at);
    if (part == "..") {
      path.resize(parent_of(path).size());
    }
    else if (!part.empty() && part != ".") {
      path.append(path.empty() ? "" : "/").append(part);
    }
    at = end + 1;
  }
  return path;
}

}   // namespace envlift::audit
