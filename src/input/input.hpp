// Text of environment files -> Environment. Pure: files are asked of a FileSource that `lift` gives.
#pragma once

#include "diag/diag.hpp"
#include "environment/environment.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace envlift::input {

// Where readers get bytes from. Paths are relative to the project folder, '/'-separated.
class FileSource {
public:
  virtual ~FileSource() = default;

  enum class Problem { none, missing, is_folder, too_large, unreadable, outside };
  struct Answer {
    Problem problem = Problem::none;
    std::string bytes;
  };
  // The bytes of a file; too_large above `limit_bytes`, outside when it leaves the project's reach.
  virtual Answer read(const std::string& path, std::size_t limit_bytes) const = 0;
  // Whether the folder exists (local projects).
  virtual bool is_folder(const std::string& path) const = 0;
  // Names in a folder, sorted; "." is the project.
  virtual std::vector<std::string> list(const std::string& folder) const = 0;
};

inline constexpr std::size_t k_handwritten_limit_bytes = std::size_t{1} << 20;     // 1 MiB
inline constexpr std::size_t k_longest_line_bytes = std::size_t{1} << 20;
inline constexpr std::size_t k_most_findings = 100;   // of each severity for a file
inline constexpr std::size_t k_lock_limit_bytes = std::size_t{256} << 20;          // 256 MiB

// What one read gave: as much of the environment as could be read, and every finding.
struct ReadResult {
  environment::Environment environment;
  diag::Diagnostics diagnostics{k_most_findings};
  diag::Sources sources;
  std::string python_minor;   // that markers were evaluated for
  std::vector<std::string> also_read = {};   // files that told something besides the rows
};

// One format: how to know it and how to read it. readers.cpp is THE LIST; its order is the precedence in a
// folder: locks before loose files, conda before pip.
struct Reader {
  std::string_view format;
  std::size_t limit_bytes;
  // The names that a folder is searched for, the one to take first; `*` stands for any text.
  std::vector<std::string_view> usual_names;
  // Whether this is the file's format: by the name where it says enough, by the text where it does not
  // (several formats share a name: pyproject.toml, NAME.txt, NAME.yml).
  bool (*detects)(std::string_view file_name, std::string_view text);
  // Sets the target's Python as soon as the file has said which ones it allows (environment::settle_python).
  void (*read)(const std::string& path, std::string bytes, const FileSource& files, environment::Target& target,
               ReadResult& result);
};

const std::vector<Reader>& readers();

// The environment file of a project folder, by the documented precedence; nothing when there is none.
std::optional<std::string> find_environment_file(const FileSource& files,
                                                 const environment::Target& target = {});

// Reads one environment file with the reader that detects it. Never throws on any input.
ReadResult read_environment(const std::string& path, const FileSource& files,
                            const environment::Target& target);

}  // namespace envlift::input
