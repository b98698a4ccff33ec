// A project folder in memory, for readers.
#pragma once

#include "input/input.hpp"

#include <map>
#include <set>
#include <string>
#include <vector>

namespace envlift::fakes {

struct MemoryFiles : input::FileSource {
  std::map<std::string, std::string> files;   // by path below the project

  explicit MemoryFiles(std::map<std::string, std::string> contents) : files(std::move(contents)) {}

  Answer read(const std::string& path, std::size_t limit_bytes) const override
  {
    if (path.starts_with("../") || path.starts_with('/')) {
      return {Problem::outside, ""};
    }
    const auto found = files.find(path);
    if (found == files.end()) {
      return {is_folder(path) ? Problem::is_folder : Problem::missing, ""};
    }
    if (found->second.size() > limit_bytes) {
      return {Problem::too_large, ""};
    }
    return {Problem::none, found->second};
  }

  bool is_folder(const std::string& path) const override
  {
    const auto below = files.lower_bound(path + "/");
    return path == "." || (below != files.end() && below->first.starts_with(path + "/"));
  }

  std::vector<std::string> list(const std::string& folder) const override
  {
    const std::string prefix = folder == "." ? "" : folder + "/";
    std::set<std::string> names;
    for (const auto& [path, bytes] : files) {
      if (path.starts_with(prefix)) {
        names.insert(path.substr(prefix.size(), path.find('/', prefix.size()) - prefix.size()));
      }
    }
    return {names.begin(), names.end()};
  }
};

}  // namespace envlift::fakes
