#include "base/path.hpp"

namespace envlift::path {

std::string parent(std::string_view path)
{
  const std::size_t slash = path.find_last_of('/');
  return std::string(slash == std::string_view::npos ? "." : slash == 0 ? "/" : path.substr(0, slash));
}

std::string file_name(std::string_view path)
{
  return std::string(path.substr(path.find_last_of('/') + 1));   // npos + 1 is 0
}

}  // namespace envlift::path
