#include "slim/pattern.hpp"

namespace envlift::slim {

namespace {

// Whether `c` is in the set "[…]" that `pattern` begins with; `length` becomes the set's, 0 where it has no end.
bool in_set(char c, std::string_view pattern, std::size_t& length)
{
  const std::size_t end = pattern.find(']', 2);
  length = end == std::string_view::npos ? 0 : end + 1;
  if (length == 0) {
    return c == '[';
  }
  std::string_view set = pattern.substr(1, end - 1);
  const bool negated = set.starts_with('!');
  set.remove_prefix(negated ? 1 : 0);
  bool found = false;
  for (std::size_t i = 0; i < set.size(); ++i) {
    if (i + 2 < set.size() && set[i + 1] == '-') {
      found = found || (set[i] <= c && c <= set[i + 2]);
      i += 2;
    }
    else {
      found = found || set[i] == c;
    }
  }
  return found != negated;
}

bool fits_from(std::string_view path, std::string_view pattern)
{
  if (pattern.empty()) {
    return path.empty() || path.front() == '/';
  }
  if (pattern.starts_with("**")) {
    const bool names_folders = pattern.starts_with("**/");
    const std::string_view rest = pattern.substr(names_folders ? 3 : 2);
    for (std::size_t i = 0; i <= path.size(); ++i) {
      const bool may_begin = !names_folders || i == 0 || path[i - 1] == '/';
      if (may_begin && fits_from(path.substr(i), rest)) {
        return true;
      }
    }
    return false;
  }
  if (pattern.front() == '*') {
    return fits_from(path, pattern.substr(1)) ||
           (!path.empty() && path.front() != '/' && fits_from(path.substr(1), pattern));
  }
  if (path.empty()) {
    return false;
  }
  std::size_t length = 1;
  const bool same = pattern.front() == '?'   ? path.front() != '/'
                    : pattern.front() == '[' ? path.front() != '/' && in_set(path.front(), pattern, length)
                                             : path.front() == pattern.front();
  return same && fits_from(path.substr(1), pattern.substr(length == 0 ? 1 : length));
}

}   // namespace

bool fits(std::string_view path, std::string_view pattern)
{
  if (pattern.find_first_of("/*?[") == std::string_view::npos) {
    return false;
  }
  while (pattern.starts_with('/')) {
    pattern.remove_prefix(1);
  }
  while (pattern.ends_with('/')) {
    pattern.remove_suffix(1);
  }
  return fits_from(path, pattern);
}

}   // namespace envlift::slim
