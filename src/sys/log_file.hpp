// The full log of one run: a file of its own, written line by line, so that a crash loses nothing.
#pragma once

#include <string>
#include <string_view>

namespace envlift::sys {

class LogFile {
public:
  LogFile() = default;
  LogFile(const LogFile&) = delete;
  LogFile& operator=(const LogFile&) = delete;
  ~LogFile();

  // Opens a new file in the folder and removes the oldest beyond the newest 20; returns its path,
  // "" when none can be written (a read-only home must not stop a build).
  std::string open(const std::string& folder);
  void write(std::string_view text);
  bool is_open() const { return descriptor_ >= 0; }

private:
  int descriptor_ = -1;
};

}  // namespace envlift::sys
