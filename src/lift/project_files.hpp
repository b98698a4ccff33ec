// The project folder as the readers see it.
#pragma once

#include "input/input.hpp"

#include <string>

namespace envlift::lift {

// Marks a folder as written by `render -o`: the next render may replace it, and it is no code of the function's.
inline constexpr const char* k_context_mark = ".envlift-context";

// Files below one folder of this machine. A path that climbs out of the folder is `outside`:
// nothing there could enter the build context.
class ProjectFiles : public input::FileSource {
public:
  explicit ProjectFiles(std::string root) : root_(std::move(root)) {}

  Answer read(const std::string& path, std::size_t limit_bytes) const override;
  bool is_folder(const std::string& path) const override;
  std::vector<std::string> list(const std::string& folder) const override;

private:
  std::string root_;
};

}  // namespace envlift::lift
