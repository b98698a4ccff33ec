// Files and folders, the cache folder, the process's environment.
#pragma once

#include "base/result.hpp"

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace envlift::sys {

// The file's bytes; an Error (EL0101 missing, EL0102 unreadable, EL0103 too large) otherwise.
Result<std::string> read_file(const std::string& path, std::size_t limit_bytes);
// The same of a file that may be a pipe (`<(command)`), or "-" for standard input.
Result<std::string> read_file_or_pipe(const std::string& path, std::size_t limit_bytes);
// All of stdin; EL0103 above the limit.
Result<std::string> read_stdin(std::size_t limit_bytes);
// Writes through a temporary file and rename: the old content or the new, never half. Without fsync: what envlift
// writes can be made again, and syncing a build context's files takes longer than everything else in `render`.
Result<> write_file(const std::string& path, std::string_view bytes, bool executable = false);
// The same for a file that a user names: a link stays one, and a device or a pipe is written to, not replaced.
Result<> write_output(const std::string& path, std::string_view bytes);
// Whether write_file() can put a file there, for work whose result would have no place; leaves nothing behind.
Result<> check_writable(const std::string& path);
Result<> make_folders(const std::string& path);
bool is_file(const std::string& path);
bool is_folder(const std::string& path);
bool exists(const std::string& path);
// Names in the folder, sorted.
std::vector<std::string> list_names(const std::string& folder);
Result<> copy_file(const std::string& from, const std::string& to, bool executable);
Result<> remove_tree(const std::string& path);
// Renames a file or folder within one file system.
Result<> move(const std::string& from, const std::string& to);
// Of the file's bytes, as 64 hexadecimal digits.
Result<std::string> sha256_of_file(const std::string& path);
// Removes the files of a folder that were used (mark_used, written) the longest ago until the rest has at most
// `limit_bytes`. What cannot be removed stays.
void remove_unused(const std::string& folder, unsigned long long limit_bytes);
void mark_used(const std::string& path);
std::string absolute(const std::string& path);
// With every symlink followed; the path itself when it does not exist.
std::string real_path(const std::string& path);
std::string current_folder();

// A folder that is removed when the object goes and on a signal.
class TemporaryFolder {
public:
  // Below the system's temporary folder.
  static Result<TemporaryFolder> make();
  // Below a folder of choice, for what is moved into its place at the end; its name begins with a dot.
  static Result<TemporaryFolder> make_in(const std::string& folder);
  TemporaryFolder(TemporaryFolder&& other) noexcept;
  TemporaryFolder& operator=(TemporaryFolder&& other) noexcept;
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder();
  const std::string& path() const { return path_; }

private:
  explicit TemporaryFolder(std::string path) : path_(std::move(path)) {}
  static Result<TemporaryFolder> make_by(const std::string& folder, const std::string& prefix);
  std::string path_;
};

// Removes the temporary folders (make()) of runs that were killed before they could.
void remove_abandoned_folders();

// ${XDG_CACHE_HOME:-~/.cache}/envlift and ${XDG_CONFIG_HOME:-~/.config}/envlift. Without a home the cache is a folder
// of the user's own in the temporary folder, and there is no user file: "".
std::string cache_folder();
std::string config_folder();

std::optional<std::string> environment_variable(const std::string& name);
// All variables whose name starts with the prefix.
std::map<std::string, std::string> environment_variables(std::string_view prefix);
// Bytes free for us on the file system of the path.
unsigned long long free_bytes(const std::string& path);

}  // namespace envlift::sys
