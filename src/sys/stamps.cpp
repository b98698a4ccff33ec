#include "sys/stamps.hpp"

#include <sys/stat.h>

namespace envlift::sys {

std::optional<Stamp> stamp_of(const std::string& path)
{
  constexpr std::int64_t k_ns_per_s = 1'000'000'000;
  struct stat found{};
  if (::stat(path.c_str(), &found) != 0) {
    return std::nullopt;
  }
  return Stamp{found.st_ctim.tv_sec * k_ns_per_s + found.st_ctim.tv_nsec,
               static_cast<std::uint64_t>(found.st_size), found.st_ino};
}

}   // namespace envlift::sys
