// What the readers of locks in TOML have in common.
#pragma once

#include "input/pip_locked.hpp"
#include "input/toml_file.hpp"

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace envlift::input {

// The file's tree, the files of its packages, which are not in the tree, and what is made of both.
template <class File>
class TomlLockReader {
public:
  TomlLockReader(const std::string& path, const FileSource& files, environment::Target& target,
                 const toml::table& root, FilesOfPackages<File> files_of_packages, ReadResult& result)
      : path_(path),
        files_(files),
        target_(target),
        root_(root),
        files_of_packages_(std::move(files_of_packages)),
        result_(result),
        toml_(path, result.diagnostics, result.sources),
        writer_(path, files, target, result)
  {}

protected:
  const std::string& path_;
  const FileSource& files_;
  environment::Target& target_;
  const toml::table& root_;
  FilesOfPackages<File> files_of_packages_;
  ReadResult& result_;
  TomlReader toml_;
  LockWriter writer_;
};

// EL0353 where the lock names, as markers in its array `key`, the environments that it is for, and the target is none
// of them. Returns whether it was added.
bool refuse_environments(std::string_view key, const toml::table& lock, const TomlReader& toml,
                         const environment::Target& target, const environment::Chosen& chosen,
                         ReadResult& result);

// The packages are the tables of the first of the arrays `keys` that there is; `take_files` moves the files of one out.
template <class LockReader, class File>
void read_toml_lock(std::span<const std::string_view> keys, std::vector<File> (*take_files)(toml::table&),
                    const std::string& path, std::string bytes, TomlVersion version, const FileSource& files,
                    environment::Target& target, ReadResult& result)
{
  FilesOfPackages<File> files_of_packages;
  const auto take = [&](std::size_t number, toml::table& package) {
    files_of_packages.put(number, take_files(package));
  };
  if (const auto root = read_toml_file(path, std::move(bytes), version, keys, take, result)) {
    LockReader(path, files, target, *root, std::move(files_of_packages), result).read();
  }
}

}  // namespace envlift::input
