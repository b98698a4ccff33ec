// What the readers of locks in TOML have in common.
#pragma once

#include "input/pip_locked.hpp"
#include "input/toml_file.hpp"

#include <string>
#include <utility>

namespace envlift::input {

// The file's tree and what is made of it.
class TomlLockReader {
protected:
  TomlLockReader(const std::string& path, const FileSource& files, environment::Target& target,
                 const toml::table& root, ReadResult& result)
      : path_(path),
        files_(files),
        target_(target),
        root_(root),
        result_(result),
        toml_(path, result.diagnostics, result.sources),
        writer_(path, files, target, result)
  {}

  const std::string& path_;
  const FileSource& files_;
  environment::Target& target_;
  const toml::table& root_;
  ReadResult& result_;
  TomlReader toml_;
  LockWriter writer_;
};

template <class LockReader>
void read_toml_lock(const std::string& path, std::string bytes, const FileSource& files, environment::Target& target,
                    ReadResult& result)
{
  if (const auto root = read_toml_file(path, std::move(bytes), result)) {
    LockReader(path, files, target, *root, result).read();
  }
}

}  // namespace envlift::input
