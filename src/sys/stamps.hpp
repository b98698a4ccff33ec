// What files are like at one time, to see later which have changed.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

namespace envlift::sys {

// Another content or another right of a file gives another stamp.
struct Stamp {
  std::int64_t changed_ns = 0;   // the file system's own time, which programs cannot set
  std::uint64_t bytes = 0;
  std::uint64_t number = 0;   // of the file: one that was put in its place has another
  bool operator==(const Stamp&) const = default;
};
using Stamps = std::map<std::string, Stamp>;   // by path

// Nothing where there is no such file; symlinks are followed.
std::optional<Stamp> stamp_of(const std::string& path);

}   // namespace envlift::sys
