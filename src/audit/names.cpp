#include "audit/names.hpp"

#include "base/path.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <array>

namespace envlift::audit {

bool is_below(std::string_view path, std::string_view folder)
{
  return folder.empty() ||
         (path.size() > folder.size() && path.starts_with(folder) && path[folder.size()] == '/');
}

bool has_part(std::string_view path, std::string_view name)
{
  const auto parts = text::split(path, '/');
  return std::ranges::find(parts, name) != parts.end();
}

bool matches(std::string_view text, std::string_view pattern)
{
  std::size_t at = 0;
  std::size_t in_pattern = 0;
  std::size_t star = std::string_view::npos;   // the last '*', and the text that it has swallowed so far
  std::size_t swallowed = 0;
  while (at < text.size()) {
    if (in_pattern < pattern.size() && pattern[in_pattern] == '*') {
      star = in_pattern++;
      swallowed = at;
    }
    else if (in_pattern < pattern.size() && (pattern[in_pattern] == '?' || pattern[in_pattern] == text[at])) {
      ++in_pattern;
      ++at;
    }
    else if (star != std::string_view::npos) {
      in_pattern = star + 1;
      at = ++swallowed;
    }
    else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', in_pattern) == std::string_view::npos;
}

bool is_test_data(std::string_view path)
{
  static constexpr std::array<std::string_view, 10> k_folders = {
    "test",       "tests",   "testing",  "testdata", "test_data",
    "tests_data", "example", "examples", "sample",   "samples"};
  return std::ranges::any_of(text::split(path::folder_of(path), '/'), [](std::string_view part) {
    return std::ranges::find(k_folders, part) != k_folders.end();
  });
}

}  // namespace envlift::audit
