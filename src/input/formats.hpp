// The readers behind the list in readers.cpp.
#pragma once

#include "input/input.hpp"

#include <string>
#include <string_view>

namespace envlift::input {

// conda's environment.yml (CEP 24).
bool detects_conda_environment(std::string_view file_name, std::string_view text);
void read_conda_environment(const std::string& path, const std::string& bytes, const FileSource& files,
                            const environment::Target& target, ReadResult& result);

// pip's requirements file.
bool detects_pip_requirements(std::string_view file_name, std::string_view text);
void read_pip_requirements(const std::string& path, const std::string& bytes, const FileSource& files,
                           const environment::Target& target, ReadResult& result);

// pyproject.toml (PEP 621, PEP 735, poetry, uv, pdm).
bool detects_pyproject(std::string_view file_name, std::string_view text);
void read_pyproject(const std::string& path, const std::string& bytes, const FileSource& files,
                    const environment::Target& target, ReadResult& result);

// uv's lock.
bool detects_uv_lock(std::string_view file_name, std::string_view text);
void read_uv_lock(const std::string& path, const std::string& bytes, const FileSource& files,
                  const environment::Target& target, ReadResult& result);

// poetry's lock.
bool detects_poetry_lock(std::string_view file_name, std::string_view text);
void read_poetry_lock(const std::string& path, const std::string& bytes, const FileSource& files,
                      const environment::Target& target, ReadResult& result);

// pylock.toml (PEP 751).
bool detects_pylock(std::string_view file_name, std::string_view text);
void read_pylock(const std::string& path, const std::string& bytes, const FileSource& files,
                 const environment::Target& target, ReadResult& result);

}  // namespace envlift::input
